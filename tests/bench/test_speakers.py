from bench.boundaries import Found, by_rules, compare, without_marks
from bench.speakers import IVR, after_a_machine, passed_on, told, turned_round, two_speakers
from builders import a_call
from models.sentence_training import Bare
from nlp.readers.hearing import Heard
from talking import AGENT, CUSTOMER, talk

CALL = a_call(turns=[{"speaker": who, "text": text} for who, text in talk(("customer", CUSTOMER), ("agent", AGENT))])


def test_speakers_are_hidden_behind_labels_in_the_order_in_which_they_begin():
    hidden = two_speakers(CALL)
    assert hidden.said == {"0": list(CUSTOMER), "1": list(AGENT)}
    assert hidden.truth == {"0": "customer", "1": "agent"}


def test_a_call_is_passed_on_to_a_third_speaker_who_is_an_agent_and_no_turn_is_lost():
    hidden = passed_on(CALL)
    assert sorted(hidden.truth.values()) == ["agent", "agent", "customer"]
    assert sorted(text for texts in hidden.said.values() for text in texts) == sorted((*AGENT, *CUSTOMER))
    assert hidden == passed_on(CALL)


def test_a_machine_speaks_first():
    hidden = after_a_machine(CALL)
    assert hidden.said["0"] == list(IVR)
    assert hidden.truth == {"0": "system", "1": "customer", "2": "agent"}


def test_right_is_where_every_label_is_right_and_told_is_where_it_is_sure():
    hidden = two_speakers(CALL)
    right, wrong = dict(hidden.truth), {"0": "agent", "1": "customer"}
    heard = [(hidden, Heard(right, 0.96)), (hidden, Heard(right, 0.94)), (hidden, Heard(wrong, 0.99))]
    assert told(heard) == ["3", "0.667", "0.67", "0.500"]
    assert told([(hidden, Heard(right, 0.5))]) == ["1", "1.000", "0.00", "-"]


def test_turning_a_call_round_twice_is_turning_it_not():
    assert [turn.speaker for turn in turned_round(CALL).turns[:2]] == ["agent", "customer"]
    assert turned_round(turned_round(CALL)) == CALL


def test_beginnings_are_counted_where_they_are_before_the_very_word():
    turns = [Bare("x", tuple("abcdef"), frozenset({2, 4})), Bare("x", tuple("abcdef"), frozenset({3}))]
    found = compare(turns, [{2, 5}, set()])
    assert found == Found(right=1, told=2, there=3)
    assert found.cells == ["0.400", "0.500", "0.333"]


def test_the_rules_cut_a_long_turn_and_leave_a_short_one():
    assert by_rules(Bare("x", tuple(["word"] * 39), frozenset())) == set()
    assert by_rules(Bare("x", tuple(["word"] * 60), frozenset())) == {20, 40}


def test_a_call_without_marks_has_the_same_words():
    bare = without_marks(CALL)
    assert bare.turns[1].text == "thank you for calling harbour energy my name is joyce how can i help you today"
    assert [turn.speaker for turn in bare.turns] == [turn.speaker for turn in CALL.turns]
