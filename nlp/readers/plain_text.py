"""Plain text and Markdown: a line a turn, with a name in front (``Agent: hello``, ``**Customer:** hi``), times or none.

Lines without a name go on with the turn before them. What stands above the first turn, such as a title or the call's
id and date, is no speech; ``Call ID``, ``Date``, ``Agent ID`` and ``Agent`` are understood there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from nlp.readers.clock import seconds_of
from nlp.readers.cues import has_cues
from nlp.readers.gathering import Gathering
from nlp.readers.labels import are_labels, is_role, split_label
from nlp.readers.parts import facts, identifier, moment
from nlp.readers.roles import role_of
from nlp.readers.vendor import NO_JSON, Source, Transcript
from nlp.set_aside import SetAside

NAME = "Plain text"

CLOCK = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,6})?"
OTHER_DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?[T ]\d{1,2}:\d{2}(?::\d{2})?"
DAY = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})?"
BULLET = r"(?:(?:[-*•]|>{1,2}|\d{1,4}[.)])[ \t]+)?"
UNTIL = rf"(?:[ \t]*(?:--?>|[-–—]|to)[ \t]*(?P<until>{CLOCK})(?![\d:]))?"
TIME = rf"(?:(?P<at>{DAY}|{CLOCK}){UNTIL}|{OTHER_DAY})(?:[ \t\u202f]?[AaPp][Mm])?"
LEAD = re.compile(rf"{BULLET}(?:[\[(]?{TIME}[\])]?[ \t]*[-–—|]?[ \t]*)?")
TRACK = re.compile(r"(?P<at>\d{1,6}(?:\.\d{1,9})?)\t(?P<until>\d{1,6}(?:\.\d{1,9})?)\t(?=\[\[)")
"""A line of an audio editor's track of labels, as WhisperX writes it: two times in seconds, ``[[SPEAKER_00]]``."""

STAMP = re.compile(rf"(?:[\[(](?P<in>{CLOCK})[\])][ \t]*|(?P<at>{CLOCK})[ \t]{{2,}})(?=\S)")
"""A time between the name and the words."""
AFTER_NAME = re.compile(
    rf"(?P<name>[^:\[\]()\n]{{1,60}}?)[ \t]*[\[(](?P<at>{DAY}|{CLOCK})[\])][ \t]*:?[ \t]*(?P<text>.*)"
)
NAME_LINE = re.compile(rf"(?P<name>[^:\[\]()\n]{{1,60}}?)[ \t]{{1,8}}(?P<at>{CLOCK})")
NO_TURN = re.compile(r"[-=*_~ ]{3,}|#{1,6}[ \t].*|```.*|Transcribed by https?://otter\.ai/?")
FACT = re.compile(r"[*_#>\- \t]*([A-Za-z][A-Za-z ._-]{0,30}?)[*_ \t]*:[*_]*[ \t]*(\S.*)")
IDS = {"call id", "contact id", "conversation id", "interaction id", "callid", "id", "call", "ticket id", "session id"}
DATES = {"date", "call date", "started at", "start time", "call time", "date and time", "timestamp", "started", "time"}
OTHERS = {
    "duration",
    "queue",
    "channel",
    "language",
    "topic",
    "subject",
    "title",
    "recording",
    "transcript",
    "agent id",
}
NAMED_LINES = 0.3
"""The share of lines that must begin with a name; the others go on with the turn before."""

MOST_LINES = 110_000
"""Lines of one call; they are held in memory at once."""

REPEATED = 3
"""How often a name that is no role must come in a text that names roles: ``Order number: 12`` is no speaker."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its number from 1, the time in front of it, its name, and the words after it."""

    number: int
    whole: str
    at: str | None = None
    label: str | None = None
    said: str = ""
    until: str | None = None


@dataclass(slots=True)
class Turn:
    """A turn while its lines are collected."""

    line: int
    label: str
    at: str | None
    until: str | None
    words: list[str] = field(default_factory=list)
    entries: int = 1


def recognises(source: Source) -> float:
    """0.8 for text whose lines name an agent and a customer, 0.6 for lines with other names in front."""
    if source.value is not NO_JSON or source.rows is not None or has_cues(source.text):
        return 0.0
    lines = _lines(source.text[:50_000])
    if not are_labels(((line.label, "") if line.label is not None else None for line in lines), NAMED_LINES):
        return 0.0
    return 0.8 if {role_of(line.label or "") for line in lines} >= {"agent", "customer"} else 0.6


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one call of the text."""
    if source.text.count("\n") + source.text.count("\r") > MOST_LINES:
        yield source.aside(f"has over {MOST_LINES:,} lines, and no call has as many; is it a call a file?")
        return
    lines = _lines(source.text)
    head, lines = _head(lines, source.text)
    gathering = Gathering(source)
    for _ in head:
        gathering.pass_over("a line above the first turn")
    turns = _turns(lines, gathering)
    clock = _Clock([turn.at for turn in turns], source)
    for turn in turns:
        text = "\n".join(turn.words).strip()
        start, end = clock.seconds(turn.at), clock.seconds(turn.until)
        gathering.say(f"line {turn.line}", turn.label, text, start, end, entries=turn.entries)
    said = _facts(head)
    yield gathering.complete(
        Transcript(
            call_id=identifier(said.get("call_id")) or source.stem,
            vendor=NAME,
            speeches=(),
            agent_id=identifier(said.get("agent_id")),
            started_at=moment(said.get("started_at"), source.hints.timezone) or clock.began,
            metadata=facts(**{name.replace(" ", "_"): value for name, value in said.items() if name in OTHERS}),
            names={turn.label: said[role] for turn in turns if (role := role_of(turn.label) or "") in said},
            sides="names",
        )
    )


def count(source: Source) -> int | None:
    """Lines that are not blank."""
    return sum(bool(line.strip()) for line in re.split(rb"\r\n|\r|\n", source.raw.removeprefix(b"\xef\xbb\xbf")))


def _lines(text: str) -> list[Line]:
    lines = re.split(r"\r\n|\r|\n", text)
    found = [
        _line(number, line) for number, line in enumerate(lines, start=1) if line.encode("utf-8", "replace").strip()
    ]
    return _with_stamps(found)


def _with_stamps(lines: list[Line]) -> list[Line]:
    """The lines with the times that stand between names and words, where at least half of the turns have one there."""
    stamps = {line.number: STAMP.match(line.said) for line in lines if line.label is not None and line.at is None}
    stamped = {number: found for number, found in stamps.items() if found is not None}
    if len(stamped) < 2 or 2 * len(stamped) < sum(line.label is not None for line in lines):
        return lines
    return [
        replace(line, at=found["in"] or found["at"], said=line.said[found.end() :])
        if (found := stamped.get(line.number)) is not None
        else line
        for line in lines
    ]


def _line(number: int, whole: str) -> Line:
    bare = whole.strip()
    lead = TRACK.match(bare) or LEAD.match(bare)
    at, until, rest = (lead["at"], lead["until"], bare[lead.end() :]) if lead is not None else (None, None, bare)
    if (found := split_label(rest)) is not None:
        return Line(number, whole, at, found[0], found[1], until)
    for form in (AFTER_NAME, NAME_LINE):
        timed = form.fullmatch(bare)
        if timed is not None and split_label(f"{timed['name'].strip('* ')}: ") is not None:
            return Line(number, whole, timed["at"], timed["name"].strip("* "), timed.groupdict().get("text") or "")
    return Line(number, whole)


def _head(lines: Sequence[Line], text: str) -> tuple[list[Line], list[Line]]:
    """The lines above the first turn, and the others.

    The first paragraph is the head where it is facts alone and one of them is no speaker's name.
    """
    blank = next((n for n, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1) if not line.strip() and n > 1), 0)
    first = [line for line in lines if line.number < blank]
    if (
        first
        and all(_fact(line) or NO_TURN.fullmatch(line.whole.strip()) for line in first)
        and any(map(_known, first))
    ):
        return first, list(lines[len(first) :])
    start = next((n for n, line in enumerate(lines) if line.label is not None and not _known(line)), len(lines))
    return list(lines[:start]), list(lines[start:])


def _fact(line: Line) -> tuple[str, str] | None:
    found = FACT.fullmatch(line.whole.strip())
    return (" ".join(found[1].split()).casefold(), found[2].strip("* ")) if found is not None else None


def _known(line: Line) -> bool:
    fact = _fact(line)
    return fact is not None and fact[0] in IDS | DATES | OTHERS | {"agent name", "customer name"}


def _facts(head: Sequence[Line]) -> dict[str, str]:
    """What the head says, under our names where we have one."""
    found: dict[str, str] = {}
    for name, value in filter(None, map(_fact, head)):
        ours = "call_id" if name in IDS else "started_at" if name in DATES else name.removesuffix(" name")
        ours = "agent_id" if name == "agent id" else role_of(ours) or ours
        found.setdefault(ours, value)
    return found


def _turns(lines: Sequence[Line], gathering: Gathering) -> list[Turn]:
    speakers = _speakers(lines)
    turns: list[Turn] = []
    for line in lines:
        if line.label in speakers and line.label is not None:
            turns.append(Turn(line.number, line.label, line.at, line.until, [line.said]))
        elif NO_TURN.fullmatch(line.whole.strip()) or not turns:
            gathering.pass_over("a line that only divides the text")
        else:
            turns[-1].words.append(line.whole.strip())
            turns[-1].entries += 1
    return turns


def _speakers(lines: Sequence[Line]) -> set[str]:
    """Which of the names in front of lines are speakers."""
    counted = Counter(line.label for line in lines if line.label is not None)
    if {role_of(label) for label in counted} >= {"agent", "customer"}:
        return {label for label, times in counted.items() if is_role(label) or times >= REPEATED}
    return set(counted)


class _Clock:
    """Times of a text as seconds from its call's start.

    Times of the day count from the first of them. Two numbers (``14:03``) are minutes and seconds only where the first
    of all begins with a zero: else nobody can tell them from hours and minutes, and they are left out.
    """

    def __init__(self, given: Sequence[str | None], source: Source) -> None:
        first = next((at for at in given if at), "")
        self.zone = source.hints.timezone
        self.began: datetime | None = moment(first, self.zone) if "-" in first else None
        clear = self.began is not None or first.count(":") != 1 or first.startswith("0")
        self.told = bool(first) and clear
        begun = seconds_of(first) if self.told and self.began is None else None
        self.zero = begun if begun is not None and begun >= 3600 else 0.0

    def seconds(self, at: str | None) -> float | None:
        if at is None or not self.told:
            return None
        if self.began is not None:
            then = moment(at, self.zone) if "-" in at else None
            return None if then is None else round((then - self.began).total_seconds(), 3)
        found = seconds_of(at) if ":" in at else float(at)
        return None if found is None else round(found - self.zero, 3)
