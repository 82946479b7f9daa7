from hypothesis import given
from hypothesis import strategies as st

from nlp.readers.words import Word, parted, turns_of

WORDS = st.lists(
    st.builds(
        Word,
        st.sampled_from(["yes", "no", "my", "bill.", "bill"]),
        st.sampled_from(["", "0", "1"]),
        st.none() | st.floats(0, 20),
        st.none() | st.floats(0, 20),
    ),
    max_size=12,
)


@given(WORDS)
def test_a_text_that_is_cut_loses_and_adds_no_word_and_changes_no_speaker(words):
    text = " ".join(word.text for word in words)
    pieces = parted(text, words, "9")
    assert " ".join(piece.text for piece in pieces) == text
    assert sum(piece.entries for piece in pieces) == 1
    owners = [piece.speaker_label for piece in pieces for _ in piece.text.split()]
    assert all(word.label in ("", owner) for word, owner in zip(words, owners, strict=True))


@given(WORDS, st.booleans())
def test_turns_of_words_hold_every_word_once_under_its_own_label(words, by_ear):
    speeches = turns_of(words, by_ear=by_ear)
    assert sum(speech.entries for speech in speeches) == len(words)
    assert sorted(w for s in speeches for w in s.text.split()) == sorted(word.text for word in words)
    if not by_ear:
        for side in {word.label for word in words}:
            said = [w for s in speeches if s.speaker_label == side for w in s.text.split()]
            assert sorted(said) == sorted(word.text for word in words if word.label == side)


def test_a_text_that_does_not_hold_its_words_is_made_of_them():
    pieces = parted("1 2", [Word("one", "a"), Word("two", "b")], "")
    assert [(piece.speaker_label, piece.text) for piece in pieces] == [("a", "one"), ("b", "two")]


def test_on_channels_what_one_side_says_over_the_other_cuts_neither():
    long = [Word(str(n), "0", n / 2, n / 2 + 0.5) for n in range(10)]
    short = [Word("mhm", "1", 2.1, 2.4)]
    assert [(s.speaker_label, s.start, s.end) for s in turns_of(long + short, by_ear=False)] == [
        ("0", 0.0, 5.0),
        ("1", 2.1, 2.4),
    ]


def test_on_channels_an_answer_in_a_short_pause_begins_a_new_turn():
    words = [Word("ready", "0", 0, 1), Word("then", "0", 1.8, 2.2), Word("yes", "1", 1.2, 1.6)]
    assert [s.text for s in turns_of(words, by_ear=False)] == ["ready", "yes", "then"]
