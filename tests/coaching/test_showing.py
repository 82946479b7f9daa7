from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_call, a_pick
from coaching.showing import (
    LONG,
    clock,
    shown_context,
    shown_reason,
    shown_text,
    shown_words,
    slice_digest,
    visible,
)
from models.evidence import CueSpan
from night_builders import TALK, a_shown_item, context_of


def pieces(item, turn: int, redacted: bool = True) -> list[tuple[str, str]]:
    return [(piece.mark, piece.text) for piece in shown_context(item, redacted)[turn].pieces]


def test_the_quote_stands_marked_in_its_turn() -> None:
    expected = [("", "Right. "), ("quote", "What is the account number?"), ("", " And the postcode?")]
    assert pieces(a_shown_item(), 2) == expected


def test_the_cue_stands_marked_in_its_own() -> None:
    assert [mark for mark, _ in pieces(a_shown_item(), 1)] == ["cue"]
    assert [turn.clock for turn in shown_context(a_shown_item(), True)] == ["0:00", "0:02", "0:09", "0:14", "0:19"]


def test_a_number_that_crosses_the_edge_of_the_quote_is_masked_on_both_sides() -> None:
    call = a_call("agent: Hello.", "customer: Hello.", "agent: Your card is 4095 1234 5678 9010, correct?")
    half = call.turns[2].text.index("5678")
    item = a_shown_item(call, (0, half))
    assert pieces(item, 2) == [("quote", "Your card is [card]"), ("", "[card], correct?")]
    assert pieces(item, 2, redacted=False)[0] == ("quote", "Your card is 4095 1234 ")


def test_what_the_agent_asks_for_is_private_in_the_answer_and_in_the_opening_lines() -> None:
    call = a_call("agent: What is your date of birth?", "customer: Ninth of May, sixty.", "agent: Thank you.")
    item = a_shown_item(call, (0, 10))
    assert pieces(item, 1) == [("cue", "[date of birth].")]
    assert shown_words(item, "Ninth of May, sixty.", redacted=True) == "[date of birth]."
    assert shown_words(item, "Ninth of May, sixty.", redacted=False) == "Ninth of May, sixty."


def test_a_quote_that_overlaps_the_cue_is_shown_as_the_quote() -> None:
    pick = a_pick(TALK, 2, start=7, end=34, quote=TALK.turns[2].text[7:34], words=5)
    cue = CueSpan(turn=2, start=0, end=12, quote=TALK.turns[2].text[:12], speaker="agent")
    item = a_shown_item(evidence=pick.model_copy(update={"cue": cue}))
    assert [mark for mark, _ in pieces(item, 2)] == ["cue", "quote", ""]


def test_a_cue_from_further_up_stands_apart_before_the_others() -> None:
    item = a_shown_item(context=context_of(TALK)[2:])
    first = shown_context(item, True)[0]
    assert (first.speaker, first.apart, first.has("cue")) == ("customer", True, True)


def test_a_quote_that_is_not_in_its_context_is_shown_all_the_same_and_nothing_else_is_marked() -> None:
    other = [
        turn.model_copy(update={"text": "Something else was said here, and at length."}) for turn in context_of(TALK)
    ]
    for context in ((), other):
        shown = shown_context(a_shown_item(context=context), True)
        marked = [piece for turn in shown for piece in turn.pieces if piece.mark == "quote"]
        assert [piece.text for piece in marked] == ["What is the account number?"]
        assert shown[-1].apart


def test_a_long_turn_loses_its_far_end_and_keeps_the_quote() -> None:
    words = "word " * 1000
    call = a_call("agent: Hello.", f"customer: {words}", f"agent: {words}Where now? {words}")
    start = call.turns[2].text.index("Where")
    item = a_shown_item(call, (start, start + 10))
    (_, before), quote, (_, after) = pieces(item, 2)
    assert quote == ("quote", "Where now?")
    assert before.startswith("[…] word")
    assert before.endswith("word ")
    assert after.startswith(" word")
    assert after.endswith("word […]")
    assert len(before) + len(after) < LONG + 20


def test_characters_that_hide_or_turn_text_are_seen() -> None:
    assert visible("a\x1b[31mred\u202edlog\u200b\x00") == "a\ufffd[31mred\ufffddlog\ufffd\ufffd"
    assert visible("one\r\ntwo\tthree\nfour") == "one\ntwo\tthree\nfour"


@pytest.mark.parametrize(
    "emoji", ["👩\u200d🚒", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "שלום\u200f!"]
)
def test_characters_that_letters_need_stay(emoji: str) -> None:
    assert visible(emoji) == emoji


@given(st.text())
def test_what_is_shown_is_shown_the_same_twice(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.text(alphabet="0123 one two.\r\n\x07", max_size=60))
def test_without_masking_every_piece_together_is_the_turn(text: str) -> None:
    call = a_call("agent: Hello.", f"customer: {text}", "agent: Well, go on.")
    item = a_shown_item(call, (0, 4), evidence=a_pick(call, 2))
    assert "".join(words for _, words in pieces(item, 1, redacted=False)) == visible(call.turns[1].text)


@pytest.mark.parametrize(
    ("seconds", "words"), [(83.4, "1:23"), (0.0, "0:00"), (3661, "61:01"), (-2.5, "-0:02"), (None, "")]
)
def test_times_are_minutes_and_seconds(seconds: float | None, words: str) -> None:
    assert clock(seconds) == words


def test_reasons_keep_ids_and_mask_what_they_repeat() -> None:
    assert shown_reason("call '100200300': off the scale", redacted=True) == "call '100200300': off the scale"
    assert (
        shown_reason("text: is wrong (here: 'card 4095123456789010')", True) == "text: is wrong (here: 'card [card]')"
    )
    assert shown_reason("text: is wrong (here: 409512345)", False) == "text: is wrong (here: 409512345)"


def test_texts_are_masked_unless_they_are_asked_for() -> None:
    assert shown_text("jo@example.com", redacted=True) == "[email]"
    assert shown_text("jo@example.com", redacted=False) == "jo@example.com"


def test_the_digest_is_of_the_raw_words() -> None:
    item = a_shown_item()
    assert slice_digest(item) == hashlib.sha256(b"What is the account number?").hexdigest()
