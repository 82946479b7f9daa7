"""JSON of any other maker: calls and turns by paths that a map gives, else by what keys are usually called.

What is found so is a guess about keys and never about speakers, and the preview shows it as the map that it would
write. Everything else is as in a table: a turn is a row, and its columns are its paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.json_paths import OF_THE_CALL, Paths, at_path, calls_at, found_paths, given_paths
from nlp.readers.parts import identifier, label
from nlp.readers.table import call_of
from nlp.readers.table_columns import Columns
from nlp.readers.table_rows import Row
from nlp.readers.table_times import Times
from nlp.readers.vendor import Source, Transcript
from nlp.readers.words import Word, turns_of
from nlp.set_aside import SetAside

NAME = "JSON"

GUESSED = 0.4
"""How sure this is of paths that nobody gave: less than any reader that knows the vendor."""


def recognises(source: Source) -> float:
    """1 where the map's paths lead to words, 0.4 where keys with usual names do."""
    if not isinstance(source.value, dict | list):
        return 0.0
    if given_paths(source.value, source.hints.paths) is not None:
        return 1.0
    return GUESSED if found_paths(source.value) is not None else 0.0


def paths_of(source: Source) -> Paths | None:
    """The paths by which a document is read: the map's where they lead to words, else those that were found."""
    return given_paths(source.value, source.hints.paths) or found_paths(source.value)


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The calls of the document; turns that name a call themselves are put together by it."""
    paths = paths_of(source)
    if paths is None:
        yield source.aside("no list of turns was found in it; say under [paths] of the map where they lie")
        return
    for number, (place, call) in enumerate(calls_at(source.value, paths), start=1):
        gathering = Gathering(source, place)
        groups = _rows(gathering, call, paths, _stem(source, paths, number))
        if not groups:
            yield gathering.complete(Transcript(call_id=_stem(source, paths, number), vendor=NAME, speeches=()))
        made = _of_words if paths.of_words else _call
        for call_id, rows in groups.items():
            yield made(source, paths, call_id, rows, gathering)
            gathering = Gathering(source, place)


def count(source: Source) -> int | None:
    """The elements of the lists of turns. None where other lists of the document have the same names."""
    paths = paths_of(source)
    if paths is None or (paths.lists and _lengths(source.value, paths.lists[-1]) != _counted(source.value, paths)):
        return None
    return elements(source.raw, *paths.lists) if paths.turns else elements(source.raw)


def _stem(source: Source, paths: Paths, number: int) -> str:
    return f"{source.stem}-{number}" if paths.calls else source.stem


def _rows(gathering: Gathering, call: Any, paths: Paths, stem: str) -> dict[str, list[Row]]:
    """The turns of a call's object as rows, by the call that they or the object name."""
    groups: dict[str, list[Row]] = {}
    holder, _, key = paths.turns.rpartition(".")
    inside = {key: at_path(call, paths.turns)} if key else {"": call}
    for index, (where, turn) in enumerate(gathering.entries(inside, key, holder), start=1):
        values = {_column(ours, path): _value(call, turn, ours, path) for ours, path in paths.fields.items()}
        named = identifier(values.get(_column("call_id", paths.fields.get("call_id", ""))))
        groups.setdefault(named or stem, []).append(Row(index, values, where))
    return groups


def _value(call: Any, turn: Any, ours: str, path: str) -> Any:
    """A turn's value; of what belongs to a call the call's, and only where it has none the turn's."""
    known = at_path(call, path) if ours in OF_THE_CALL else None
    found = at_path(turn, path) if known is None or isinstance(known, dict | list) else known
    return None if isinstance(found, dict | list) else found


def _column(ours: str, path: str) -> str:
    return f"call: {path}" if ours in OF_THE_CALL else path


def _call(source: Source, paths: Paths, call_id: str, rows: list[Row], gathering: Gathering) -> Transcript | SetAside:
    columns = Columns({ours: _column(ours, path) for ours, path in paths.fields.items()})
    made = call_of(source, columns, call_id, rows, gathering)
    return replace(made, vendor=NAME) if isinstance(made, Transcript) else made


def _of_words(
    source: Source, paths: Paths, call_id: str, rows: list[Row], gathering: Gathering
) -> Transcript | SetAside:
    """A call of a transcriber's words: a turn lasts until another speaks."""
    columns = Columns({ours: _column(ours, path) for ours, path in paths.fields.items()})
    times = Times([row.values for row in rows], columns, source.hints)
    if times.note:
        gathering.note(times.note)
    words = []
    for row in rows:
        text = row.values.get(columns.theirs["text"])
        if isinstance(text, str):
            words.append(Word(text, label(row.values.get(columns.theirs.get("speaker", ""))), *times.of(row.values)))
        else:
            gathering.lose(row.place, "has no text", text)
    gathering.say_each(paths.turns or "words", turns_of(words, by_ear=True))
    return gathering.complete(Transcript(call_id=call_id, vendor=NAME, speeches=(), started_at=times.began))


def _counted(value: Any, paths: Paths) -> int:
    """The elements of those lists of turns that the paths lead to."""
    lists = [at_path(call, paths.turns) for _, call in calls_at(value, paths)]
    return sum(len(each) for each in lists if isinstance(each, list))


def _lengths(value: Any, key: str) -> int:
    """The elements of all lists of that name, at any depth."""
    waiting, total = [value], 0
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            total += len(here[key]) if isinstance(here.get(key), list) else 0
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return total
