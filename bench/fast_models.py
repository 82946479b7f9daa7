"""The fast profile's table of tokens and its ranker: made, with a card of figures from models that left a source out.

``python -m bench.fast_models [--ship]`` distils a table without each source in turn, trains a ranker on its signals and
holds it against the source's labels; ``make bench-evidence`` has the same figures beside those of the other models.
``--ship`` also makes the table and the model that ship, without the source whose licence keeps it out. Some six minutes
of two cores, most of it for the vectors of the packaged encoder; these and the scores are kept in build/bench.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.evidence_fast import FastProfile, Texts, examples_with, key_of
from bench.evidence_figures import Figures, error_of, figures_of, over_sources, sure_of
from bench.evidence_known import Known, know, tell_progress
from bench.evidence_tables import source_table
from bench.fold_models import BESIDE, SHARE_ALIKE, SURE_ELSEWHERE
from bench.labelled import LabelledSet, load_sets, sha256_of, source_of
from models.evaluating import out_of_sample
from models.shelf import packaged_folder, save_model
from nlp.encoder import PACKAGED
from nlp.static_encoder import STATIC, TABLE_FILE, packaged_table
from operations.train import fit

if TYPE_CHECKING:
    from models.scene import Values
    from nlp.noun import JsonObject


def main() -> None:
    """Measure, and ship where that is asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--ship", action="store_true", help="make the table and the model that ship")
    given = asked.parse_args()
    sets = load_sets(BESIDE / "calls", BESIDE / "contract")
    known = know(sets, tell_progress)
    fast, sources = FastProfile(sets), [one.source for one in known]
    figures = figures_of(fast, known, sources)
    print(source_table(fast.name, figures))
    if given.ship:
        unseen = out_of_sample(known, sources, lambda left_out, learn: fast.learned(left_out, learn).scores)
        ship(sets, known, unseen, figures)


def ship(
    sets: Sequence[LabelledSet], known: Sequence[Known], unseen: Sequence[Values], figures: Sequence[Figures]
) -> None:
    """The table and the model that ship, with their card; how sure picks are is learned from ``unseen``, the scores by
    tables and rankers that had left the label's source out."""
    usable = [n for n, one in enumerate(known) if one.source != SHARE_ALIKE]
    texts = Texts(sets).write_table(owners_without(sets, SHARE_ALIKE), packaged_table())
    examples = examples_with(sets, packaged_table())
    of_all = [examples[key_of(known[n])] for n in usable]
    sheet = fit(of_all, [unseen[n] for n in usable], STATIC, SURE_ELSEWHERE)
    save_model(packaged_folder("fast"), sheet, card_of(sets, len(usable), texts, figures))


def owners_without(sets: Sequence[LabelledSet], source: str) -> set[str]:
    """All calls and the criteria that one label alone has, but those of ``source``; labelled or not."""
    calls = {call_id for one in sets for call_id in one.calls}
    criteria = {(label.criterion.id, label.call) for one in sets if one.name == "open" for label in one.labels}
    listed = [(call_id, call_id) for call_id in calls] + list(criteria)
    return {owner for owner, call_id in listed if source_of(call_id) != source}


def card_of(sets: Sequence[LabelledSet], labels: int, texts: int, figures: Sequence[Figures]) -> JsonObject:
    """What was learned from, and how models do that were made the same way without a source."""
    first, best, third = over_sources(figures)
    sure, right = sure_of(figures)
    return {
        "what": "weights of the evidence ranker's signals over vectors of tokens, its confidence and threshold",
        "encoder": f"{STATIC}: a table of tokens, distilled from {PACKAGED} and {texts} sentences",
        "labels": labels,
        "left out": f"{SHARE_ALIKE} (CC BY-SA 4.0): used in research runs, never in what ships",
        "sha256": {path.name: sha256_of(path) for one in sets for path in (one.calls_path, one.labels_path)},
        "table sha256": sha256_of(packaged_table() / TABLE_FILE),
        "out of sample, one source left out of table and ranker, mean over five": {
            "hit@1": round(first, 3),
            "best@1": round(best, 3),
            "hit@3": round(third, 3),
            "expected calibration error": round(error_of(figures), 3),
            "sure": round(sure, 2),
            "right of the sure": round(right, 2),
        },
        "confidence": "learned from picks of models that had left the pick's source out",
        "limits": "English. Labels come from large language models, unchecked by people. A person decides.",
    }


if __name__ == "__main__":
    main()
