"""What a page must not show: names, addresses, numbers of cards, accounts and phones, mail, dates of birth, codes.

This is the one place that everything which leaves asks: pages, documents, the API, the terminal. The raw text is
never changed. A turn is looked at as a whole, so that a number which crosses the edge of a quote is masked on both
sides of it.

How: presidio's engine (nlp.private.presidio) with recognisers of our own for what is spoken (``redact.toml``) and for
names (nlp.private.names). A turn of ordinary words alone is not looked at; what was found is kept in memory, bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from nlp.private.engine import find_private, people_in
from nlp.private.lexicon import load_lexicon
from nlp.private.mask import Mask, Masked, merged
from nlp.private.names import find_known, words_of

__all__ = ["Mask", "Masked", "get_ready", "mask_private", "names_of", "redact"]

KEPT = 32_768
"""Turns whose masks are kept in memory: some 20 MB at most with turns of usual length."""
PIECE, OVERLAP = 4_000, 200
"""Characters: a longer turn is looked at in pieces that overlap, and is not kept in memory."""

TELLING = re.compile(
    r"\b(?:names?|pass ?\w+|code|pin|born|birth\w*|d\.?o\.?b|address|street|road|at|dot|call|called|spell\w*|account"
    r"|mr|mrs|ms|miss|mister|doctor|dr|live|memorable|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty"
    r"|double)\b",
    re.IGNORECASE,
)
"""Ordinary words beside which something private may stand."""
WORDS = re.compile(r"[a-z]+(?:'[a-z]+)*|[^a-z\s,.!?'-]")


def mask_private(text: str, asked: str = "", known: frozenset[str] = frozenset()) -> Masked:
    """Find what is private in ``text``, one turn.

    ``asked`` is the turn before it: what it asks for is private here. ``known`` are names of the call (``names_of``),
    which are names here too.
    """
    masked = _kept(text, asked[-PIECE:]) if len(text) <= PIECE else _in_pieces(text, asked[-PIECE:])
    more = [Mask(start, end, "[name]") for start, end in find_known(text, known)] if known else []
    return Masked(text, tuple(merged([*masked.masks, *more]))) if more else masked


def get_ready() -> None:
    """Load what masking needs, some 2 s of a processor's time, so that the first page does not wait for it."""
    mask_private("Hello, my name is Ann Marsh.")
    people_in("Ann Marsh called.")


def names_of(turns: Iterable[Masked]) -> frozenset[str]:
    """The words, in small letters, that are names in these turns."""
    return frozenset().union(*(_names_in(turn) for turn in turns if turn.masks))


@lru_cache(maxsize=KEPT)
def _names_in(turn: Masked) -> frozenset[str]:
    return frozenset(words_of(turn.raw, [(one.start, one.end) for one in turn.masks if one.label == "[name]"]))


def redact(text: str, asked: str = "") -> str:
    """``text`` as it may be shown."""
    return mask_private(text, asked).show()


@lru_cache(maxsize=KEPT)
def _kept(text: str, asked: str) -> Masked:
    return _masked(text, asked)


def _in_pieces(text: str, asked: str) -> Masked:
    found = (
        Mask(mask.start + start, mask.end + start, mask.label)
        for start in range(0, len(text) - OVERLAP, PIECE - OVERLAP)
        for mask in _masked(text[start : start + PIECE], asked).masks
    )
    return Masked(text, tuple(merged(found)))


def _masked(text: str, asked: str) -> Masked:
    if _is_plain(text, asked):
        return Masked(text, ())
    return Masked(text, tuple(merged(find_private(text, asked))))


def _is_plain(text: str, asked: str) -> bool:
    """Whether a turn is of ordinary words alone, none beside which something private may stand."""
    if not text.isascii() or TELLING.search(text) or ("?" in asked and TELLING.search(asked)):
        return False
    ordinary = load_lexicon().frequent
    return all(word in ordinary for word in WORDS.findall(text.lower()))
