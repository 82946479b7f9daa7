"""Tables: a row a turn (call, speaker, words, maybe times), or a row a call with its transcript in one cell.

CSV, Parquet and arrays of JSON objects. Columns are what a map says, else what exports usually call them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nlp.call import Channel
from nlp.readers.documents import text_document
from nlp.readers.gathering import Gathering
from nlp.readers.parquet import BrokenTable
from nlp.readers.parts import facts, identifier, label, moment, number
from nlp.readers.roles import role_of
from nlp.readers.table_columns import Columns, columns_of
from nlp.readers.table_rows import Row, Rows, column_names, count_rows, rows_of
from nlp.readers.table_times import Times
from nlp.readers.vendor import NO_JSON, LostTurn, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Table"

CHANNELS: dict[str, Channel] = {
    "phone": "phone", "voice": "phone", "call": "phone", "telephony": "phone",
    "chat": "chat", "messaging": "chat", "message": "chat", "sms": "chat", "webchat": "chat", "email": "email",
}  # fmt: skip


MOST_TURNS = 120_000
"""Rows of one call. A day of two people's talk has fewer; and held at once, they take memory."""

TOO_MANY = "has {:,} rows, and no call has over {:,} turns; is the column right that names the call?"


def recognises(source: Source) -> float:
    """0.9 for columns of words and of who said them (1 where a map was given), 0.86 for a call a row; less in JSON. 0.5
    for words and times of nobody, which is read so that it can be said."""
    names = column_names(source)
    if not names:
        return 0.0
    columns = columns_of(names, source.hints.columns)
    sure = 0.9 if source.value is NO_JSON else 0.7  # other vendors write arrays of flat objects, too
    if source.hints.columns and all(ours in columns.theirs for ours in source.hints.columns):
        sure = 1.0
    if columns.enough or columns.whole_calls:
        return sure if columns.enough else sure - 0.04
    return 0.5 if columns.of_nobody and source.value is NO_JSON else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The calls of the table, in the order of their first rows; without a column for the call it is one call."""
    columns = columns_of(column_names(source), source.hints.columns)
    calls: dict[str, Rows] = {}
    try:
        for row in rows_of(source):
            call_id = _call_id(row, columns, source) if isinstance(row, Row) else None
            if isinstance(row, LostTurn):
                yield row
            elif call_id is None:
                yield source.lost(
                    f"names no call: {columns.theirs['call_id']!r} is empty", f"row {row.number}", _shown(row)
                )
            else:
                calls.setdefault(call_id, Rows(source)).add(row)
    except BrokenTable as error:
        yield source.aside(str(error))
    for call_id in list(calls):
        rows = calls.pop(call_id)
        if len(rows) > MOST_TURNS:
            yield source.lost(TOO_MANY.format(len(rows), MOST_TURNS), f"call {call_id!r}", entries=len(rows))
        elif columns.enough or columns.of_nobody:
            yield call_of(source, columns, call_id, rows.read(), Gathering(source))
        else:
            yield from _from_cells(source, columns, call_id, rows.read())


def count(source: Source) -> int | None:
    """Rows that are not blank."""
    return count_rows(source)


def _call_id(row: Row, columns: Columns, source: Source) -> str | None:
    if "call_id" not in columns.theirs:
        return source.stem
    value = row.values.get(columns.theirs["call_id"])
    return identifier(value.strip() if isinstance(value, str) else value)


def call_of(
    source: Source, columns: Columns, call_id: str, rows: list[Row], gathering: Gathering
) -> Transcript | SetAside:
    """The call that rows are the turns of. An empty cell is an empty turn; of objects, one without words is none."""
    rows = _in_sequence(rows, columns)
    times = Times([row.values for row in rows], columns, source.hints)
    if times.note:
        gathering.note(times.note)
    roles, names = {}, {}
    spoken: dict[str, None] = {}
    for row in rows:
        speaker = label(_trimmed(_cell(row, columns, "speaker"))) or label(_trimmed(_cell(row, columns, "role")))
        if (role := role_of(str(_cell(row, columns, "role") or ""))) is not None:
            roles[speaker] = role
        spoken[speaker] = None
        text = _cell(row, columns, "text")
        start, end = times.of(row.values)
        if text is None and row.place:
            gathering.pass_over("an entry without words")
        else:
            gathering.say(row.place or f"row {row.number}", speaker, "" if text is None else text, start, end)
    if "seq" not in columns.theirs:
        gathering.in_time_order()
    agents = {_trimmed(_cell(row, columns, "agent")) for row in rows} - {None, ""}
    spoken_by = [speaker for speaker in spoken if roles.get(speaker, role_of(speaker)) == "agent"]
    if len(agents) == 1 and len(spoken_by) == 1:
        names[spoken_by[0]] = str(agents.pop())
    frame = _frame(source, columns, call_id, rows[0])
    return gathering.complete(replace(frame, started_at=frame.started_at or times.began, roles=roles, names=names))


def _frame(source: Source, columns: Columns, call_id: str, row: Row) -> Transcript:
    started = _cell(row, columns, "started_at")
    return Transcript(
        call_id=call_id,
        vendor=NAME,
        speeches=(),
        agent_id=identifier(_trimmed(_cell(row, columns, "agent_id"))),
        started_at=moment(started.isoformat() if hasattr(started, "isoformat") else started, source.hints.timezone),
        call_type=identifier(_trimmed(_cell(row, columns, "call_type"))),
        channel=CHANNELS.get(str(_cell(row, columns, "channel") or "").strip().casefold()),
        language=identifier(_trimmed(_cell(row, columns, "language"))),
        metadata=facts(agent_name=_trimmed(_cell(row, columns, "agent"))),
    )


def _in_sequence(rows: list[Row], columns: Columns) -> list[Row]:
    """Rows by their sequence numbers, where all of them have one; else as they stand."""
    numbers = [number(_trimmed(_cell(row, columns, "seq"))) for row in rows]
    if any(each is None for each in numbers):
        return rows
    return [row for _, row in sorted(zip(numbers, rows, strict=True), key=lambda pair: float(pair[0] or 0))]


def _from_cells(source: Source, columns: Columns, call_id: str, rows: list[Row]) -> Iterator[Transcript | SetAside]:
    """Calls whose whole transcript is one cell, read as a document of its own."""
    from nlp.readers import registry

    for row in rows:
        place = f"row {row.number}"
        text = _cell(row, columns, "text")
        if not isinstance(text, str) or not text.strip():
            yield source.lost("has no transcript", place, _shown(row))
            continue
        frame = _frame(source, columns, call_id, row)
        for found in registry.read(text_document(source, text)):
            if isinstance(found, SetAside):
                yield source.lost(found.reason, place, found.record)
            else:
                yield _counted_once(found, frame, source)


def _counted_once(found: Transcript, frame: Transcript, source: Source) -> Transcript:
    """A call out of a cell under what its row says of it; however many turns, it is one row."""
    speeches = tuple(replace(each, entries=int(number == 0)) for number, each in enumerate(found.speeches))
    first_lost = int(not speeches)
    lost = tuple(
        each.model_copy(update={"entries": first_lost if number == 0 else 0})
        for number, each in enumerate(found.set_aside)
    )
    return replace(
        found,
        call_id=frame.call_id,
        speeches=speeches,
        set_aside=lost,
        no_speech=int(not speeches and not lost),
        agent_id=frame.agent_id or found.agent_id,
        started_at=frame.started_at or found.started_at,
        call_type=frame.call_type or found.call_type,
        channel=frame.channel or found.channel,
        language=frame.language or found.language,
        metadata={**found.metadata, **frame.metadata},
        file=source.file,
    )


def _cell(row: Row, columns: Columns, ours: str) -> Any:
    name = columns.theirs.get(ours)
    return row.values.get(name) if name is not None else None


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _shown(row: Row) -> str:
    shown: Mapping[str, Any] = row.values
    return ", ".join(f"{name}: {str(value)[:100]}" for name, value in shown.items())[:2000]
