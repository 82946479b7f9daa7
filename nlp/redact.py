"""What a page must not show: numbers of cards, accounts and phones, addresses of mail, dates of birth, passwords.

The raw text is never changed. A turn is looked at as a whole, so that a number which crosses the edge of a quote is
masked on both sides of it. What is masked, and what only looks like it, is data: ``redact.toml``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from nlp.spoken_numbers import NumberWords, find_numbers

LONG_RUN = re.compile(r"\d{6,}")
BLANK = "\x00"
"""Stands in for what is kept while numbers are looked for: no text of a call holds it."""


@dataclass(frozen=True, slots=True, order=True)
class Mask:
    """A stretch that is not shown, and the label that stands in its place."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text and its masks, in order, none overlapping."""

    raw: str
    masks: tuple[Mask, ...]

    def show(self, start: int = 0, end: int | None = None) -> str:
        """The slice ``raw[start:end]`` as it may be shown. A mask that reaches into it is shown as its label, whole."""
        stop = len(self.raw) if end is None else end
        parts, here = [], start
        for mask in self.masks:
            if mask.end <= start or mask.start >= stop:
                continue
            parts += [self.raw[here : max(here, mask.start)], mask.label]
            here = mask.end
        return "".join(parts) + self.raw[here:stop]


def mask_private(text: str, asked: str = "") -> Masked:
    """Find what is private in ``text``, one turn. ``asked`` is the turn before it: what it asks for is private here."""
    rules = _rules()
    found = [mask for pattern in rules.patterns for mask in pattern.masks(text)]
    found += [mask for prompt in rules.prompts for mask in prompt.masks(text, asked)]
    found += [Mask(*number) for number in find_numbers(_without_kept(text, rules.keep), rules.words)]
    found += [Mask(run.start(), run.end(), "[number]") for run in LONG_RUN.finditer(text)]
    return Masked(text, tuple(_merged(found)))


def redact(text: str, asked: str = "") -> str:
    """``text`` as it may be shown."""
    return mask_private(text, asked).show()


@dataclass(frozen=True, slots=True)
class _Pattern:
    label: str
    find: re.Pattern[str]

    def masks(self, text: str) -> Iterator[Mask]:
        group = "hide" if "hide" in self.find.groupindex else 0
        for match in self.find.finditer(text):
            yield Mask(match.start(group), match.end(group), self.label)


@dataclass(frozen=True, slots=True)
class _Prompt:
    asked: re.Pattern[str]
    unless: re.Pattern[str] | None
    answer: _Pattern

    def masks(self, text: str, asked: str) -> Iterator[Mask]:
        if self.asked.search(asked) and not (self.unless and self.unless.search(text)):
            yield from self.answer.masks(text)


@dataclass(frozen=True, slots=True)
class _Rules:
    patterns: tuple[_Pattern, ...]
    prompts: tuple[_Prompt, ...]
    keep: tuple[re.Pattern[str], ...]
    words: NumberWords


def _without_kept(text: str, keep: Iterable[re.Pattern[str]]) -> str:
    """``text`` with amounts and dates blanked out, at the same length."""
    for pattern in keep:
        text = pattern.sub(lambda match: BLANK * len(match[0]), text)
    return text


def _merged(found: list[Mask]) -> Iterator[Mask]:
    """Overlapping masks as one, under the label of the one found first."""
    ranked = sorted(enumerate(found), key=lambda pair: (pair[1].start, pair[0]))
    current: tuple[int, Mask] | None = None
    for rank, mask in ranked:
        if current is None or mask.start >= current[1].end:
            if current:
                yield current[1]
            current = rank, mask
            continue
        first, held = current
        label = held.label if first < rank else mask.label
        current = min(first, rank), Mask(held.start, max(held.end, mask.end), label)
    if current:
        yield current[1]


@functools.cache
def _rules() -> _Rules:
    data = tomllib.loads(files("nlp").joinpath("redact.toml").read_text(encoding="utf-8"))
    lists = data["words"]
    words = NumberWords.of(lists["units"], lists["teens"], lists["tens"], lists["repeats"], lists["pauses"])
    fill = _fillings(lists, words)
    return _Rules(
        patterns=tuple(_pattern(entry, entry["find"], fill) for entry in data["pattern"]),
        prompts=tuple(_prompt(entry, fill) for entry in data["prompt"]),
        keep=tuple(re.compile(entry["find"], re.IGNORECASE) for entry in data["keep"]),
        words=words,
    )


def _fillings(lists: dict[str, list[str]], words: NumberWords) -> dict[str, str]:
    """What stands for a name in braces in the data."""
    said = "|".join(words.all)
    number = rf"(?:\d+|\b(?:{said})\b)"
    part = rf"(?:\d+(?:st|nd|rd|th)?\b|\b(?:{said}|{'|'.join(lists['months'] + lists['ordinals'])})\b)"
    pauses = "|".join(lists["pauses"])
    more = rf"(?:(?:[\s,./-]{{1,2}}(?:of|the|and|{pauses})\b)*[\s,./-]{{1,2}}{part})"
    gap, pause = "|".join(lists["gap"]), r"(?:\s{1,3}(?:just|it['’]s|um|uh|er))"
    return {
        "{spoken}": rf"(?:{said})",
        "{number}": rf"{number}(?:[\s,.-]{{1,2}}{number})*",
        "{date}": rf"{part}{more}*",
        "{long_date}": rf"{part}{more}+",
        "{gap}": rf"(?:[\s,:;'’.-]|\b(?:{gap})\b){{0,16}}",
        "{given}": rf"(?: (?:number|code))?(?:\s*(?:is|was|would be|[:=])|['’]s){pause}{{0,4}}[\s,:]{{1,4}}",
    }


def _compiled(pattern: str, fill: dict[str, str], exact_case: bool = False) -> re.Pattern[str]:
    for name, words in fill.items():
        pattern = pattern.replace(name, words)
    return re.compile(pattern, 0 if exact_case else re.IGNORECASE)


def _pattern(entry: dict[str, Any], find: str, fill: dict[str, str]) -> _Pattern:
    return _Pattern(entry["label"], _compiled(find, fill, entry.get("exact_case", False)))


def _prompt(entry: dict[str, Any], fill: dict[str, str]) -> _Prompt:
    unless = _compiled(entry["unless"], fill) if "unless" in entry else None
    return _Prompt(_compiled(entry["asked"], fill), unless, _pattern(entry, entry["hide"], fill))
