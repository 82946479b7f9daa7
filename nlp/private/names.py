"""Names of people, told by the words around them, by lists of names, and where those leave it open, by a model.

In what a recogniser of speech wrote without capitals the model finds nothing; there the words around and the lists
alone have to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from nlp.private.around import (
    AN_ARTICLE,
    BUSINESS,
    CALLED,
    INTRODUCED,
    NAME_ASKED,
    NEAR,
    NOT_A_PERSON,
    NUMBER_NEXT,
    OF_SOMEBODY,
    OPENING,
    PLACED,
    SPEAKING,
    SPELLED,
    SPELLING,
    SPOKEN_TO,
    TITLE,
    VOCATIVE,
)
from nlp.private.lexicon import word_list
from nlp.private.tokens import POSSESSIVE, WORD, Token, tokens_of

Span = tuple[int, int]
People = Callable[[], Sequence[Span]]
"""Asks the model for the people in the text; only called where nothing else decides."""


LONGEST = 4
"""Words that one name has at most."""


def find_names(text: str, asked: str, people: People) -> list[Span]:
    """Where names of people stand in a turn. ``asked`` is the turn before it, which may ask for a name."""
    return _Search(text, asked, people).spans()


def find_known(text: str, known: frozenset[str]) -> Iterator[Span]:
    """Where words stand that were names elsewhere in the call (``words_of``)."""
    for token in tokens_of(text):
        if token.word in known and (token.capital or token.kind != "unsure"):
            yield token.start, token.end


class _Search:
    def __init__(self, text: str, asked: str, people: People) -> None:
        self.text, self.people = text, people
        self.asked = bool(NAME_ASKED.search(asked))
        self.tokens = tokens_of(text)
        self.found: set[int] = set()
        """Tokens that are a name or a part of one."""

    def spans(self) -> list[Span]:
        for n, token in enumerate(self.tokens):
            if n not in self.found and (token.capital or token.rare):
                self._take(n, self._named(n, token) or self._listed(n, token))
        if self.asked:
            self._take_answer()
        self._ask_the_model()
        return self._joined() + self._spelled()

    def _take(self, n: int, length: int) -> None:
        self.found.update(range(n, n + length))

    def _before(self, token: Token) -> str:
        return self.text[max(0, token.start - 60) : token.start]

    def _named(self, n: int, token: Token) -> int:
        """How many words from here the words around call a name; 0 where they do not."""
        before = self._before(token)
        if token.word in word_list("titles"):
            return 0
        if (CALLED.search(before) or TITLE.search(before)) and _may_be_called(token):
            return self._run(n, _may_go_on(token))
        if token.kind == "common" or token.word in word_list("calendar") or self._is_no_person(n):
            return 0
        follows = SPEAKING.match(self.text, token.end)
        if follows and (token.capital or token.kind != "unsure" or "speaking" in follows[0].lower()):
            return max(1, self._run(n, _may_follow))
        listed = token.kind in ("given", "family")
        if OF_SOMEBODY.search(before) and (token.capital or listed or self._is_pair(n)):
            return self._run(n, _may_go_on(token))
        if SPOKEN_TO.search(before) and (listed or token.kind == "other"):
            return self._run(n, _may_go_on(token))
        if token.capital and NEAR.search(before) and not PLACED.search(before) and self._stands_alone(n, token):
            return self._run(n, _may_follow)
        return 0

    def _stands_alone(self, n: int, token: Token) -> bool:
        """A listed name, or a word that no list knows between marks, as in ``Okay, Marcelle, I see``."""
        if token.kind in ("given", "unsure"):
            return not (token.first and token.kind == "unsure" and not _pauses(self.text, token.end))
        before = self._before(token)
        if BUSINESS.search(before):
            return False
        end = self.tokens[n + self._run(n, _may_follow) - 1].end
        called = VOCATIVE.search(before) or (end > token.end and INTRODUCED.search(before))
        return _pauses(self.text, end) and (bool(called) or before.rstrip(" ")[-1:] in (",", "!"))

    def _listed(self, n: int, token: Token) -> int:
        """How many words from here are a name by the lists alone."""
        if token.word in word_list("calendar") or self._is_no_person(n):
            return 0
        if token.kind == "given" and not AN_ARTICLE.search(self._before(token)):
            return self._run(n, _may_go_on(token) if self.asked else _may_follow)
        stands_free = not (token.first or self._is_placed(n, token))
        if token.kind == "unsure" and token.capital and (self._is_pair(n) or stands_free):
            return self._run(n, _may_follow)
        return 0

    def _is_pair(self, n: int) -> bool:
        """Whether a family name follows, with a capital where this one has one."""
        token, follows = self.tokens[n], self.tokens[n + 1] if n + 1 < len(self.tokens) else None
        if follows is None or token.kind == "common" or not self._touch(token, follows):
            return False
        return follows.kind == "family" and follows.capital == token.capital

    def _is_placed(self, n: int, token: Token) -> bool:
        """Behind ``in`` or ``the``, or the later part of what has capitals, as in ``Orchard Lane``."""
        before = self.tokens[n - 1] if n else None
        part = before is not None and before.capital and not before.first and self._touch(before, token)
        return part or bool(PLACED.search(self._before(token)))

    def _is_no_person(self, n: int) -> bool:
        token = self.tokens[n]
        run = self._run(n, lambda one: one.capital) if token.capital else 1
        last = self.tokens[n + run - 1]
        named = token.end != last.end and NOT_A_PERSON.search(self.text[token.end : last.end])
        return bool(NOT_A_PERSON.match(self.text, last.end) or named)

    def _run(self, n: int, goes_on: Callable[[Token], bool]) -> int:
        """Words from here that make one name, at most four; 0 where the first is none."""
        length = 0
        for at in range(n, min(n + LONGEST, len(self.tokens))):
            token = self.tokens[at]
            particle = length > 0 and (token.word in word_list("particles") or self._is_surname(at))
            if at > n and not self._touch(self.tokens[at - 1], token):
                break
            if not (goes_on(token) or particle):
                break
            length += 1
        while length > 1 and self.tokens[n + length - 1].word in word_list("particles"):
            length -= 1
        return length

    def _is_surname(self, n: int) -> bool:
        """What stands right behind a given name: a capital, whatever word it is, or a word that is often a surname."""
        before, token = self.tokens[n - 1], self.tokens[n]
        if before.kind in ("common", "family") or before.capital != token.capital:
            return False
        often = token.word in word_list("surnames")
        return often or (token.capital and len(token.word) > 2 and token.word not in word_list("closed"))

    def _touch(self, one: Token, other: Token) -> bool:
        between = self.text[one.end : other.start]
        return between in (" ", "  ", "-") or (between == ". " and one.end - one.start == 1)

    def _take_answer(self) -> None:
        """The name in the answer to a question for it: what the answer begins with, and names of two words in it."""
        opening = OPENING.match(self.text)
        begins = opening.end() if opening else 0
        for n, token in enumerate(self.tokens):
            if n in self.found or token.start < begins:
                continue
            length = self._run(n, _may_go_on(token)) if _may_be_answer(token) else 0
            whole = length == 1 and self._is_clause(token)
            if (
                (token.start == begins and length)
                or whole
                or (length > 1 and token.capital and not self._is_no_person(n))
            ):
                self._take(n, length)

    def _is_clause(self, token: Token) -> bool:
        return token.capital and token.first and _pauses(self.text, token.end)

    def _ask_the_model(self) -> None:
        open_ones = [n for n, token in enumerate(self.tokens) if n not in self.found and self._is_open(n, token)]
        if not open_ones:
            return
        people = self.people()
        for n in open_ones:
            token = self.tokens[n]
            if any(start <= token.start and token.end <= end for start, end in people):
                self._take(n, max(1, self._run(n, _may_follow)))

    def _is_open(self, n: int, token: Token) -> bool:
        if not token.capital or token.word in word_list("calendar") or token.kind == "common" or self._is_no_person(n):
            return False
        if n and self.tokens[n - 1].capital and self.tokens[n - 1].kind == "common" and not self.tokens[n - 1].first:
            return False
        if BUSINESS.search(self._before(token)) or AN_ARTICLE.search(self._before(token)):
            return False
        return token.is_listed or self._run(n, lambda one: one.capital and one.kind != "common") > 1

    def _joined(self) -> list[Span]:
        spans: list[Span] = []
        for n in sorted(self.found):
            token = self.tokens[n]
            together = spans and self._touch(self.tokens[n - 1], token) and n - 1 in self.found
            start = spans.pop()[0] if together else token.start
            spans.append((start, self._without_possessive(token.end)))
        return spans

    def _without_possessive(self, end: int) -> int:
        possessive = POSSESSIVE.search(self.text, max(0, end - 2), end)
        return possessive.start() if possessive and possessive[0][-1] == "s" else end

    def _spelled(self) -> list[Span]:
        """Letters one by one: three where a name is spoken of, else four; not those that a number begins with."""
        spoken_of = bool(self.found) or self.asked or bool(SPELLING.search(self.text))
        return [match.span() for match in SPELLED.finditer(self.text) if self._spells(match, 3 if spoken_of else 4)]

    def _spells(self, letters: re.Match[str], least: int) -> bool:
        count, different = len(WORD.findall(letters[0])), len(set(letters[0].lower()) - set(" ,.-"))
        return count >= least and different >= 3 and not NUMBER_NEXT.match(self.text, letters.end())


def _may_be_called(token: Token) -> bool:
    """What stands behind ``my name is`` is a name unless it is an ordinary word."""
    if token.word in word_list("calendar") or token.word in word_list("titles"):
        return False
    return token.rare or (token.capital and not token.first and len(token.word) > 3)


def _may_go_on(first: Token) -> Callable[[Token], bool]:
    """What goes on with a name that began with ``first``: capitals with a capital, else what is no ordinary word."""

    def goes_on(token: Token) -> bool:
        if token is first:
            return True
        return _may_follow(token) if first.capital else (token.rare and token.kind != "unsure" and not token.capital)

    return goes_on


def _may_follow(token: Token) -> bool:
    """What goes on with a name: a capital that is no ordinary word, or small letters that are a listed name."""
    if token.capital:
        return token.kind != "common" and token.word not in word_list("calendar")
    return token.kind in ("given", "family")


def _may_be_answer(token: Token) -> bool:
    return token.rare and token.word not in word_list("calendar")


def _pauses(text: str, end: int) -> bool:
    return text[end : end + 1] in ("", ",", ".", "!", "?", ";", " ") and (
        text[end:].lstrip(" ")[:1] in ("", ",", ".", "!", "?", ";")
    )


def words_of(text: str, spans: Sequence[Span]) -> Iterator[str]:
    """The words of names, in small letters, that tell them elsewhere in the call."""
    for start, end in spans:
        for token in tokens_of(text[start:end]):
            if token.kind != "common" and len(token.word) > 2:
                yield token.word
