"""Practice that took place: a file of sessions, in CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coaching.follow_up import PracticeDone
from nlp.files import one_file
from nlp.reading import Shape, nouns
from nlp.set_aside import SetAside
from nlp.tables import Columns, read_csv
from nlp.written import number, whole_number


def read_practice(path: Path) -> Iterator[PracticeDone | SetAside]:
    """The sessions of a CSV file, in its order.

    ``session`` is 1 where it is empty. A session that comes a second time is Repeated where the row is the same, and
    set aside where it is another. Raises NoSuchInput, at once, where ``path`` is no CSV file.
    """
    rows = read_csv(one_file(path, (".csv",), "practice sessions"), Columns.of(PracticeDone))
    written = {"score": number, "session": whole_number}
    return nouns(rows, Shape(noun=PracticeDone, written=written, identity=_which))


def _which(done: PracticeDone) -> str:
    return f"plan {done.plan_id}, {done.criterion_id}, {done.done_on.isoformat()}, session {done.session}"
