from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_call
from nlp.utterance import MAX_WORDS, NotASlice, Utterance, word_count

CALL = a_call("agent: Thank you for calling.", "customer: I was charged twice!", "agent:  ", call_id="c-7")


def test_an_utterance_is_what_stands_there() -> None:
    said = Utterance.of(CALL, 1, 2, 13)
    assert (said.text, said.speaker, said.words) == ("was charged", "customer", 2)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), st.integers(-3, 40), st.integers(-3, 40))
def test_an_utterance_is_a_slice_or_it_is_refused(text: str, start: int, end: int) -> None:
    call = a_call("customer: Hello?", f"agent:{text}")
    try:
        said = Utterance.of(call, 1, start, end)
    except NotASlice:
        return
    assert said.text == call.turns[1].text[start:end]
    assert said.end - said.start == len(said.text)
    assert 1 <= said.words == len(said.text.split()) <= MAX_WORDS


@pytest.mark.parametrize(
    ("turn", "start", "end", "reason"),
    [
        (3, 0, 1, "the call has turns 0 to 2"),
        (-1, 0, 1, "the call has turns 0 to 2"),
        (0, 5, 5, "the turn has 22 characters"),
        (0, 5, 3, "the turn has 22 characters"),
        (0, -2, 3, "the turn has 22 characters"),
        (0, 0, 23, "the turn has 22 characters"),
        (2, 0, 1, "a quote has 1 to 39 words, this has 0"),
    ],
)
def test_a_stretch_that_cannot_be_quoted_says_why(turn: int, start: int, end: int, reason: str) -> None:
    with pytest.raises(NotASlice) as refused:
        Utterance.of(CALL, turn, start, end)
    assert (refused.value.call_id, refused.value.turn) == ("c-7", turn)
    assert str(refused.value) == f"call c-7, turn {turn}, characters {start} to {end}: {reason}"


@pytest.mark.parametrize(("words", "fits"), [(39, True), (40, False)])
def test_a_quote_has_under_40_words(words: int, fits: bool) -> None:
    text = " ".join(["word"] * words)
    call = a_call(f"agent: {text}")
    if fits:
        assert Utterance.of(call, 0, 0, len(text)).words == words
    else:
        with pytest.raises(NotASlice, match="this has 40"):
            Utterance.of(call, 0, 0, len(text))


@pytest.mark.parametrize(
    ("text", "words"), [("zero\u200bwidth", 1), ("no\u00a0break", 2), ("dash — counts", 3), ("", 0), ("👍 🇮🇪", 2)]
)
def test_words_are_counted_as_split_counts_them(text: str, words: int) -> None:
    assert word_count(text) == words
