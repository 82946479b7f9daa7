"""Whether `verbatim locate --model DIR` picks what the bench says that the model picks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.evidence_known import Known
from bench.evidence_methods import OneStage
from bench.labelled import LabelledSet, rubric_for, source_of, write_rubric, write_scores
from models.evidence import Pick
from models.finder import load_finder
from models.labels import overlaps
from models.shelf import save_model
from nlp.utterance import Utterance
from operations.locate import Finder, locate_files
from rubric.loading import load_rubric

SOURCE = "STAR"
"""Its calls are short."""


def same_line(sets: Sequence[LabelledSet], known: Sequence[Known], right: Sequence[bool], models: Path | None) -> str:
    """The files of one source through the command's own operation, with the model that never saw the source.

    That model is the one of ``models``, or of one stage and made here. ``right`` has for each of ``known`` whether the
    bench found its first choice accepted. Raises AssertionError where they differ.
    """
    ours = {
        (one.set_name, one.label.call, one.label.criterion.id): hit
        for one, hit in zip(known, right, strict=True)
        if one.source == SOURCE
    }
    found = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        if models is None:
            sheet = OneStage().sheet([one for one in known if one.source != SOURCE])
            save_model(folder / "model", sheet, {"left out": SOURCE})
        finder = load_finder(models / SOURCE if models else folder / "model")
        for one in sets:
            found.update(_located(one, folder, finder))
    differing = [key for key in ours if found[key] != ours[key]]
    if differing:
        raise AssertionError(f"{len(differing)} of {len(ours)} picks differ from the command's: {differing[0]}")
    return (
        f"The {len(ours)} picks of {SOURCE} were made a second time, by `verbatim locate --model` from files: every "
        "one is sound, and the same ones are accepted.\n"
    )


def _located(one: LabelledSet, folder: Path, finder: Finder) -> dict[tuple[str, str, str], bool]:
    labels = [label for label in one.labels if source_of(label.call) == SOURCE]
    if not labels:
        return {}
    write_rubric(rubric_for(labels), folder / "rubric.json")
    write_scores(labels, folder / "scores.csv")
    rubric, out = load_rubric(folder / "rubric.json"), folder / "picks.jsonl"
    locate_files(rubric, one.calls_path, folder / "scores.csv", out, finder)
    picks = map(Pick.model_validate_json, out.read_text(encoding="utf-8").splitlines())
    by_pair = {(pick.call_id, pick.criterion_id): pick for pick in picks}
    return {
        (one.name, label.call, label.criterion.id): _right(by_pair[label.call, label.criterion.id], label.gold)
        for label in labels
    }


def _right(pick: Pick, gold: Sequence[tuple[int, int, int]]) -> bool:
    if pick.turn is None or pick.start is None or pick.end is None:
        return False
    return overlaps(Utterance(pick.turn, pick.start, pick.end, pick.quote, "agent"), gold)
