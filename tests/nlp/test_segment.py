import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_call
from nlp.segment import segment, split_text
from nlp.utterance import MAX_WORDS, Utterance, word_count


def pieces(text):
    return [text[start:end] for start, end in split_text(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello. How can I help?", ["Hello.", "How can I help?"]),
        ("ok. what is your name", ["ok.", "what is your name"]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("I'll ask Dr. Brown at 9 a.m. today.", ["I'll ask Dr. Brown at 9 a.m. today."]),
        ("That is 64.50 in all. Fine?", ["That is 64.50 in all.", "Fine?"]),
        ("So... what is it?", ["So... what is it?"]),
        ("Wait... What?", ["Wait...", "What?"]),
        ("J. Smith speaking.", ["J. Smith speaking."]),
        ("one line\nanother line", ["one line", "another line"]),
        ("  spaced out.  ", ["spaced out."]),
        ("", []),
        (" \n ", []),
        ("?!", ["?!"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert pieces(text) == expected


def test_a_long_sentence_is_cut_where_a_speaker_would_breathe():
    text = "I have checked with the depot and " * 4 + "they say it left on Monday, " + "so it should be with you " * 4
    cut = pieces(text)
    assert all(word_count(piece) <= MAX_WORDS for piece in cut)
    assert all(piece.split()[0] in {"I", "and", "they", "so", "it"} for piece in cut)


def test_a_turn_without_marks_is_cut_before_a_new_thought():
    text = "so what i need is the number on the back of the box " * 6
    assert len(pieces(text)) >= 2
    assert all(word_count(piece) <= MAX_WORDS for piece in pieces(text))


def test_a_word_without_spaces_is_one_utterance_however_long():
    assert pieces("x" * 100_000) == ["x" * 100_000]


@given(st.text(st.sampled_from("ab.!?… ,\n;\"'\u00a0\u200bé") | st.characters(), max_size=400))
def test_every_word_is_in_exactly_one_utterance(text):
    spans = split_text(text)
    assert [word for start, end in spans for word in text[start:end].split()] == text.split() or _cut_inside(
        text, spans
    )
    assert all(1 <= word_count(text[start:end]) <= MAX_WORDS for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def _cut_inside(text, spans):
    # marks like 。 end a sentence without a space: the letters are all there, in other words
    return "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@given(st.lists(st.text(max_size=200), min_size=1, max_size=5))
def test_every_utterance_is_a_slice_of_its_turn(texts):
    call = a_call(turns=[{"speaker": "agent", "text": text.replace("\x00", "")} for text in texts])
    for found in segment(call):
        assert Utterance.of(call, found.turn, found.start, found.end) == found
