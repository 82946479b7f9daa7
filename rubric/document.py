"""A YAML or JSON document read with care: the line of every value, and no surprise in what a value becomes.

YAML's own loaders make ``no`` false, ``12:30`` seven hundred and fifty and a date a date, keep the last of two
equal keys in silence, and unfold a few hundred bytes of aliases into millions of values. Here only plain numbers,
``true``, ``false`` and ``null`` are more than text, keys are text always, and the rest is refused with its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Location = tuple[int | str, ...]
"""Where a value stands: ``("criteria", 2, "threshold")``."""

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 200_000

_EMPTY = "is empty; `verbatim rubric new` writes one to start from"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_JSON_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

_HINTS = (
    ("mapping values are not allowed", "put text that holds a colon in quotes"),
    ("did not find expected key", "check the indentation, and put text that holds quotes or a colon in quotes"),
    ("expected <block end>", "check the indentation, and put text that holds quotes or a colon in quotes"),
    ("did not find expected '-'", "check the indentation of the list"),
    ("could not find expected ':'", "a key needs a colon and a space after it"),
    ("cannot start any token", "put text that begins with a sign in quotes"),
    ("unexpected end of stream", "a quote or bracket is opened and never closed"),
    ("did not find expected ',' or", "a bracket is opened and never closed, or a comma is missing"),
    ("unknown escape", "in double quotes a backslash is written twice"),
)


class NotReadable(Exception):
    """The document cannot be read. ``line`` counts from 1; None where the whole file is meant."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass(frozen=True)
class Document:
    """What a file says. ``lines`` count from 1; ``written`` keeps plain scalars as they stand in the file."""

    value: Any
    lines: dict[Location, int]
    written: dict[Location, str]

    def line(self, location: Location) -> int:
        """The line of what stands at ``location``, else of the nearest thing that holds it."""
        for end in range(len(location), 0, -1):
            if location[:end] in self.lines:
                return self.lines[location[:end]]
        return self.lines[()]

    def at(self, location: Location) -> Any:
        """The value at ``location``; None where nothing stands there."""
        here = self.value
        for part in location:
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                return None
        return here


def read_document(path: Path) -> Document:
    """Read a YAML (or, by its name, JSON) file of at most 5 MB. Raises NotReadable."""
    return parse_document(_text_of(path), as_json=path.suffix.lower() == ".json")


def parse_document(text: str, *, as_json: bool = False) -> Document:
    """One document from its text. Raises NotReadable."""
    _refuse_what_is_not_text(text)
    if as_json:
        _refuse_wrong_json(text)
        text = _JSON_PAIR.sub(_joined_pair, text)
    elif tab := _TAB_INDENT.search(text):
        raise NotReadable(_line_at(text, tab.start()), "indented with a tab; YAML indents with spaces")
    try:
        return _Builder().build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise _explained(error) from error
    except yaml.YAMLError as error:
        raise NotReadable(None, f"is no YAML: {error}") from error


def _text_of(path: Path) -> str:
    try:
        if not path.is_file():
            raise NotReadable(None, "is a folder; a file is needed" if path.is_dir() else "no such file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotReadable(None, f"cannot be read: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise NotReadable(None, f"is larger than {MAX_BYTES // 1_000_000} MB; a rubric of that size is a mistake")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NotReadable(line, "is not UTF-8; save the file as UTF-8") from error


def _refuse_what_is_not_text(text: str) -> None:
    if not text.strip():
        raise NotReadable(None, _EMPTY)
    if sign := _NOT_TEXT.search(text):
        shown = f"U+{ord(sign.group()):04X}"
        raise NotReadable(_line_at(text, sign.start()), f"holds the control character {shown}; remove it")


def _refuse_wrong_json(text: str) -> None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise NotReadable(error.lineno, f"is no JSON: {error.msg[:1].lower()}{error.msg[1:]}") from error
    except (RecursionError, ValueError) as error:
        raise NotReadable(None, f"is no JSON that can be read: {error}") from error


def _joined_pair(match: re.Match[str]) -> str:
    """JSON writes signs beyond U+FFFF as two halves, which YAML refuses."""
    pair = bytes.fromhex(match[2] + match[3]).decode("utf-16-be")
    return match[1] + pair


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _explained(error: yaml.MarkedYAMLError) -> NotReadable:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "cannot be read"
    hint = next((hint for sign, hint in _HINTS if sign in problem), "")
    return NotReadable(mark.line + 1 if mark else None, f"is no YAML: {problem}" + (f"; {hint}" if hint else ""))


def _plain(text: str) -> Any:
    """A scalar without quotes: a number, true, false or null by YAML 1.2's core rules, else text."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _NOT_FINITE.fullmatch(text) else text


@dataclass
class _Open:
    """A list or mapping that is being read."""

    location: Location
    into: Any
    line: int
    key: str | None = None
    keys: dict[str, int] = field(default_factory=dict)


class _Builder:
    """Events to values, without recursion: a hostile file must not exhaust the stack."""

    def __init__(self) -> None:
        self.value: Any = None
        self.lines: dict[Location, int] = {}
        self.written: dict[Location, str] = {}
        self.open: list[_Open] = []
        self.documents = 0

    def build(self, events: Iterator[Any]) -> Document:
        for event in events:
            self._take(event, event.start_mark.line + 1)
        if not self.documents:
            raise NotReadable(None, _EMPTY)
        return Document(self.value, self.lines, self.written)

    def _take(self, event: Any, line: int) -> None:
        match event:
            case yaml.AliasEvent():
                raise NotReadable(line, f"*{event.anchor}: aliases are not accepted; write it out, or quote the text")
            case yaml.DocumentStartEvent():
                self._begin_document(line)
            case yaml.ScalarEvent():
                self._refuse_marks(event, line)
                self._scalar(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_marks(event, line)
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.open.pop()

    def _begin_document(self, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            raise NotReadable(line, "a second document begins here (---); a file holds one")

    def _refuse_marks(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            raise NotReadable(line, f"&{event.anchor}: anchors are not accepted; remove it, or quote the text")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise NotReadable(line, f"the tag {tag} is not accepted; remove it, and write text in quotes")

    def _scalar(self, event: Any, line: int) -> None:
        is_plain = not event.style
        if self._awaits_key():
            self._key(event.value, line)
            return
        location = self._put(_plain(event.value) if is_plain else event.value, line)
        if is_plain:
            self.written[location] = event.value

    def _awaits_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].into, dict) and self.open[-1].key is None

    def _key(self, key: str, line: int) -> None:
        here = self.open[-1]
        if not key.strip():
            raise NotReadable(line, "a key is empty; write its name before the colon")
        if key in here.keys:
            raise NotReadable(line, f"the key {key!r} is here a second time (first on line {here.keys[key]}); keep one")
        here.keys[key] = line
        here.key = key

    def _begin(self, container: Any, line: int) -> None:
        if self._awaits_key():
            raise NotReadable(line, "a key must be one word or line of text")
        if len(self.open) >= MAX_DEPTH:
            raise NotReadable(line, f"nested more than {MAX_DEPTH} deep")
        self.open.append(_Open(self._put(container, line), container, line))

    def _put(self, value: Any, line: int) -> Location:
        if len(self.lines) >= MAX_VALUES:
            raise NotReadable(line, f"holds more than {MAX_VALUES:,} values")
        location = self._attach(value)
        # a value may start on the line after its key; people look for the key
        self.lines[location] = self.open[-1].keys.get(str(location[-1]), line) if location else line
        return location

    def _attach(self, value: Any) -> Location:
        if not self.open:
            self.value = value
            return ()
        here = self.open[-1]
        if isinstance(here.into, list):
            here.into.append(value)
            return (*here.location, len(here.into) - 1)
        key, here.key = str(here.key), None
        here.into[key] = value
        return (*here.location, key)
