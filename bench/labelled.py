"""The labelled sets, and the files that a QA team would have brought for them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.labels import Label, read_labels
from nlp.call import Call
from nlp.ledger import Ledger
from nlp.readers.contract import read_calls
from rubric.criterion import Criterion, Practice
from rubric.loading import load_rubric
from rubric.rubric import Rubric

SETS = ("star", "primock", "fundraising", "authored", "open")
PREFIXES = {"star": "STAR", "pm": "PriMock57", "pg": "PersuasionForGood", "pg2": "PersuasionForGood", "md": "MathDial"}
RUBRICS = ("rubric.example.yaml", "rubric.wide.yaml")
FAILING = 20
PRACTICE = Practice(skill="what was missing", scenario="a call like this one", sessions=2, method="role-play")


def source_of(call_id: str) -> str:
    """Where a transcript comes from, by the beginning of its id."""
    return PREFIXES.get(call_id.split("-")[0], "authored")


@dataclass(frozen=True)
class LabelledSet:
    """A set of labelled calls, and where its transcripts and labels lie."""

    name: str
    calls: dict[str, Call]
    labels: list[Label]
    calls_path: Path
    labels_path: Path


def load_sets(folder: Path, rubrics: Path) -> list[LabelledSet]:
    """Every labelled set in ``folder``; ``rubrics`` is where the rubrics lie that they were judged by."""
    criteria = {one.id: one for name in RUBRICS for one in load_rubric(rubrics / name).criteria}
    return [_load(folder, name, criteria) for name in SETS]


def _load(folder: Path, name: str, criteria: Mapping[str, Criterion]) -> LabelledSet:
    calls_path, labels_path = folder / f"{name}.jsonl", folder / f"{name}.labels.jsonl"
    calls = {call.call_id: call for call in Ledger().keep(read_calls(calls_path))}
    labels = sorted(read_labels(labels_path, criteria), key=lambda one: (one.call, one.criterion.id))
    return LabelledSet(name, calls, labels, calls_path, labels_path)


def rubric_for(labels: Sequence[Label]) -> Rubric:
    """A rubric of the labels' criteria with equal weights, and practice where none is given."""
    criteria = {label.criterion.id: label.criterion for label in labels}
    weight = 100 / len(criteria)
    supplied = [
        one.model_copy(update={"weight": weight, "practice": one.practice or PRACTICE}) for one in criteria.values()
    ]
    return Rubric.model_validate({"schema": 1, "id": "bench", "version": 1, "criteria": supplied})


def write_scores(labels: Sequence[Label], path: Path) -> None:
    """A failing score for each label, as a QA team would hand it over."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["call_id", "criterion_id", "score"])
        writer.writerows([label.call, label.criterion.id, FAILING] for label in labels)


def write_rubric(rubric: Rubric, path: Path) -> None:
    """The rubric as a file; JSON is YAML."""
    record = rubric.model_dump(mode="json", by_alias=True, exclude_defaults=False, exclude_none=True)
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def sha256_of(path: Path) -> str:
    """The digest that a model's card names a file of labelled calls by."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
