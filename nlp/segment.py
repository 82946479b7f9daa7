"""Turns to utterances of 1 to 39 words: sentences by their marks, long ones cut where a speaker would breathe.

Rules and not a parser: on spoken and typed calls the marks decide, and this costs microseconds a turn. Where somebody's
words have no marks, as some recognisers write them, learned weights say where sentences begin. What has its marks is
cut by them alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from nlp.call import Call
from nlp.sentence_starts import load_sentence_starts
from nlp.utterance import MAX_WORDS, Utterance

END_OF_SENTENCE = re.compile(r"(?:(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s|$)|[。！？]|\n+)")
"""Sentence marks with the quotes and brackets that close after them, or a new line. A run of marks is tried once, from
its beginning: a hundred thousand dots are no trouble."""

ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        "mr mrs ms dr prof st no nr vs etc e.g i.e a.m p.m approx ext dept inc ltd co corp jan feb mar apr jun jul aug "
        "sep sept oct nov dec mon tue wed thu fri sat sun ave rd blvd jr sr",
    )
)
"""Words whose full stop does not end a sentence."""

BREATH = re.compile(r"[,;:–—]\s+|\s-\s")
NEW_THOUGHT = re.compile(
    r"\s(?=(?:and|but|so|because|then|okay|ok|now|well|if|when|which|that's|i|i'm|i'll|i've|you|you're|we|we'll|it's|"
    r"he|she|they|there|what|could|can|do|would|let|please|uh|um)\b)",
    re.IGNORECASE,
)
WORD = re.compile(r"\S+")
NOT_BLANK = re.compile(r"\S")
LONGEST_ABBREVIATION = 20
"""Characters before a full stop that are looked at: more than any abbreviation has, with its quotes and brackets."""
COMFORTABLE = 28
"""Words of a piece of a sentence that had to be cut: far enough under the limit that its pieces are alike."""

FEWEST_TO_TELL = 20
"""Words of a speaker under which nobody can tell whether the marks are missing."""

TIDY = 50
"""Words that tidy text has at most for each of its marks; spoken and typed English with marks has about twelve."""

LONG = 6
"""Words from which a stretch without marks is looked into."""

Span = tuple[int, int]


def segment(call: Call) -> Iterator[Utterance]:
    """Every utterance of the agent and of the others, in the order of the call."""
    bare = {speaker for speaker, texts in _texts_of(call).items() if not is_tidy(texts)}
    for number, turn in enumerate(call.turns):
        for start, end in split_text(turn.text, bare=turn.speaker in bare):
            yield Utterance(number, start, end, turn.text[start:end], turn.speaker)


def split_text(text: str, *, bare: bool = False) -> list[Span]:
    """Offsets of the utterances of a text. Each word is in exactly one; white space around them is in none.

    ``bare``: the speaker's words have no marks, and where sentences begin is told by the words.
    """
    spans: list[Span] = []
    for start, end in sentences_of(text):
        for first, last in _told_by_words(text, start, end) if bare else ((start, end),):
            spans += _within_limit(text, first, last)
    return spans


def is_tidy(texts: Iterable[str]) -> bool:
    """Whether somebody's words have marks; those of whom too little is known count as tidy."""
    words = marks = 0
    for text in texts:
        words += text.count(" ") + 1
        marks += text.count(".") + text.count("?") + text.count("!") + text.count("\n")
        marks += 0 if text.isascii() else text.count("…") + text.count("。") + text.count("？") + text.count("！")
    return words < FEWEST_TO_TELL or marks * TIDY >= words


def _texts_of(call: Call) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for turn in call.turns:
        found.setdefault(turn.speaker, []).append(turn.text)
    return found


def _told_by_words(text: str, start: int, end: int) -> Iterator[Span]:
    words = [(start + word.start(), start + word.end()) for word in WORD.finditer(text[start:end])]
    if len(words) < LONG:
        yield start, end
        return
    starts = load_sentence_starts().starts([text[first:last] for first, last in words])
    for first, after in pairwise([0, *starts, len(words)]):
        yield words[first][0], words[after - 1][1]


def sentences_of(text: str) -> Iterator[Span]:
    """Offsets of the sentences of a text by its marks, however long."""
    start = 0
    for mark in END_OF_SENTENCE.finditer(text):
        if _goes_on(text, start, mark):
            continue
        yield from _trimmed(text, start, mark.end())
        start = mark.end()
    yield from _trimmed(text, start, len(text))


def _goes_on(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether the mark is of an abbreviation or an initial, or an ellipsis after which the sentence goes on."""
    sign = mark.group()
    if sign.startswith("\n"):
        return False
    after = NOT_BLANK.search(text, mark.end())
    following = after.group() if after else ""
    if sign.startswith(("..", "…")):
        return following.islower()
    if sign != ".":
        return False
    words = text[max(start, mark.start() - LONGEST_ABBREVIATION) : mark.start()].split()
    last = words[-1].lower().lstrip("(\"'") if words else ""
    is_initial = len(last) == 1 and last.isalpha() and last != "i" and following.isupper()
    return bool(following) and (last in ABBREVIATIONS or is_initial)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + len(piece) - len(piece.lstrip())
        yield first, first + len(stripped)


def _within_limit(text: str, start: int, end: int) -> list[Span]:
    piece = text[start:end]
    if len(piece.split()) <= MAX_WORDS:
        return [(start, end)]
    words = [(start + word.start(), start + word.end()) for word in WORD.finditer(piece)]
    breaks = _word_breaks(text, start, end, words)
    spans, first = [], 0
    while len(words) - first > MAX_WORDS:
        cut = _best_cut(breaks, first, len(words))
        spans.append((words[first][0], words[cut - 1][1]))
        first = cut
    spans.append((words[first][0], words[-1][1]))
    return spans


def _word_breaks(text: str, start: int, end: int, words: list[Span]) -> dict[int, int]:
    """Index of the word that a break comes before, and how good the break is: 2 at a breath, 1 at a new thought."""
    by_start = {word[0]: index for index, word in enumerate(words)}
    found: dict[int, int] = {}
    for goodness, pattern in ((1, NEW_THOUGHT), (2, BREATH)):
        for match in pattern.finditer(text, start, end):
            index = by_start.get(match.end())
            if index is not None:
                found[index] = goodness
    return found


def _best_cut(breaks: dict[int, int], first: int, total: int) -> int:
    """The word before which to cut: a good break near a comfortable length, else there."""
    pieces = -(-(total - first) // COMFORTABLE)
    wanted = first + min(COMFORTABLE, -(-(total - first) // pieces))
    reach = [index for index in range(first + 5, min(first + MAX_WORDS, total - 1) + 1) if index in breaks]
    return min(reach, key=lambda index: (abs(index - wanted) - 6 * breaks[index], index), default=wanted)
