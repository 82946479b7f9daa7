import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_call
from models.sentence_training import Bare, bare_turns, train_sentences
from nlp.readers.contract import read_calls
from nlp.segment import is_tidy, segment, split_text
from nlp.sentence_starts import (
    EDGE,
    LEFT,
    RARE,
    NoSuchSentences,
    SentenceStarts,
    class_of_since,
    keys_at,
    load_sentence_starts,
    packaged_folder,
    plain_word,
    read_sheet,
    save_sheet,
)
from nlp.utterance import MAX_WORDS, word_count
from talking import AGENT, CUSTOMER, talk

BARE = "thank you for calling harbour energy my name is joyce how can i help you today"
SHEET = read_sheet(packaged_folder())
LABELLED = ("star", "primock", "fundraising", "authored", "open")


def pieces(text, **how):
    return [text[start:end] for start, end in split_text(text, **how)]


def call_of(turns):
    return a_call(turns=[{"speaker": who, "text": text} for who, text in turns])


def test_words_without_marks_are_cut_where_sentences_begin():
    assert pieces(BARE, bare=True) == [
        "thank you for calling harbour energy",
        "my name is joyce",
        "how can i help you today",
    ]
    assert pieces(BARE) == [BARE]


def test_capitals_change_nothing():
    assert [piece.lower() for piece in pieces(BARE.upper(), bare=True)] == pieces(BARE, bare=True)


def test_a_call_whose_marks_are_missing_is_cut_by_its_words_and_one_that_has_them_is_not():
    bare = call_of(talk(("agent", AGENT), ("customer", CUSTOMER), without_marks=True))
    said = [one.text for one in segment(bare)]
    assert "how can i help you today" in said
    assert len(said) > len(bare.turns) * 1.5
    tidy = call_of(talk(("agent", AGENT), ("customer", CUSTOMER)))
    by_marks = [turn.text[start:end] for turn in tidy.turns for start, end in split_text(turn.text)]
    assert [one.text for one in segment(tidy)] == by_marks


def test_each_side_is_judged_by_its_own_marks():
    turns = [(who, text if who == "customer" else text.replace(".", "").replace("?", "").lower()) for who, text in talk(
        ("agent", AGENT), ("customer", CUSTOMER)
    )]  # fmt: skip
    by_words = call_of(turns)
    said = {who: [one.text for one in segment(by_words) if one.speaker == who] for who in ("agent", "customer")}
    assert "how can i help you today" in said["agent"]
    assert said["customer"] == [text[a:b] for who, text in turns if who == "customer" for a, b in split_text(text)]


@pytest.mark.parametrize(
    ("texts", "tidy"),
    [
        (["hi there"], True),
        (["word " * 18], True),
        (["word " * 30], False),
        (["word " * 30 + "."], True),
        (["word " * 120 + "."], False),
        (["word " * 10 + "\n" + "word " * 10], True),
        (["単語 " * 30 + "。"], True),
        ([], True),
    ],
)
def test_text_is_tidy_where_it_has_marks_or_too_little_is_known(texts, tidy):
    assert is_tidy(texts) is tidy


def test_marks_of_vendors_fillers_and_numbers_are_words_like_any_other():
    text = "uh yeah my card is **** and my name is [PII] [inaudible] um it's zero four nine can you help me with that"
    said = pieces(text, bare=True)
    assert " ".join(said) == text
    assert len(said) > 1
    assert [plain_word(word) for word in ("[PII]", "****", "A.M.,", "it's", "4th", "...")] == [
        "*", "*", "am", "its", "0", RARE,
    ]  # fmt: skip


WORDS = st.lists(st.sampled_from([*BARE.split(), "[PII]", "x" * 90, "é", "…", "***", "I'll", "5"]), max_size=120)


@given(WORDS, st.sampled_from([" ", "  ", "\n ", "\u00a0"]))
def test_every_word_is_in_exactly_one_utterance_of_at_most_39(words, space):
    text = space.join(words)
    spans = split_text(text, bare=True)
    assert [word for start, end in spans for word in text[start:end].split()] == text.split()
    assert all(1 <= word_count(text[start:end]) <= MAX_WORDS for start, end in spans)
    assert spans == split_text(text, bare=True)


@given(st.text(max_size=300))
def test_any_text_is_cut_into_slices(text):
    spans = split_text(text, bare=True)
    assert all(text[start:end].strip() and word_count(text[start:end]) <= MAX_WORDS for start, end in spans)


@given(st.lists(st.sampled_from([*BARE.split(), "zzz", "0", "*"]), max_size=40))
def test_what_is_looked_up_is_the_sum_of_the_weights(words):
    model = load_sentence_starts()
    plain = [word if word in model.vocabulary else RARE for word in words]
    slow, last = [], 0
    for index in range(1, len(words)):
        total = sum(SHEET.tables.get(table, {}).get(key, 0.0) for table, key in keys_at(plain, index))
        total += SHEET.since[class_of_since(index - last)] + SHEET.left[min(len(words) - index, LEFT) - 1]
        if total >= SHEET.at + 1e-9:
            slow.append(index)
            last = index
    assert model.starts(words) == slow


def test_weights_are_trained_on_turns_whose_marks_were_taken_away():
    turns = bare_turns("x", [call_of(talk(("agent", AGENT), ("customer", CUSTOMER)))] * 4)
    assert turns[0] == Bare("x", tuple(plain_word(word) for word in AGENT[0].split()), frozenset({10}))
    sheet = train_sentences(turns)
    assert SentenceStarts(sheet).starts(AGENT[0].split()) == [10]
    assert sheet == train_sentences(turns)


def test_the_ends_of_a_turn_are_seen():
    keys = keys_at(["a", "b"], 1)
    assert ("before_2", EDGE) in keys
    assert ("pair_after", f"b {EDGE}") in keys


def test_broken_weights_say_so(tmp_path):
    sheet = read_sheet(packaged_folder())
    save_sheet(tmp_path / "m", sheet, {"what": "a test"})
    assert read_sheet(tmp_path / "m") == sheet
    with pytest.raises(NoSuchSentences, match=r"has no readable sentences\.json"):
        read_sheet(tmp_path)
    (tmp_path / "m" / "sentences.json").write_text(json.dumps({"at": 1.0}))
    with pytest.raises(NoSuchSentences, match="vocabulary"):
        read_sheet(tmp_path / "m")


def test_no_utterance_of_a_labelled_call_that_has_its_marks_is_another_than_its_marks_make_it(shared):
    changed = []
    for name in LABELLED:
        for call in read_calls(shared / "calls" / f"{name}.jsonl"):
            tidy = {
                who for who in ("agent", "customer") if is_tidy(turn.text for turn in call.turns if turn.speaker == who)
            }
            by_marks = [(n, *span) for n, turn in enumerate(call.turns) for span in split_text(turn.text)]
            found = [(one.turn, one.start, one.end) for one in segment(call)]
            of_tidy = [[one for one in spans if call.turns[one[0]].speaker in tidy] for spans in (found, by_marks)]
            assert of_tidy[0] == of_tidy[1], call.call_id
            if found != by_marks:
                changed.append(call.call_id)
    assert "au-c-15" in changed, "a call that was written without marks"
    assert len(set(changed)) < 45
