from __future__ import annotations

import locale
from datetime import date

import pytest

from coaching.wording import confidence_words, counted, headline, long_date, plain, practice_sentence

DAY = date(2026, 11, 16)
REVIEW = "Review session scores before the follow-up scoring on 16 November 2026."


def test_a_headline_reads_like_one_would_say_it() -> None:
    assert headline("Empathy", 25.0, 42.0, 60.0) == "Empathy (25% weight): scored 42, threshold 60"
    assert headline("Empathy", 12.5, 42.25, 60) == "Empathy (12.5% weight): scored 42.25, threshold 60"


def test_a_headline_without_a_score_says_that_it_was_flagged() -> None:
    assert headline("Empathy", 25, None, 60) == "Empathy (25% weight): flagged, not scored, threshold 60"


def test_a_zero_is_a_score() -> None:
    assert headline("Empathy", 25, 0.0, 60) == "Empathy (25% weight): scored 0, threshold 60"


@pytest.mark.parametrize(
    ("sessions", "call_type", "method", "skill", "task"),
    [
        (
            3,
            "billing dispute",
            "role-play",
            "acknowledging customer frustration before offering resolution",
            "Complete 3 billing dispute role-play sessions"
            " focused on acknowledging customer frustration before offering resolution.",
        ),
        (
            2,
            "billing dispute",
            "call listening with a supervisor",
            "naming the trouble",
            "Complete 2 billing dispute sessions of call listening with a supervisor, focused on naming the trouble.",
        ),
        (1, "", "Role-play", "Naming it.", "Complete 1 role-play session focused on naming it."),
        (2, "SIM swap", "shadowing", "", "Complete 2 SIM swap shadowing sessions."),
        (2, "Billing Dispute", "", "", "Complete 2 billing dispute sessions."),
        (2, "", "call listening and rewrite", "", "Complete 2 sessions of call listening and rewrite."),
    ],
)
def test_practice_is_a_sentence_with_what_is_known(
    sessions: int, call_type: str, method: str, skill: str, task: str
) -> None:
    assert practice_sentence(sessions, call_type, method, skill, DAY) == f"{task} {REVIEW}"


def test_dates_are_the_same_in_every_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, "")
        assert long_date(date(2026, 3, 1)) == "1 March 2026"
    finally:
        locale.setlocale(locale.LC_TIME, before)


@pytest.mark.parametrize(
    ("number", "words"), [(60.0, "60"), (42.5, "42.5"), (0.1 + 0.2, "0.3"), (-0.001, "0"), (100, "100"), (1234, "1234")]
)
def test_numbers_carry_no_more_than_they_need(number: float, words: str) -> None:
    assert plain(number) == words


def test_counts_agree_with_their_noun() -> None:
    assert [counted(1, "call"), counted(0, "call"), counted(1200, "score")] == ["1 call", "0 calls", "1,200 scores"]
    assert counted(2, "criterion", "criteria") == "2 criteria"


def test_confidence_is_words_and_a_percentage() -> None:
    assert confidence_words(0.83, True) == "Sure (83%)"
    assert confidence_words(0.999, True) == "Sure (99%)"
    assert confidence_words(1.0, True) == "Sure (100%)"
    assert confidence_words(0.41, False) == "Not sure (41%): check the call before you use this quote"
