"""Where a sentence begins in text that has no marks: each gap between words is weighed by the words around it.

A sum of weights for the two words before the gap and the two after it, singly and in pairs, for how long ago the last
sentence began, and for how near the end is. Looked up, not computed: a microsecond a word. Learned from calls whose
marks were taken away; see ``models.sentence_training``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from nlp.errors import WrongInput
from nlp.marks import without_marks
from nlp.noun import JsonObject, Noun, explain

SHEET_FILE, CARD_FILE = "sentences.json", "card.json"
EDGE, RARE, NUMBER, MARKED = "|", "~", "0", "*"
"""How the ends of a turn, a word outside the vocabulary, a word with digits and a vendor's mark are written."""

SINCE = (1, 2, 3, 4, 5, 7, 10, 15, 23)
"""Upper ends of the classes of distance, in words, to where the last sentence began; the last class is beyond them."""

LEFT = 5
"""Words to the end of the turn from which on it no longer matters how many there are."""

LONGEST_REMEMBERED, MOST_REMEMBERED = 24, 20_000
"""Characters of a word that is remembered as the tables have it, and how many such words: two megabytes at most."""

PAIR_TABLES = ("across", "pair_before", "pair_after")
WORD_TABLES = ("before", "after", "before_2", "after_2")
TABLES = (*WORD_TABLES, *PAIR_TABLES)
NO_WORD, NO_PAIR = (0.0,) * len(WORD_TABLES), (0.0,) * len(PAIR_TABLES)
CLASS_OF = [next((n for n, end in enumerate(SINCE) if since <= end), len(SINCE)) for since in range(SINCE[-1] + 2)]

Table = dict[str, float]


class NoSuchSentences(WrongInput):
    """A folder that holds no weights, or ones that cannot be used."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(f"{folder}: {problem}")
        self.folder, self.problem = folder, problem


class SentencesSheet(Noun):
    """What ``sentences.json`` holds. A table's key is a word, or two with a space; ``at`` is the sum from which a
    sentence begins; ``since`` and ``left`` are by class of distance and by words left, 1 to 5 and more."""

    at: float
    vocabulary: Annotated[tuple[str, ...], Field(strict=False)]
    since: Annotated[tuple[float, ...], Field(strict=False, min_length=len(SINCE) + 1, max_length=len(SINCE) + 1)]
    left: Annotated[tuple[float, ...], Field(strict=False, min_length=LEFT, max_length=LEFT)]
    tables: dict[str, Table]


class SentenceStarts:
    """The weights at work. ``starts`` is a pure function of the words."""

    def __init__(self, sheet: SentencesSheet) -> None:
        self.at, self.since, self.left = sheet.at, sheet.since, (0.0, *sheet.left)
        self.vocabulary = frozenset(sheet.vocabulary)
        self._of_word = _side_by_side(sheet, WORD_TABLES)
        self._of_pair = _side_by_side(sheet, PAIR_TABLES)
        self._remembered: dict[str, str] = {}

    def starts(self, words: Sequence[str]) -> list[int]:
        """The indices of the words with which a new sentence begins, the first word aside."""
        class_of, farthest = CLASS_OF, SINCE[-1] + 1
        remembered, of_word, of_pair = self._remembered.get, self._of_word.get, self._of_pair.get
        plain = [EDGE, *(remembered(word) or self._known(word) for word in words), EDGE, EDGE]
        weights = [of_word(word, NO_WORD) for word in plain]
        pairs = [of_pair(f"{one} {two}", NO_PAIR) for one, two in pairwise(plain)]
        count, last, found = len(words), 0, []
        for index in range(1, count):
            since, left = index - last, count - index
            total = (
                weights[index][0] + weights[index + 1][1] + weights[index - 1][2] + weights[index + 2][3]
                + pairs[index][0] + pairs[index - 1][1] + pairs[index + 1][2]
                + self.since[class_of[since if since < farthest else farthest]]
                + self.left[left if left < LEFT else LEFT]
            )  # fmt: skip
            if total >= self.at:
                found.append(index)
                last = index
        return found

    def _known(self, word: str) -> str:
        """The word as the tables have it, remembered where it is one that may come again."""
        plain = plain_word(word)
        plain = plain if plain in self.vocabulary else RARE
        if len(word) <= LONGEST_REMEMBERED and len(self._remembered) < MOST_REMEMBERED:
            self._remembered[word] = plain
        return plain


def _side_by_side(sheet: SentencesSheet, names: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """What several tables say of each key, in their order: one look-up instead of several."""
    tables = [sheet.tables.get(name, {}) for name in names]
    return {key: tuple(table.get(key, 0.0) for table in tables) for key in set().union(*tables)}


def plain_word(word: str) -> str:
    """A word without capitals, apostrophes and what stands around it."""
    plain = word.lower()
    if plain.isalpha():
        return plain
    if word == MARKED or not without_marks(word).strip():
        return MARKED
    plain = re.sub(r"[^\w&$€£%]+|_", "", plain)
    return NUMBER if any(c.isdigit() for c in plain) else plain or RARE


def keys_at(plain: Sequence[str], index: int) -> list[tuple[str, str]]:
    """The tables and keys that the gap before ``plain[index]`` is weighed by; words are as ``plain_word`` has them."""

    def at(place: int) -> str:
        return plain[place] if 0 <= place < len(plain) else EDGE

    one, two, three, four = (at(index + step) for step in (-2, -1, 0, 1))
    keys = (two, three, one, four, f"{two} {three}", f"{one} {two}", f"{three} {four}")
    return list(zip(TABLES, keys, strict=True))


def class_of_since(since: int) -> int:
    """The class of a distance in words."""
    return CLASS_OF[min(since, SINCE[-1] + 1)]


def packaged_folder() -> Path:
    """Where the weights that ship lie."""
    return Path(str(files("nlp") / "artifacts" / "sentences"))


@lru_cache(maxsize=1)
def load_sentence_starts() -> SentenceStarts:
    """The weights that ship, read once in a process. Raises NoSuchSentences."""
    return SentenceStarts(read_sheet(packaged_folder()))


def save_sheet(folder: Path, sheet: SentencesSheet, card: Mapping[str, object] | JsonObject) -> None:
    """Write the weights and their card into ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SHEET_FILE).write_text(sheet.model_dump_json(indent=0) + "\n", encoding="utf-8")
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_sheet(folder: Path) -> SentencesSheet:
    """What the folder's ``sentences.json`` holds. Raises NoSuchSentences."""
    try:
        text = (folder / SHEET_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NoSuchSentences(folder, f"has no readable {SHEET_FILE}") from None
    try:
        return SentencesSheet.model_validate_json(text)
    except ValidationError as error:
        raise NoSuchSentences(folder, f"{SHEET_FILE}: {explain(error, SentencesSheet)[1]}") from None
