"""A supervisor's list of calls, in CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nlp.files import one_file
from nlp.reading import Shape, nouns
from nlp.set_aside import SetAside
from nlp.tables import Columns, read_csv
from rubric.rubric import Rubric, UnknownCriterion
from rubric.score import Flag


def read_flags(path: Path, rubric: Rubric | None = None) -> Iterator[Flag | SetAside]:
    """The flags of a CSV file, in its order. Where a rubric is given, a criterion that it does not have is set aside.

    Raises NoSuchInput, at once, where ``path`` is no CSV file.
    """
    rows = read_csv(one_file(path, (".csv",), "flags"), Columns.of(Flag))
    return nouns(rows, Shape(noun=Flag, refusal=lambda flag: _why_unusable(flag, rubric)))


def _why_unusable(flag: Flag, rubric: Rubric | None) -> str | None:
    try:
        if rubric is not None and flag.criterion_id is not None:
            rubric.criterion(flag.criterion_id)
    except UnknownCriterion as error:
        return str(error)
    return None
