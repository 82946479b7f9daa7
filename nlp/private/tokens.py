"""The words of a turn, and what the lists say of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.private.lexicon import Kind, kind_of

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
POSSESSIVE = re.compile(r"['’]s?$")
BEFORE_SENTENCE = " \"“'‘(-"
SENTENCE_ENDS = ("", ".", "!", "?", ":", "…", "\n")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the turn. ``word`` is in small letters and without a possessive; ``first``: it begins a sentence.

    ``rare`` is no word of everyday, whatever its kind.
    """

    start: int
    end: int
    word: str
    capital: bool
    first: bool
    kind: Kind
    rare: bool

    @property
    def is_listed(self) -> bool:
        return self.kind in ("given", "unsure", "family")


def tokens_of(text: str) -> list[Token]:
    loud = text.isupper()
    tokens = []
    for match in WORD.finditer(text):
        word = POSSESSIVE.sub("", match[0].lower().replace("’", "'")) if len(match[0]) > 3 else match[0].lower()
        capital = match[0][0].isupper() and not loud and (len(match[0]) == 1 or not match[0].isupper())
        first = text[max(0, match.start() - 8) : match.start()].rstrip(BEFORE_SENTENCE)[-1:] in SENTENCE_ENDS
        kind = kind_of(match[0].lower().replace("’", "'"), capital)
        kind = kind if kind != "other" else kind_of(word, capital)
        rare = kind != "common" or kind_of(word, True) != "common"
        tokens.append(Token(match.start(), match.end(), word, capital, first, kind, rare))
    return tokens
