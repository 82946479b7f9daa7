"""Evidence quality, out of sample: each figure is of a model that saw nothing of what it is held against.

``python -m bench.evidence`` prints the tables and writes them into docs/benchmarks.md, and the picture of risk and
coverage into docs/evidence.md. What each signal is worth takes most of its time, and is a section of its own. FOLDER of
``--labelled`` has NAME.jsonl and NAME.labels.jsonl of each labelled set; that of ``--models`` the model folders of both
stages that ``python -m bench.fold_models --out FOLDER`` trains, one for each source and fold that is left out; without
them the first stage is measured alone. With ``--sets`` only those sets are measured, in ten folds of their calls, and
nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.evidence_ablation import worth_of
from bench.evidence_fast import FastProfile
from bench.evidence_figures import Figures, figures_of
from bench.evidence_known import KEPT, Known, know, tell_progress
from bench.evidence_methods import BASELINES, Method, OneStage, TwoStages
from bench.evidence_picture import write_picture
from bench.evidence_same import same_line
from bench.evidence_tables import (
    ablation_table,
    criteria_tables,
    folds_table,
    methods_table,
    sources_tables,
)
from bench.labelled import SETS, load_sets
from bench.page import write_section
from models.evaluating import folds_of

BESIDE = Path(__file__).parents[2] / "shared"

Found = dict[str, list[Figures]]


def main() -> None:
    """Measure, print and write."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--labelled", type=Path, default=BESIDE / "calls", metavar="FOLDER")
    asked.add_argument("--rubrics", type=Path, default=BESIDE / "contract", metavar="FOLDER")
    asked.add_argument("--models", type=Path, default=KEPT / "models", metavar="FOLDER")
    asked.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    asked.add_argument("--without-signals", action="store_true", help="leave out what each signal is worth")
    given = asked.parse_args()
    if not given.labelled.is_dir():
        raise SystemExit(f"{given.labelled}: no such folder; --labelled names the folder of the labelled sets")
    sets = [one for one in load_sets(given.labelled, given.rubrics) if one.name in given.sets]
    known = know(sets, tell_progress)
    if set(given.sets) < set(SETS):
        print(_subset(known))
        return
    folder = given.models if TwoStages(given.models).usable else None
    models: list[Method] = [FastProfile(sets), OneStage(), *([TwoStages(folder)] if folder else [])]
    sources = _found(known, [one.source for one in known], models, "sources")
    folds = ten_folds(known, models)
    mine = models[-1].name
    right = [bool(one.first) for one in sources[mine]]
    text = "\n".join(
        [
            sources_tables({one.name: sources[one.name] for one in models}),
            same_line(sets, known, right, folder),
            folds_table({one.name: folds[one.name] for one in models}),
            methods_table(sources, folds),
            criteria_tables({name: sources[name] for name in (mine, models[0].name)}, sources[BASELINES[-1].name]),
        ]
    )
    print(text)
    write_section("evidence", text)
    write_picture(mine, sources[mine])
    if not given.without_signals:
        worth = ablation_table(*worth_of(known))
        print(worth)
        write_section("signals", worth)


def ten_folds(known: Sequence[Known], models: Sequence[Method]) -> Found:
    """Ten folds of the open set: a fold's criteria and its calls, wherever else they stand, are out together."""
    tested = [one for one in known if one.set_name == "open"]
    groups = folds_of([one.label.call for one in tested])
    fold_of = dict(zip([one.label.call for one in tested], groups, strict=True))
    besides = [(fold_of.get(one.label.call, ""), one) for one in known if one.set_name != "open"]
    return _found(tested, groups, models, "folds of open", besides)


def _subset(known: Sequence[Known]) -> str:
    """Some sets alone, in ten folds of their calls: to see that the bench runs."""
    mine = OneStage().name
    found = _found(known, folds_of([one.label.call for one in known]), [OneStage()], "folds")
    return methods_table(found, {}) + "\n" + criteria_tables({mine: found[mine]}, found[BASELINES[-1].name])


def _found(
    known: Sequence[Known],
    groups: Sequence[str],
    models: Sequence[Method],
    what: str,
    besides: Sequence[tuple[str, Known]] = (),
) -> Found:
    found = {}
    methods: list[Method] = [*BASELINES, *models]
    for one in methods:
        print(f"{what}: {one.name}", file=sys.stderr, flush=True)
        found[one.name] = figures_of(one, known, groups, besides)
    return found


if __name__ == "__main__":
    main()
