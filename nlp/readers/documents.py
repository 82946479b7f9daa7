"""A file's text as documents: one JSON value, a JSON value a line, or text that is no JSON.

JSON lines of which each is a turn, as a query of a warehouse exports them, are one table and not a document each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader

from nlp.readers.decoding import NoText, decode, wide_encoding
from nlp.readers.table_columns import columns_of
from nlp.readers.vendor import NO_JSON, Hints, Source
from nlp.records import LONGEST, parse_json, past_blanks, why_not_json
from nlp.set_aside import SetAside

MOST_VALUES = 16
"""How many bytes of memory a byte of JSON may come to by ``_parsed_size``, which estimates on the high side."""

SMALL = 32 * 2**20
"""Bytes of memory that any document may come to."""

GOES_ON = (b"[", b"{", b",", b":")
"""What a line ends with in the middle of a JSON value."""

CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\x1b")))


def documents(file: str, stream: BufferedReader, hints: Hints) -> Iterator[Source | SetAside]:
    """The documents of a text file, one at a time. JSON lines are read line by line, everything else whole.

    Never raises but what ``stream`` raises: what cannot be read is set aside.
    """
    lines = _Lines(stream)
    if wide_encoding(stream.peek(400)[:400]) is None and lines.are_json():
        yield from _turn_lines(file, lines, hints) if lines.are_turns(hints) else _json_lines(file, lines, hints)
        return
    raw = lines.rest()
    if len(raw) > LONGEST:
        reason = f"is over {LONGEST // 2**20} MiB; write it as JSON lines, a call a line, or split it"
        yield SetAside(file=file, line=None, reason=reason)
    else:
        yield from _whole(file, raw, hints)


class _Lines:
    """The lines of a stream, of which the first three that are not blank can be looked at ahead."""

    def __init__(self, stream: BufferedReader) -> None:
        self.stream = stream
        self.ahead: list[bytes] = []

    def are_json(self) -> bool:
        """Whether this is a JSON object a line: each begins on a line of its own, or the first ends on its own.

        A document whose first line opens a list and whose elements stand on lines of their own is none: its second
        line ends in a comma, or its third in the end of the list.
        """
        first = self._look(b"\xef\xbb\xbf")
        if not first.startswith(b"{") or len(first) < 2:
            return False
        second = self._look()
        if not second.startswith(b"{"):
            return bool(second and _complete(first))
        return not first.endswith(GOES_ON) or (_complete(second) and self._look().startswith(b"{"))

    def are_turns(self, hints: Hints) -> bool:
        """Whether the first line is a row of a table of turns: single values, with words and whose they are."""
        try:
            row = parse_json(next(filter(bytes.strip, self.ahead)).decode("utf-8-sig"))[0]
        except ValueError:
            return False
        flat = isinstance(row, dict) and not any(isinstance(value, list | dict) for value in row.values())
        return flat and columns_of(row, hints.columns).enough

    def _look(self, mark: bytes = b"") -> bytes:
        while line := self._line():
            self.ahead.append(line)
            if stripped := line.removeprefix(mark).strip():
                return stripped
        return b""

    def rest(self) -> bytes:
        """All that is left, up to one byte more than is read."""
        seen = b"".join(self.ahead)
        self.ahead = []
        return seen + self.stream.read(max(0, LONGEST + 1 - len(seen)))

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        number = 0
        while line := self.ahead.pop(0) if self.ahead else self._line():
            number += 1
            yield number, line

    def _line(self) -> bytes:
        """The next line; of one that is too long, its beginning with one byte too many."""
        line = rest = self.stream.readline(LONGEST + 1)
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = self.stream.readline(LONGEST + 1)
        return line


def _json_lines(file: str, lines: _Lines, hints: Hints) -> Iterator[Source | SetAside]:
    for number, line in lines.numbered():
        raw = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
        if len(raw) > LONGEST:
            yield SetAside(file=file, line=number, reason=f"is longer than {LONGEST:,} bytes")
        elif raw:
            yield _json_line(file, number, raw, hints)


def _turn_lines(file: str, lines: _Lines, hints: Hints) -> Iterator[Source | SetAside]:
    """The lines as one array of rows; those that are no JSON are set aside alone."""
    raw = lines.rest()
    if len(raw) > LONGEST:
        reason = f"is a table of turns of over {LONGEST // 2**20} MiB; split it between two calls"
        yield SetAside(file=file, line=None, reason=reason)
        return
    kept = []
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            made = _json_line(file, number, line.strip(), hints)
            if isinstance(made, SetAside):
                yield made
            else:
                kept.append(made.raw)
    yield from _whole(file, b"[" + b",\n".join(kept) + b"]", hints)


def _json_line(file: str, number: int, raw: bytes, hints: Hints) -> Source | SetAside:
    try:
        text = decode(raw, strict=True)[0]
    except NoText as error:
        return SetAside(file=file, line=number, reason=str(error), record=raw[:2000].decode("utf-8", "replace"))
    found = Source(file=file, line=number, raw=raw, text=text, hints=hints)
    try:
        value, end = _parsed(text, raw)
    except ValueError as error:
        return found.aside(why_not_json(error))
    if text[end:].strip():
        return found.aside(f"goes on after its JSON value ends, at character {end + 1}; write one value a line")
    return replace(found, value=value)


def _whole(file: str, raw: bytes, hints: Hints) -> Iterator[Source | SetAside]:
    head = raw[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        text, notes = decode(raw, strict=head.startswith(b"{"))
    except NoText as error:
        yield SetAside(file=file, line=None, reason=str(error))
        return
    if wide_encoding(raw[:400]) is not None:
        text = text.removeprefix("\ufeff")
        raw = text.encode("utf-8", "replace")
    found = Source(file=file, raw=raw, text=text, hints=hints, notes=notes)
    start = len(text) - len(text.lstrip())
    if start == len(text):
        yield found.aside("is empty")
    elif _is_binary(raw[:4096]):
        yield SetAside(file=file, line=None, reason="is neither text nor JSON")
    elif not _begins_json(text, start):
        yield found
    else:
        yield from _values(found, start)


def _values(found: Source, start: int) -> Iterator[Source | SetAside]:
    """The JSON values of a document, of which there is mostly one."""
    text, first = found.text, True
    while start < len(text):
        try:
            value, end = _parsed(text, found.raw, start)
        except ValueError as error:
            yield replace(found, text=text[start : start + 2000]).aside(why_not_json(error))
            return
        after = len(text) - len(text[end:].lstrip()) if end < len(text) else end
        if first and after == len(text):
            yield replace(found, value=value)
            return
        line = 1 + text.count("\n", 0, start)
        part = text[start:end]
        yield replace(found, line=line, raw=part.encode("utf-8", "replace"), text=part, value=value)
        start, first = after, False


def text_document(source: Source, text: str) -> Source:
    """A document of its own that is ``text``, found inside of ``source``."""
    start = len(text) - len(text.lstrip())
    value: object = NO_JSON
    if start < len(text) and _begins_json(text, start):
        try:
            value = parse_json(text, start)[0]
        except ValueError:
            value = NO_JSON
    hints = Hints(timezone=source.hints.timezone, paths=source.hints.paths)
    raw = text.encode("utf-8", "replace")
    return replace(source, raw=raw, text=text, value=value, columns=(), rows=None, hints=hints, notes=())


def elements(source: Source) -> Iterator[Source]:
    """The elements of a document that is one array, as documents with the line where each begins."""
    text = source.text
    position = text.index("[") + 1
    line = (source.line or 1) + text.count("\n", 0, position)
    for _ in source.value:
        start = past_blanks(text, position)
        line += text.count("\n", position, start)
        value, end = parse_json(text, start)
        part = text[start:end]
        yield replace(source, line=line, raw=part.encode("utf-8", "replace"), text=part, value=value)
        comma = past_blanks(text, end)
        line += text.count("\n", start, comma)
        position = comma + 1


def _parsed(text: str, raw: bytes, start: int = 0) -> tuple[object, int]:
    if len(raw) > 2**20 and _parsed_size(raw) > MOST_VALUES * len(raw) + SMALL:
        raise ValueError("holds so many values that it would not fit into memory; no transcript is like that")
    return parse_json(text, start)


def _parsed_size(raw: bytes) -> int:
    """About how many bytes of memory the values of a JSON text take, from what CPython's own objects take."""
    objects, lists, keys = raw.count(b"{"), raw.count(b"["), raw.count(b":")
    strings, values = raw.count(b'"') // 2, raw.count(b",") + raw.count(b"{") + raw.count(b"[")
    numbers = max(0, values - (strings - keys) - objects - lists)
    wide = 120 * keys if keys > 200 * (objects + 1) else 0  # an object of thousands of keys is held twice for a while
    return 130 * objects + 80 * lists + 50 * keys + 55 * strings + 32 * numbers + wide


def _complete(line: bytes) -> bool:
    try:
        text = line.decode("utf-8")
        return not text[parse_json(text)[1] :].strip()
    except ValueError:
        return False


def _begins_json(text: str, start: int) -> bool:
    """Whether a document is JSON and not text that begins with a bracket, as ``[00:12] Agent: hello`` does."""
    if text[start] == "{":
        return True
    after = past_blanks(text, start + 1)
    return text[start] == "[" and text[after : after + 1] in ("{", "[", '"', "]")


def _is_binary(head: bytes) -> bool:
    return len(head) - len(head.translate(None, CONTROLS)) > 0.05 * len(head)
