"""Lines of JSON as records with their place. What cannot be one is set aside, and the others go on."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from nlp.files import NotText, cannot_open, not_utf8, open_text
from nlp.set_aside import SetAside

LONGEST = 64 * 2**20
"""Characters of a line, or bytes of a ``*.json`` file, beyond which it is set aside unread."""

LONGEST_NUMBER = 400
"""Digits. No number that a call or a score needs comes near."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record and where it stood. ``line`` counts from 1; in Parquet it is the row.

    ``typed`` is False where every value is text as it stood (CSV), True where the format has numbers (JSON, Parquet).
    ``raw`` is the record as it stood, shortened.
    """

    file: str
    line: int
    values: Mapping[str, Any]
    raw: str = ""
    typed: bool = True

    def aside(self, reason: str) -> SetAside:
        """This record, set aside for ``reason``."""
        return SetAside(file=self.file, line=self.line, reason=reason, record=self.raw)


def read_json_lines(path: Path) -> Iterator[Record | SetAside]:
    """The objects of a ``*.jsonl`` file, one a line, blank lines passed over. Never raises: a line or a file that
    cannot be read is set aside."""
    try:
        with open_text(path) as stream:
            yield from _json_lines(str(path), stream)
    except NotText as error:
        yield SetAside(file=str(path), line=None, reason=error.reason)
    except OSError as error:
        yield cannot_open(path, error)


def read_json(path: Path) -> Iterator[Record | SetAside]:
    """The object of a ``*.json`` file, or each object of the array that it holds. Never raises, as above."""
    try:
        if path.stat().st_size > LONGEST:
            reason = f"is over {LONGEST // 2**20} MiB; write it as *.jsonl, a record a line"
            yield SetAside(file=str(path), line=None, reason=reason)
            return
        with open_text(path) as stream:
            text = stream.read()
    except NotText as error:
        yield SetAside(file=str(path), line=None, reason=error.reason)
    except OSError as error:
        yield cannot_open(path, error)
    else:
        yield from _document(str(path), text)


def parse_json(text: str, start: int = 0) -> tuple[Any, int]:
    """The JSON value that begins at ``start``, and where it ends.

    Stricter than the standard library: a key may stand once in an object, NaN, infinities and numbers that
    overflow are no JSON. Raises ValueError, in words, for these and for what is no JSON.
    """
    try:
        return _DECODER.raw_decode(text, start)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def why_not_json(error: ValueError) -> str:
    """What ``parse_json`` raised, in words that a reason is made of."""
    if isinstance(error, json.JSONDecodeError):
        what = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at")
        line = f" of line {error.lineno}" if "\n" in error.doc else ""
        cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
        return f"is not JSON: {what} at character {error.colno}{line}" + (
            "; its end seems to be cut off" if cut else ""
        )
    return str(error)


def past_blanks(text: str, start: int) -> int:
    """Where the next character that JSON does not pass over stands, from ``start`` on, or the end."""
    found = _BLANKS.match(text, start)
    return found.end() if found else start


def _json_lines(file: str, stream: TextIO) -> Iterator[Record | SetAside]:
    began = False
    for number, line in _lines(stream):
        text = line.strip(" \t\r\n")
        if not began and text in ("[", "{"):
            yield SetAside(file=file, line=None, reason="is one JSON document over many lines; name it *.json")
            return
        if text:
            began = True
            yield _json_line(file, number, text)


def _json_line(file: str, number: int, text: str) -> Record | SetAside:
    place = Record(file, number, {}, text[:2000])
    if len(text) > LONGEST:
        return place.aside(f"is longer than {LONGEST:,} characters")
    if (foreign := not_utf8(text)) is not None:
        return place.aside(foreign)
    try:
        value, end = parse_json(text)
    except ValueError as error:
        return place.aside(why_not_json(error))
    if text[end:].strip():
        return place.aside(f"goes on after its JSON object ends, at character {end + 1}; write one object a line")
    return _object(place, value)


def _object(place: Record, value: Any) -> Record | SetAside:
    if not isinstance(value, dict):
        hint = "; a file that is one array is named *.json" if isinstance(value, list) else ""
        return place.aside(f"is not a JSON object ({{...}}) but {_json_kind(value)}{hint}")
    return Record(place.file, place.line, value, place.raw)


def _document(file: str, text: str) -> Iterator[Record | SetAside]:
    foreign = not_utf8(text)
    body = past_blanks(text, 0)
    if foreign is not None or body == len(text):
        yield SetAside(file=file, line=None, reason=foreign or "is empty")
    elif text[body] == "[":
        yield from _elements(file, text, body + 1)
    else:
        yield _only(file, text, body)


def _only(file: str, text: str, start: int) -> Record | SetAside:
    whole = SetAside(file=file, line=None, reason="holds more than one JSON document; name it *.jsonl, a record a line")
    try:
        value, end = parse_json(text, start)
    except ValueError as error:
        return whole.model_copy(update={"reason": why_not_json(error), "record": text[:2000]})
    if past_blanks(text, end) < len(text):
        return whole
    return _object(Record(file, text.count("\n", 0, start) + 1, {}, text[start:end][:2000]), value)


def _elements(file: str, text: str, start: int) -> Iterator[Record | SetAside]:
    """The elements of the array whose bracket opened just before ``start``."""
    position = past_blanks(text, start)
    line = 1 + text.count("\n", 0, position)
    closed = text.startswith("]", position)
    if closed:
        position = past_blanks(text, position + 1)
    while not closed:
        place = Record(file, line, {}, text[position : position + 2000])
        try:
            value, end = parse_json(text, position)
        except ValueError as error:
            yield place.aside(f"{why_not_json(error)}; nothing from here on was read")
            return
        yield _object(replace(place, raw=place.raw[: end - position]), value)
        comma = past_blanks(text, end)
        closed = text.startswith("]", comma)
        if not closed and not text.startswith(",", comma):
            yield place.aside("is not followed by a comma or the end of the array; nothing after it was read")
            return
        after = past_blanks(text, comma + 1)
        line, position = line + text.count("\n", position, after), after
    if position < len(text):
        yield SetAside(file=file, line=line, reason="stands after the end of the JSON array; it was not read")


def _lines(stream: TextIO) -> Iterator[tuple[int, str]]:
    """Lines and their numbers; of one that is too long, its beginning, with one character too many."""
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        rest = line
        while len(rest) == LONGEST + 1 and rest[-1] not in "\r\n":
            rest = stream.readline(LONGEST + 1)
        yield number, line


def _json_kind(value: Any) -> str:
    kinds = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "null")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return values


def _no_constant(name: str) -> float:
    raise ValueError(f"holds {name}, which is no number; write null where there is none")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"holds {digits[:20]}, a number that is too large")
    return number


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"holds a number of {len(digits):,} digits")
    return int(digits)


_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole)
