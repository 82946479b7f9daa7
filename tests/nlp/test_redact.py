from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.redact import mask_private, redact

BIRTH = "Lovely, and what is the date of birth on the account?"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("My card is 4095 1234 5678 9010, exp 04/27.", "My card is [card], exp 04/27."),
        ("It's 4095-1234-5678-9010.", "It's [card]."),
        ("four zero nine five", "[number]"),
        ("Four, zero, uh, nine five, double two.", "[number]."),
        ("four zero nine five " * 4, "[card] "),
        ("ending forty ninety-five twelve thirty", "ending [number]"),
        ("Call +1 (415) 555-2671 or 415.555.2671 or 555-2671", "Call [phone] or [phone] or [number]"),
        ("04.12.34.56.78", "[phone]"),
        ("oh seven seven double oh, nine double oh, four one six", "[phone]"),
        ("SSN 123-45-6789 please", "SSN [ssn] please"),
        ("jane.smith@example.com", "[email]"),
        ("jane dot smith ninety one at example dot com please", "[email] please"),
        ("GB29 NWBK 6016 1331 9268 19 thanks", "[iban] thanks"),
        ("sort code 20-45-67", "sort code [number]"),
        ("Reference AB123456.", "Reference AB[number]."),
        ("١٢٣٤٥٦٧", "[number]"),
        ("4 0 9 5 1 2 3 4", "[number]"),
    ],
)
def test_numbers_and_addresses_are_masked(raw: str, shown: str) -> None:
    assert redact(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (
            "I was born on the ninth of the second, seventy-four, in Lagos.",
            "I was born on the [date of birth], in Lagos.",
        ),
        ("date of birth is 09/02/1974.", "date of birth is [date of birth]."),
        ("My D.O.B. is 9 February 1974", "My D.O.B. is [date of birth]"),
        ("My password is Hunter2!", "My password is [password]!"),
        ('The password is "correct horse".', "The password is [password]."),
        ("password: b a n j o", "password: [password]"),
        ("the pin is four oh nine two", "the pin is [pin]"),
        ("My PIN is 4092.", "My PIN is [pin]."),
        ("the security code is 123", "the security code is [pin]"),
    ],
)
def test_what_is_private_by_its_name_is_masked(raw: str, shown: str) -> None:
    assert redact(raw) == shown


@pytest.mark.parametrize(
    "raw",
    [
        "Order 12345 cost $1,299.00 on 2026-11-16 at 14:30.",
        "16.11.2026, 11/16/2026 and the 2025-2026 plan",
        "between 10.50 and 12.75, or 9,5 percent, 40 euros",
        "one hundred and eighty-two euro and twenty cent",
        "ten thirty on the twenty-fifth, two thousand twenty-six",
        "I need one. Two, maybe three.",
        "24/7, 365 days",
        "My password is not working, and the PIN is wrong.",
        "I was born and raised here.",
        "Born in the rain.",
        "I'll look at that now.",
    ],
)
def test_amounts_dates_and_short_numbers_stay(raw: str) -> None:
    assert redact(raw) == raw


@pytest.mark.parametrize(
    ("asked", "answer", "shown"),
    [
        (BIRTH, "Ninth of the second, seventy-four.", "[date of birth]."),
        (BIRTH, "Uh, six, twelve, uh, eighty.", "Uh, [date of birth]."),
        (BIRTH, "One moment, please.", "One moment, please."),
        ("Could I have your password, please?", "It's bluebird.", "It's [password]."),
        ("Could I have your password, please?", "I don't know it.", "I don't know it."),
        ("How can I help?", "Ninth of the second, seventy-four.", "Ninth of the second, seventy-four."),
    ],
)
def test_a_question_makes_its_answer_private(asked: str, answer: str, shown: str) -> None:
    assert redact(answer, asked) == shown


def test_a_number_across_an_edge_is_masked_on_both_sides() -> None:
    text = "The card is 4095 1234 5678 9010, got it?"
    masked, edge = mask_private(text), text.index("5678")
    assert masked.show(0, edge) == "The card is [card]"
    assert masked.show(edge) == "[card], got it?"
    assert masked.show(edge, edge + 4) == "[card]"
    assert masked.show(0, 11) == "The card is"


def test_overlapping_finds_become_one_mask() -> None:
    masked = mask_private("My date of birth is 09 02 1974 4095 1234.")
    assert [mask.label for mask in masked.masks] == ["[date of birth]"]


spoken = st.text(alphabet="0123456789 -.,()+/@:$€abxAB\nfour zero", max_size=120) | st.text(max_size=80)


@given(spoken, spoken)
def test_six_digits_in_a_row_are_never_shown(text: str, asked: str) -> None:
    assert not re.search(r"\d{6}", redact(text, asked))


@given(spoken, st.integers(0, 120), st.integers(0, 120))
def test_no_slice_shows_six_digits_in_a_row(text: str, one: int, other: int) -> None:
    masked, (start, end) = mask_private(text), sorted((min(one, len(text)), min(other, len(text))))
    assert not re.search(r"\d{6}", masked.show(start, end))


@given(spoken)
def test_masks_are_in_order_and_apart(text: str) -> None:
    edges = [edge for mask in mask_private(text).masks for edge in (mask.start, mask.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


ordinary = st.lists(
    st.sampled_from(["the", "plan", "ends", "and", "I", "do", "it,", "yes.", "what?", "bill", "it's", "may"])
)


@given(ordinary.map(" ".join))
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert redact(text, text) == text


@pytest.mark.parametrize("piece", ["four ", "1-", "a dot ", "a@", "password is ", "one of the ", "AB12 ABCD", "1.1"])
def test_long_repetitive_text_takes_no_time(piece: str) -> None:
    started = time.perf_counter()
    redact(piece * 10_000, "What is your date of birth? And have you a password?")
    assert time.perf_counter() - started < 5
