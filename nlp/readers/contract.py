"""Calls in the contract's own format: ``*.jsonl`` with a call a line, ``*.json`` with one call or an array of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from nlp.call import Call
from nlp.files import files_in
from nlp.readers.parquet import BrokenTable
from nlp.readers.vendor import Source, Speech, Transcript, count_key
from nlp.reading import Shape, each, nouns
from nlp.records import Record, read_json, read_json_lines
from nlp.set_aside import SetAside

NAME = "Verbatim"
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


def recognises(source: Source) -> float:
    """1 for an object, or a Parquet table, with ``call_id`` and ``turns``; 0.5 for a call without its id."""
    if source.rows is not None:
        return 1.0 if {"call_id", "turns"} <= set(source.columns) else 0.0
    value = source.value
    if not isinstance(value, dict) or not isinstance(value.get("turns"), list):
        return 0.0
    return 1.0 if "call_id" in value else 0.5 if all(_is_turn(turn) for turn in value["turns"][:5]) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The calls of a document in the contract's format, as the night reads them: what is unknown in one is an error."""
    if source.rows is None:
        yield _transcript(source, source.line or 1, source.value)
        return
    try:
        for row, values in enumerate(source.rows(), start=1):
            yield _transcript(source, row, values)
    except BrokenTable as error:
        yield source.aside(str(error))


def count(source: Source) -> int | None:
    """Turns, by their speakers; those keys that lie in the call's own metadata do not count."""
    if source.rows is not None:
        return None
    beside = json.dumps(source.value.get("metadata")).encode() if isinstance(source.value, dict) else b""
    return count_key(source.raw, "speaker") - count_key(beside, "speaker")


def _transcript(source: Source, line: int, values: Mapping[str, Any]) -> Transcript | SetAside:
    if source.rows is not None:
        values = _plain_row(values)
    shape = Shape(noun=Call, times=("started_at",), timezone=source.hints.timezone)
    made = shape.make(Record(source.file, line, values, source.text[:2000]))
    if isinstance(made, SetAside):
        return made if source.line is not None or source.rows is not None else source.aside(made.reason)
    return Transcript(
        call_id=made.call_id,
        vendor="",
        speeches=tuple(Speech(turn.speaker, turn.text, turn.start, turn.end) for turn in made.turns),
        agent_id=made.agent_id,
        started_at=made.started_at,
        call_type=made.call_type,
        channel=made.channel,
        language=made.language,
        metadata=made.metadata,
        roles={"agent": "agent", "customer": "customer", "system": "system"},
        file=source.file,
        line=None if source.line is None and source.rows is None else line,
    )


def _plain_row(values: Mapping[str, Any]) -> dict[str, Any]:
    """A row of Parquet as the object that it would be in JSON, where what is not there is left out."""
    kept = {name: value for name, value in values.items() if value is not None}
    if isinstance(kept.get("metadata"), str):
        try:
            kept["metadata"] = json.loads(kept["metadata"])
        except ValueError:
            return kept
    turns = kept.get("turns")
    if isinstance(turns, list):
        sound = [{k: v for k, v in turn.items() if v is not None} if isinstance(turn, dict) else turn for turn in turns]
        kept["turns"] = sound
    return kept


def _is_turn(value: Any) -> bool:
    return isinstance(value, dict) and {"speaker", "text"} <= value.keys()
