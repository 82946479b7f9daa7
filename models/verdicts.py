"""Verdicts: what readers say of every criterion of a call, the passes and the failures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from models.evidence import Answer
from models.labels import WrongLabel
from nlp.noun import Id, Noun, explain

WRITTEN: dict[str, Answer] = {"met": "met", "not_met": "not_met", "na": "no_opportunity"}
"""As a line of a verdicts file writes the answers."""


class Verdict(Noun):
    """One reader's answer for one criterion of one call."""

    call: Id
    criterion: Id
    reader: Annotated[int, Field(ge=1)]
    answer: Answer


def read_verdicts(path: Path) -> Iterator[Verdict]:
    """Verdicts of a JSON lines file: ``{"call", "criterion", "reader", "verdict": "met|not_met|na"}``.

    Raises WrongLabel, which names the line.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            yield _verdict(path, number, line)


def _verdict(path: Path, number: int, line: str) -> Verdict:
    try:
        record = json.loads(line)
    except ValueError:
        raise WrongLabel(path, number, "is no JSON") from None
    if not isinstance(record, dict) or record.get("verdict") not in WRITTEN:
        raise WrongLabel(path, number, f"a verdict is one of {', '.join(WRITTEN)}, of a call, a criterion and a reader")
    answer = WRITTEN[record.pop("verdict")]
    try:
        return Verdict.model_validate({**record, "answer": answer})
    except ValidationError as error:
        raise WrongLabel(path, number, explain(error, Verdict)[1]) from None
