"""What was set aside, written down for people: a record a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nlp.set_aside import SetAside


def write_set_aside(path: Path, records: Iterable[SetAside]) -> Path | None:
    """Write what was set aside to ``path``, a record a line; None, and no file, where nothing was."""
    path.unlink(missing_ok=True)
    lines = [plain_record(record).model_dump_json() + "\n" for record in records]
    if not lines:
        return None
    path.write_text("".join(lines), encoding="utf-8")
    return path


def plain_record(record: SetAside) -> SetAside:
    """A record without what only the reading of it needed."""
    return SetAside(file=record.file, line=record.line, reason=record.reason, record=record.record)
