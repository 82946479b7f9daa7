"""Which words are names, and which are ordinary words."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from nlp.encoder import packaged_path

Kind = Literal["given", "unsure", "family", "common", "other"]
"""``unsure`` is a given name that is more often another word; ``other`` is a word that nothing here knows."""

FIRST_WORD, FREQUENT = 1996, 10_000
"""Where whole words begin in the encoder's vocabulary, which is in order of how frequent they are."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names and words in small letters. ``frequent`` are those words that are ordinary even with a capital."""

    given: frozenset[str]
    unsure: frozenset[str]
    family: frozenset[str]
    words: frozenset[str]
    frequent: frozenset[str]

    def kind(self, word: str, capital: bool) -> Kind:
        """What a word is. A hyphenated name is what its best part is."""
        if word in self.given or ("-" in word and any(part in self.given for part in word.split("-"))):
            return "given"
        if word in self.unsure:
            return "unsure"
        if word in self.family or ("-" in word and any(part in self.family for part in word.split("-"))):
            return "family"
        ordinary = self.frequent if capital else self.words
        return "common" if len(word) < 2 or all(part in ordinary for part in word.split("-")) else "other"


@functools.lru_cache(maxsize=65_536)
def kind_of(word: str, capital: bool) -> Kind:
    """What a word in small letters is; ``capital``: it stands there with one."""
    return load_lexicon().kind(word, capital)


@functools.cache
def load_lexicon() -> Lexicon:
    """Loaded once in a process, in about 20 ms."""
    names = _lists()
    listed = names["given"] | names["unsure"] | names["family"]
    vocabulary = _vocabulary()
    words = frozenset(word for word in vocabulary if word.isalpha()) - listed | names["spoken"]
    frequent = frozenset(word for word in vocabulary[FIRST_WORD:FREQUENT] if word.isalpha()) - listed | names["spoken"]
    return Lexicon(names["given"], names["unsure"], names["family"], words, frequent)


def word_list(name: str) -> frozenset[str]:
    """A list of ``names.txt``, in small letters."""
    return _lists()[name]


@functools.cache
def _lists() -> dict[str, frozenset[str]]:
    return _sections(files("nlp.private").joinpath("names.txt").read_text(encoding="utf-8"))


def _sections(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            section += line.split()
    return {name: frozenset(words) for name, words in found.items()}


def _vocabulary() -> list[str]:
    return packaged_path().joinpath("vocab.txt").read_text(encoding="utf-8").splitlines()
