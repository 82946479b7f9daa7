from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_call, a_pick
from coaching.transcript import Marks, shown_quote, shown_slice, spoken_turns, words_between
from night_builders import a_none_item, a_shown_item
from nlp.utterance import NotASlice
from private_builders import LINES, a_private_call

CALL = a_call(
    "agent 0.5-2: Thank you for calling.",
    "customer 2-6: My card is 4929 1234 5678 9012 and I was charged twice!",
    "agent 6-9: Right.  What is\nyour order number?",
)


def whole(turn):
    return "".join(stretch.text for stretch in turn.stretches)


def test_the_quote_and_the_cue_are_marked_to_the_letter():
    turns = spoken_turns(CALL, Marks((2, 8, 34), (1, 35, 54)), redacted=False)
    marked = {stretch.mark: stretch.text for turn in turns for stretch in turn.stretches if stretch.mark}
    assert marked == {"quote": "What is\nyour order number?", "cue": "I was charged twice"}
    assert [turn.clock for turn in turns] == ["0:00", "0:02", "0:06"]
    assert (turns[2].has("quote"), turns[2].has("cue")) == (True, False)


def test_words_behind_one_mask_are_shown_once_and_counted_all():
    words = [word for stretch in spoken_turns(CALL, Marks(), redacted=True)[1].stretches for word in stretch.words]
    masked = next(word for word in words if word.text.startswith("["))
    assert (masked.first, masked.last) == (3, 6)
    assert "4929" not in "".join(word.text for word in words)


def test_a_mask_that_the_quote_cuts_shows_nothing_of_it():
    turns = spoken_turns(CALL, Marks(quote=(1, 11, 20)), redacted=True)
    assert not any(char.isdigit() for char in whole(turns[1]))
    assert not any(char.isdigit() for char in shown_slice(CALL, 1, 11, 20, redacted=True))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1), st.data())
def test_words_of_a_turn_are_slices_of_it(text, data):
    call = a_call(f"agent: {text}")
    said = call.turns[0].text
    count = len(said.split())
    turn = spoken_turns(call, Marks(), redacted=False)[0]
    assert [word.first for stretch in turn.stretches for word in stretch.words if word.first >= 0] == list(range(count))
    if count:
        first = data.draw(st.integers(0, count - 1))
        last = data.draw(st.integers(first, min(count - 1, first + 38)))
        assert words_between(call, 0, first, last).text.split() == said.split()[first : last + 1]


@pytest.mark.parametrize("words", [(2, 0, 99), (2, 3, 1), (2, -1, 2), (9, 0, 0)])
def test_words_that_are_not_there_are_refused(words):
    with pytest.raises(NotASlice):
        words_between(CALL, *words)


def test_a_quote_is_masked_as_in_its_turn():
    assert shown_quote(a_shown_item(), redacted=True) == "What is the account number?"
    call = a_call("agent: One moment.", "customer: Yes.", "agent: Is it 4929 1234 5678 9012 that you paid with?")
    pick = a_pick(call, 2, start=3, end=20, quote=call.turns[2].text[3:20], words=4)
    item = a_shown_item(call, (3, 20), evidence=pick)
    assert not any(char.isdigit() for char in shown_quote(item, redacted=True))
    assert shown_quote(a_none_item(), redacted=True) == ""


@pytest.mark.parametrize("turn", range(len(LINES)))
def test_under_masks_of_every_kind_what_is_marked_is_still_a_slice_to_the_letter(turn):
    call = a_private_call()
    shown = spoken_turns(call, Marks(quote=(turn, 0, len(call.turns[turn].text))), redacted=True)[turn]
    words = [word for stretch in shown.stretches for word in stretch.words if word.first >= 0]
    assert [word.first for word in words][1:] == [word.last + 1 for word in words][:-1]
    assert words[-1].last + 1 == len(call.turns[turn].text.split())
    for one in words:
        marked = words_between(call, turn, one.first, one.last)
        assert marked.text == call.turns[turn].text[marked.start : marked.end]
        assert shown_slice(call, turn, marked.start, marked.end, redacted=True) == one.text
