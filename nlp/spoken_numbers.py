"""Numbers as they are written and as they are read out: ``4095 1234``, ``four zero nine five``, ``double four``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

READ_OUT = 4
"""So many digits said one by one are a number that identifies something."""
LONG = 6
"""So many digits in all are too, in whatever groups they come; shorter ones are order numbers, years, amounts."""

PLAIN_GAP = re.compile(r"[\s\u200b-\u200d\u2060]{1,2}|[.\-‐‑–—]|\s[-–—]\s|\)[\s.-]{0,2}|\s?\(")
LISTED_GAP = re.compile(r"[,.;]\s{0,2}")
"""Only between single digits: longer numbers with commas between them are a list."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Number words in small letters. ``repeats`` double the digit behind them, ``pauses`` stand between two digits."""

    units: frozenset[str]
    teens: frozenset[str]
    tens: frozenset[str]
    repeats: frozenset[str]
    token: re.Pattern[str]
    pause: re.Pattern[str]

    @classmethod
    def of(
        cls,
        units: Sequence[str],
        teens: Sequence[str],
        tens: Sequence[str],
        repeats: Sequence[str],
        pauses: Sequence[str],
    ) -> NumberWords:
        words = "|".join([*units, *teens, *tens, *repeats])
        token = re.compile(rf"\d+|\b(?:{words})\b", re.IGNORECASE)
        pause = re.compile(rf"[\s,.-]{{1,3}}(?:{'|'.join(pauses)})[\s,.-]{{1,3}}", re.IGNORECASE)
        return cls(frozenset(units), frozenset(teens), frozenset(tens), frozenset(repeats), token, pause)

    @property
    def all(self) -> list[str]:
        """Every number word, in a fixed order."""
        return sorted(self.units | self.teens | self.tens | self.repeats)


def find_numbers(text: str, words: NumberWords) -> Iterator[tuple[int, int, str]]:
    """Every number that may identify somebody, as (start, end, label)."""
    for run in _runs(text, words):
        spoken = [token.group().lower() for token in run]
        digits = _digits(spoken, words)
        if digits >= LONG or _read_out(spoken, words) >= READ_OUT:
            start, end = run[0].start(), run[-1].end()
            while start and text[start - 1] in "+(":
                start -= 1
            part_of_code = start > 0 and (text[start - 1].isalpha() or text[start - 1] in "-_/#")
            yield start, end, "[number]" if part_of_code else _label(text[start:end], digits)


def _runs(text: str, words: NumberWords) -> Iterator[list[re.Match[str]]]:
    """Number tokens that belong together."""
    tokens = list(words.token.finditer(text))
    run = tokens[:1]
    for before, after in pairwise(tokens):
        if not _belongs(text[before.end() : after.start()], before.group(), after.group(), words):
            yield run
            run = []
        run.append(after)
    if run:
        yield run


def _belongs(gap: str, before: str, after: str, words: NumberWords) -> bool:
    if PLAIN_GAP.fullmatch(gap) or words.pause.fullmatch(gap):
        return True
    return bool(LISTED_GAP.fullmatch(gap)) and all(len(token) == 1 or token.isalpha() for token in (before, after))


def _digits(spoken: Sequence[str], words: NumberWords) -> int:
    """How many digits the run has when written: ``forty five`` two, ``double four`` two, ``4095`` four."""
    total, last = 0, ""
    for token in spoken:
        if token[0].isdigit():
            total += len(token)
        elif token in words.teens or token in words.tens:
            total += 2
        elif not (token in words.units and last in words.tens):
            total += 1
        last = token
    return total


def _read_out(spoken: Sequence[str], words: NumberWords) -> int:
    """The longest stretch of digits said one by one."""
    longest = streak = 0
    last = ""
    for token in spoken:
        single = token in words.units or token in words.repeats or (len(token) == 1 and token.isdigit())
        streak = streak + 1 if single and last not in words.tens else 0
        longest, last = max(longest, streak), token
    return longest


def _label(shown: str, digits: int) -> str:
    if 13 <= digits <= 19:
        return "[card]"
    if 10 <= digits <= 12 or shown.startswith(("+", "(")):
        return "[phone]"
    return "[number]"
