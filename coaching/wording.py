"""The sentences of a plan, as a supervisor would read them aloud; the same in every locale."""

from __future__ import annotations

import re
from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ORDINARY_WORD = re.compile(r"[A-Z][a-z]+(-[a-z]+)*")
"""A word that is capital only because it began a line or a title."""


def plain(number: float) -> str:
    """``60.0`` as 60, ``42.5`` as 42.5; at most two decimals, so that no binary remainder shows."""
    words = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if words == "-0" else words


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 call``, ``3 calls``, ``1,200 scores``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def long_date(day: date) -> str:
    """``16 November 2026``, whatever the machine's locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def headline(name: str, weight: float, score: float | None, threshold: float) -> str:
    """``Empathy (25% weight): scored 42, threshold 60``; a flagged criterion may have no score."""
    found = "flagged, not scored" if score is None else f"scored {plain(score)}"
    return f"{name} ({plain(weight)}% weight): {found}, threshold {plain(threshold)}"


def practice_sentence(sessions: int, call_type_name: str, method: str, skill: str, follow_up_on: date) -> str:
    """What to practise, how often, in which way, and until when.

    A method of one word goes before ``sessions`` (``3 billing dispute role-play sessions``), a longer one after it
    (``2 billing dispute sessions of call listening with a supervisor``). Empty parts are left out.
    """
    way = _phrase(method)
    topic = " ".join(_small(word) for word in call_type_name.split())
    before, after = ("", way) if " " in way else (way, "")
    noun = "session" if sessions == 1 else "sessions"
    task = " ".join(part for part in (str(sessions), topic, before, noun) if part)
    task += f" of {after}," if after else ""
    aim = _phrase(skill)
    focus = f" focused on {aim}" if aim else ""
    review = f"Review session scores before the follow-up scoring on {long_date(follow_up_on)}."
    return f"Complete {(task + focus).rstrip(',')}. {review}"


def confidence_words(confidence: float, sure: bool) -> str:
    """``Sure (83%)``, or ``Not sure (41%)`` and what to do about it; 100% is said of 1.0 alone."""
    percent = 100 if confidence >= 1 else min(99, round(confidence * 100))
    return f"Sure ({percent}%)" if sure else f"Not sure ({percent}%): check the call before you use this quote"


def _phrase(words: str) -> str:
    """One line for the middle of a sentence: no stop at its end, a small first letter (but ``SIM``, ``Wi-Fi``)."""
    first, _, rest = " ".join(words.split()).rstrip(".,;").partition(" ")
    return f"{_small(first)} {rest}".rstrip()


def _small(word: str) -> str:
    return word.lower() if ORDINARY_WORD.fullmatch(word) else word
