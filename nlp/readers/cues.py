"""Cues of captions, as WebVTT and SRT have them: a line of times and the lines under it.

Written for this, where well-known parsers lose what a call needs: cues with negative times or a comma in them are
dropped in silence, and of two speakers in one cue the second is given to the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.readers.clock import seconds_of

TIME = r"-?(?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,9})?"
TIMES = re.compile(rf"[ \t]*({TIME})[ \t]*-->[ \t]*({TIME})(?:[ \t].*)?", re.ASCII)
ARROW = "-->"
LINE_END = re.compile(r"\r\n|\r|\n")
TIMED = re.compile(r"[ \t]*-?[0-9][0-9:.,]*[ \t]*-->[ \t]*-?[0-9]")
TIMED_BYTES = re.compile(rb"^[ \t]*-?[0-9][0-9:.,]*[ \t]*-->[ \t]*-?[0-9]", re.MULTILINE)
NOT_CUES = ("NOTE", "STYLE", "REGION")
NOT_CUE_BYTES = (b"NOTE", b"STYLE", b"REGION")


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue: its line in the document (from 1), its times in seconds, and its text, line ends as ``\\n``.

    ``start`` and ``end`` are None, and ``broken`` says why, where the line of times is none that can be read.
    """

    line: int
    start: float | None
    end: float | None
    text: str
    broken: str = ""


def has_cues(text: str) -> bool:
    """Whether one of the first lines is a line of times."""
    return any(TIMES.fullmatch(line) for line in LINE_END.split(text[:20_000])[:200])


def cues(text: str, notes: bool = False) -> Iterator[Cue]:
    """The cues of a document, in its order; with ``notes`` it has blocks of notes, styles and regions, as WebVTT has.

    A cue ends where the next begins. Text between cues belongs to the cue before it: a blank line inside a cue is what
    comes of a blank line in what was said.
    """
    lines = LINE_END.split(text)
    heads = [number for number in range(len(lines)) if _is_head(lines, number)]
    for number, start in enumerate(heads):
        last = number + 1 == len(heads)
        kept = lines[start + 1 : None if last else heads[number + 1]]
        if notes:
            kept = _without_notes(kept)
        yield _cue(lines[start], start + 1, kept if last else _without_identifier(kept))


def count_cues(raw: bytes) -> int:
    """How many cues the bytes hold: lines of times anywhere, and lines with an arrow where a cue begins."""
    plain = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    timed = len(TIMED_BYTES.findall(plain))
    blocks = re.split(rb"\n(?:[ \t]*\n)+", b"\n" + plain.lstrip(b" \t\n"))
    heads = (block.strip(b"\n").split(b"\n")[:2] for block in blocks)
    return timed + sum(_has_arrow(head) for head in heads)


def _has_arrow(head: list[bytes]) -> bool:
    """Whether the first two lines of a block hold an arrow, and no line of times before it or in it."""
    for line in head:
        if TIMED_BYTES.match(line) or line.startswith(NOT_CUE_BYTES):
            return False
        if b"-->" in line:
            return True
    return False


def _is_head(lines: list[str], number: int) -> bool:
    """Whether a line is a cue's line of times, or stands where one should be and has its arrow."""
    line = lines[number]
    if ARROW not in line:
        return False
    if TIMED.match(line):
        return True
    before = lines[number - 1] if number else ""
    if line.startswith(NOT_CUES) or before.startswith(NOT_CUES):
        return False
    above = lines[number - 2] if number > 1 else ""
    return _blank(before) or (_blank(above) and ARROW not in before)


def _blank(line: str) -> bool:
    return not line.strip(" \t")


def _without_notes(kept: list[str]) -> list[str]:
    """Lines after a cue without the blocks that are no cues: each from its first word to a blank line."""
    found: list[str] = []
    inside = False
    for number, line in enumerate(kept):
        if number and _blank(kept[number - 1]) and line.split(" ", 1)[0].strip() in NOT_CUES:
            inside = True
        inside = inside and not _blank(line)
        if not inside:
            found.append(line)
    return found


def _without_identifier(kept: list[str]) -> list[str]:
    """A cue's lines without the name or number of the next cue, which stands before its times."""
    if not kept or _blank(kept[-1]):
        return kept
    named = len(kept) > 1 and _blank(kept[-2])
    return kept[:-1] if named or (len(kept) > 1 and kept[-1].strip().isdigit()) else kept


def _cue(head: str, line: int, kept: list[str]) -> Cue:
    text = "\n".join(kept).strip(" \t\n")
    times = TIMES.fullmatch(head)
    if times is None:
        reason = f"{head.strip()[:60]!r} is no line of times like 00:00:01.000 --> 00:00:02.500"
        return Cue(line, None, None, text, reason)
    return Cue(line, seconds_of(times[1]), seconds_of(times[2]), text)
