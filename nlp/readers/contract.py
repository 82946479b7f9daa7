"""Calls in the contract's own format: ``*.jsonl`` with a call a line, ``*.json`` with one call or an array of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo
from pathlib import Path

from nlp.call import Call
from nlp.files import files_in
from nlp.reading import Shape, each, nouns
from nlp.records import read_json, read_json_lines
from nlp.set_aside import SetAside

READ_BY_ENDING = {".json": read_json, ".jsonl": read_json_lines}


def read_calls(path: Path, timezone: tzinfo = UTC) -> Iterator[Call | SetAside]:
    """The calls of a file, or of a folder and its folders, file by file in the order of their names.

    A ``started_at`` without an offset is in ``timezone``; all come out in UTC. A call id that comes a second time is
    Repeated where the call is the same, and set aside with the first one's place where it is another.
    One call is held at a time. Raises NoSuchInput, at once, where ``path`` does not exist or is no such file.
    """
    files = files_in(path, READ_BY_ENDING, "calls")
    shape = Shape(noun=Call, times=("started_at",), timezone=timezone, identity=lambda call: call.call_id)
    return nouns(each(files, READ_BY_ENDING), shape)
