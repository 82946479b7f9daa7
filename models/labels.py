"""Labels: for a failing criterion of a call the sentences that careful readers accept as its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from nlp.errors import WrongInput
from nlp.noun import Id, Noun, explain
from nlp.utterance import Utterance
from rubric.criterion import Criterion

Span = Annotated[tuple[int, int, int], Field(strict=False)]
"""Turn, and the characters from and to."""

JUDGED = ("name", "definition", "expected_behavior", "failure", "due", "met_by", "broken_by")


class WrongLabel(WrongInput):
    """A line of a labels file cannot be used."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


class Label(Noun):
    """``gold`` are the accepted sentences, ``best`` those that a reader put first."""

    call: Id
    criterion: Criterion
    gold: Annotated[tuple[Span, ...], Field(strict=False)]
    best: Annotated[tuple[Span, ...], Field(strict=False)] = ()

    def accepts(self, utterance: Utterance) -> bool:
        """Whether the utterance shares at least half of the shorter one with an accepted sentence."""
        return overlaps(utterance, self.gold)


def overlaps(utterance: Utterance, spans: Sequence[tuple[int, int, int]]) -> bool:
    """Whether an utterance and one of the spans share at least half of the shorter of the two."""
    for turn, start, end in spans:
        shared = min(end, utterance.end) - max(start, utterance.start)
        enough = 2 * shared >= min(end - start, utterance.end - utterance.start)
        if turn == utterance.turn and shared > 0 and enough:
            return True
    return False


def read_labels(path: Path, criteria: Mapping[str, Criterion]) -> Iterator[Label]:
    """Labels of a JSON lines file. A criterion is the one of that id in ``criteria``, or written out in the label.

    Raises WrongLabel.
    """
    import json

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            raise WrongLabel(path, number, "is no JSON") from None
        yield _label(record, criteria, path, number)


def _label(record: Any, criteria: Mapping[str, Criterion], path: Path, number: int) -> Label:
    if not isinstance(record, dict) or not isinstance(record.get("criterion"), str):
        raise WrongLabel(path, number, "a label is an object with call, criterion, gold and best")
    try:
        criterion = _criterion(record) if "definition" in record else criteria.get(record["criterion"])
        if criterion is None:
            raise WrongLabel(path, number, f"criterion {record['criterion']!r} is not in the rubric; write it out")
        kept = {key: value for key, value in record.items() if key not in JUDGED}
        return Label.model_validate({**kept, "criterion": criterion})
    except ValidationError as error:
        raise WrongLabel(path, number, explain(error, Label)[1]) from None


def _criterion(record: Mapping[str, Any]) -> Criterion:
    judged = {key: record[key] for key in JUDGED if record.get(key) is not None}
    return Criterion.model_validate({"id": record["criterion"], "weight": 1.0, "threshold": 60.0, **judged})
