"""What can be told by its form or by the words around it. The rules are data: ``redact.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from nlp.private.mask import Mask
from nlp.spoken_numbers import NumberWords, find_numbers

LONG_RUN = re.compile(r"\d{6,}")
BLANK = "\x00"
"""Stands in for what is kept while numbers are looked for: no text of a call holds it."""


def find_by_rule(text: str, asked: str) -> Iterator[Mask]:
    """What is private in ``text``, one turn; what ``asked``, the turn before it, asks for is private here."""
    rules = load_rules()
    for pattern in rules.patterns:
        yield from pattern.masks(text)
    for prompt in rules.prompts:
        yield from prompt.masks(text, asked)
    for number in find_numbers(_without_kept(text, rules.keep), rules.words):
        yield Mask(*number)
    for run in LONG_RUN.finditer(text):
        yield Mask(run.start(), run.end(), "[number]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression; where it has a group named ``hide``, only that part is private.

    ``beside`` are words in small letters of which one must be in the text, which is quicker to see.
    """

    label: str
    find: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    beside: tuple[str, ...] = ()

    def masks(self, text: str) -> Iterator[Mask]:
        if self.beside and not any(word in text.lower() for word in self.beside):
            return
        group = "hide" if "hide" in self.find.groupindex else 0
        for match in self.find.finditer(text):
            if match.end(group) > match.start(group) and not (self.unless and self.unless.search(match[0])):
                yield Mask(match.start(group), match.end(group), self.label)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a question makes private in the answer to it."""

    asked: re.Pattern[str]
    unless: re.Pattern[str] | None
    answer: Pattern

    def masks(self, text: str, asked: str) -> Iterator[Mask]:
        if self.asked.search(asked) and not (self.unless and self.unless.search(text)):
            yield from self.answer.masks(text)


@dataclass(frozen=True, slots=True)
class Rules:
    patterns: tuple[Pattern, ...]
    prompts: tuple[Prompt, ...]
    keep: tuple[re.Pattern[str], ...]
    words: NumberWords


@functools.cache
def load_rules() -> Rules:
    data = tomllib.loads(files("nlp").joinpath("redact.toml").read_text(encoding="utf-8"))
    lists = data["words"]
    words = NumberWords.of(lists["units"], lists["teens"], lists["tens"], lists["repeats"], lists["pauses"])
    fill = _fillings(lists, words)
    return Rules(
        patterns=tuple(_pattern(entry, entry["find"], fill) for entry in data["pattern"]),
        prompts=tuple(_prompt(entry, fill) for entry in data["prompt"]),
        keep=tuple(re.compile(entry["find"], re.IGNORECASE) for entry in data["keep"]),
        words=words,
    )


def _without_kept(text: str, keep: Iterable[re.Pattern[str]]) -> str:
    """``text`` with amounts and dates blanked out, at the same length."""
    for pattern in keep:
        text = pattern.sub(lambda match: BLANK * len(match[0]), text)
    return text


def _fillings(lists: dict[str, list[str]], words: NumberWords) -> dict[str, str]:
    """What stands for a name in braces in the data."""
    said = "|".join(words.all)
    number = rf"(?:\d+|\b(?:{said})\b)"
    part = rf"(?:\d+(?:st|nd|rd|th)?\b|\b(?:{said}|thousand|{'|'.join(lists['months'] + lists['ordinals'])})\b)"
    pauses = "|".join(lists["pauses"])
    more = rf"(?:(?:[\s,./-]{{1,2}}(?:of|the|and|{pauses})\b)*[\s,./-]{{1,2}}{part})"
    hundred = rf"(?:(?:[ -]|,? and |(?= ?hundred))(?:hundred|{said}))"
    gap, pause = "|".join(lists["gap"]), r"(?:\s{1,3}(?:just|it['’]s|um|uh|er))"
    return {
        "{spoken}": rf"(?:{said})",
        "{number}": rf"{number}(?:[\s,.-]{{1,2}}{number})*",
        "{house}": rf"(?:\d{{1,5}}[a-z]?(?:[-/]\d{{1,4}})?|(?:{said}){hundred}{{0,4}})",
        "{part}": rf"(?!(?:{'|'.join(lists['no_street'])})\b)[\w'’.-]+",
        "{month}": f"(?:{'|'.join(lists['months'])})",
        "{day}": rf"(?:(?:twenty|thirty)[ -])?(?:{'|'.join(lists['ordinals'])}|\d{{1,2}}(?:st|nd|rd|th)?)",
        "{date}": rf"{part}{more}*",
        "{long_date}": rf"{part}{more}+",
        "{full_date}": rf"{part}{more}{{2,}}",
        "{gap}": rf"(?:[\s,:;'’.-]|\b(?:{gap})\b){{0,16}}",
        "{given}": rf"(?: (?:number|code))?(?:\s*(?:is|was|would be|[:=])|['’]s){pause}{{0,4}}[\s,:]{{1,4}}",
        "{small}": rf"(?:{'|'.join(lists['small'])})\b",
        "{street}": f"(?:{'|'.join(lists['streets'])})",
        "{path}": f"(?:{'|'.join(lists['paths'])})",
        "{sites}": f"(?:{'|'.join(lists['sites'])})",
    }


def _compiled(pattern: str, fill: dict[str, str], exact_case: bool = False) -> re.Pattern[str]:
    for name, words in fill.items():
        pattern = pattern.replace(name, words)
    return re.compile(pattern, 0 if exact_case else re.IGNORECASE)


def _pattern(entry: dict[str, Any], find: str, fill: dict[str, str]) -> Pattern:
    unless = _compiled(entry["not"], fill) if "not" in entry else None
    beside = tuple(entry.get("beside", ()))
    return Pattern(entry["label"], _compiled(find, fill, entry.get("exact_case", False)), unless, beside)


def _prompt(entry: dict[str, Any], fill: dict[str, str]) -> Prompt:
    unless = _compiled(entry["unless"], fill) if "unless" in entry else None
    return Prompt(_compiled(entry["asked"], fill), unless, _pattern(entry, entry["hide"], fill))
