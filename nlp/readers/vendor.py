"""What a reader of a vendor's transcripts is given, and what it gives: turns as the vendor has them.

A vendor is one module of this package with ``NAME``, ``recognises``, ``read`` and ``count``: see ``Vendor``. Who of
the speakers is the agent is not its affair beyond what the file itself says (``Transcript.roles``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any, Literal, Protocol

from nlp.call import Channel
from nlp.set_aside import SetAside

Role = Literal["agent", "customer", "system"]


@dataclass(frozen=True, slots=True)
class Speech:
    """One turn as the vendor has it, before anybody knows who is the agent.

    ``speaker_label`` is the vendor's raw label or channel as text (``spk_0``, ``1``, ``Maria Cruz``, empty where there
    is none). ``text`` stands to the letter. ``start`` and ``end`` are seconds from the call's start, negative ones
    included. ``entries`` is how many of the vendor's own entries (see ``Vendor.count``) it is made of: more than one
    where the vendor has words and no turns, none for the second of two turns that one entry holds.
    """

    speaker_label: str
    text: str
    start: float | None = None
    end: float | None = None
    entries: int = 1


class LostTurn(SetAside):
    """A turn that could not be kept, of a call that could or of none. ``entries`` as in ``Speech``."""

    entries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One call as the vendor has it.

    ``roles`` is what the file itself says of a label, and ``names`` what it calls the person behind one; labels that
    it says nothing of are in neither. ``set_aside`` are turns that could not be kept, each with its place and reason.
    ``notes`` are sentences for whoever looks at the import: what was repaired or could not be told. ``sides`` says
    whether labels are recorded channels (each one side of the call), speakers told apart by ear, or names.
    ``no_speech`` counts entries that hold no speech by the format's own rules (a title line, a recognised silence).
    ``file`` and ``line`` are filled in by the registry.
    """

    call_id: str
    vendor: str
    speeches: tuple[Speech, ...]
    agent_id: str | None = None
    started_at: datetime | None = None
    call_type: str | None = None
    channel: Channel | None = None
    language: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    sides: Literal["channels", "speakers", "names"] = "speakers"
    set_aside: tuple[LostTurn, ...] = ()
    notes: tuple[str, ...] = ()
    no_speech: int = 0
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Hints:
    """What somebody told us about the files: times that name no zone are in ``timezone``; ``columns`` maps our names
    (call_id, speaker, text, start, ...) to a table's own, ``paths`` to where they lie in JSON of an unknown make (see
    ``nlp.readers.json_paths``); ``unit`` is that of bare numbers of time, where given."""

    timezone: tzinfo = UTC
    columns: Mapping[str, str] = field(default_factory=dict)
    unit: Literal["seconds", "milliseconds"] | None = None
    paths: Mapping[str, str] = field(default_factory=dict)


LONGEST_STEM = 400
"""Characters of a file's name that are a call's id: what an identifier may have, less a line's number."""

NO_JSON = object()
"""``Source.value`` of a document that is no JSON: None is what ``null`` means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One document, unpacked and decoded: a file, a member of an archive, a line of JSON lines, or a table.

    ``file`` is where it lies as a person is shown it (``export.zip/2026/call-7.json``); ``line`` where it begins there,
    counted from 1, or None where it is the whole file. ``raw`` are its own bytes as UTF-8, ``text`` what they say
    without a byte order mark, and ``value`` the JSON value that is, parsed once and strictly, or NO_JSON. A Parquet
    table has ``columns`` and ``rows`` (each call of it begins anew), and neither text nor bytes. ``notes`` say what
    had to be assumed to read it, and go along into its transcripts' notes.
    """

    file: str
    line: int | None = None
    raw: bytes = b""
    text: str = ""
    value: Any = NO_JSON
    columns: tuple[str, ...] = ()
    rows: Callable[[], Iterator[Mapping[str, Any]]] | None = None
    hints: Hints = Hints()
    notes: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The file's own name without its endings: a call's id where the document names none.

        ``calls/c-12.vcon.json.gz`` is ``c-12``; a line of JSON lines adds its number, ``c-12:7``. Always an identifier:
        what no identifier may hold is ``_`` in it, and a name of nothing but endings or blanks is ``call``.
        """
        name = ENDINGS.sub("", PurePosixPath(self.file.replace("\\", "/")).name)
        name = "".join(c if c.isprintable() and not 0xD800 <= ord(c) < 0xE000 else "_" for c in name)[:LONGEST_STEM]
        name = name.strip() or "call"
        return name if self.line is None else f"{name}:{self.line}"

    def aside(self, reason: str, at: str = "") -> SetAside:
        """This document set aside for ``reason``, at the place in it that ``at`` names (``Participants[0]``)."""
        reason = f"{at}: {reason}" if at else reason
        return SetAside(file=self.file, line=self.line, reason=reason, record=self.text[:2000])

    def lost(self, reason: str, at: str, record: str = "", entries: int = 1) -> LostTurn:
        """The turn that ``at`` names (``Transcript[3]``), set aside; ``record`` is the turn as it stood."""
        return LostTurn(file=self.file, line=self.line, reason=f"{at}: {reason}", record=record, entries=entries)


ENDINGS = re.compile(
    r"(\.(json|jsonl|ndjson|vtt|srt|txt|md|csv|tsv|parquet|gz|zip|vcon|transcript|wav|mp3|mp4|m4a|flac))+$",
    re.IGNORECASE,
)


class Vendor(Protocol):
    """A module of ``nlp.readers`` that knows one vendor's format. All of it is a pure function of the source."""

    NAME: str
    """What people call it: ``Amazon Transcribe Call Analytics``."""

    @staticmethod
    def recognises(source: Source) -> float:
        """How surely this document is of this vendor, 0 to 1: 1 where only this vendor writes so, 0.5 where it would
        do and another may as well, 0 where it is not. Looks at the content and never at the name; cheap, and never
        raises, whatever JSON or text it is shown."""

    @staticmethod
    def read(source: Source) -> Iterator[Transcript | SetAside]:
        """The calls of a document that is recognised. Never raises: a call that cannot be read is set aside with the
        place and what would be right, and a turn that cannot be is in its transcript's ``set_aside``."""

    @staticmethod
    def count(source: Source) -> int | None:
        """How many of the vendor's own entries (turns, cues, segments, or words where it has no turns) the document
        holds, counted from ``raw`` and not by the code of ``read``. None where nothing but parsing can tell.

        What ``read`` gives must come to the same: the ``entries`` of all speeches and lost turns, and ``no_speech``;
        where a whole call was set aside, to less.
        """


def count_key(raw: bytes, key: str) -> int:
    """How often ``key`` is a key in JSON, from its bytes alone.

    Exact for keys written without escapes: a quotation mark inside a string has a backslash before it.
    """
    return len(re.findall(rb'(?<!\\)"' + re.escape(key.encode()) + rb'"\s*:', raw))
