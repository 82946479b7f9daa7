import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.speaker_roles import (
    NoSuchListener,
    SpeakerRoles,
    SpeakersSheet,
    is_machine,
    load_listener,
    packaged_folder,
    plain_words,
    read_sheet,
    save_sheet,
    side_of,
)
from models.speaker_training import pairs_of, train_speakers
from nlp.call import Call
from talking import AGENT, CUSTOMER, MACHINE, OTHER_AGENT, talk


def call_of(turns, call_id="c-1"):
    return Call.model_validate({"call_id": call_id, "turns": [{"speaker": who, "text": text} for who, text in turns]})


def said(turns):
    found = {}
    for label, text in turns:
        found.setdefault(label, []).append(text)
    return found


def hear(*sides, known=(), **how):
    return load_listener().hear(said(talk(*sides, **how)), dict(known))


@pytest.mark.parametrize("without_marks", [False, True])
def test_agent_and_customer_are_told_apart_by_how_they_talk_whoever_begins(without_marks):
    for sides in ((("0", AGENT), ("1", CUSTOMER)), (("1", CUSTOMER), ("0", AGENT))):
        heard = hear(*sides, without_marks=without_marks)
        assert heard.roles == {"0": "agent", "1": "customer"}
        assert heard.sure > 0.95


def test_capitals_and_marks_change_nothing():
    plain = hear(("0", AGENT), ("1", CUSTOMER))
    assert hear(("0", [t.upper() for t in AGENT]), ("1", [t.upper() for t in CUSTOMER])) == plain
    assert hear(("0", AGENT), ("1", CUSTOMER), without_marks=True) == plain


def test_what_was_taken_out_for_privacy_is_no_word():
    assert plain_words("My {{NAME}} is [PII], call <PHONE_NUMBER> or **** (inaudible) 0171") == [
        "my",
        "is",
        "call",
        "or",
        "0",
    ]


def test_an_announcement_is_on_neither_side():
    heard = hear(("0", MACHINE), ("1", AGENT), ("2", CUSTOMER))
    assert heard.roles == {"0": "system", "1": "agent", "2": "customer"}
    assert heard.sure > 0.95


def test_an_agent_who_announces_the_recording_is_no_machine():
    assert not is_machine(("This call may be recorded.", *AGENT))
    assert is_machine(MACHINE)
    assert not is_machine(("", " "))


def test_of_three_speakers_two_may_be_agents():
    heard = hear(("a", AGENT), ("b", OTHER_AGENT), ("c", CUSTOMER))
    assert heard.roles == {"a": "agent", "b": "agent", "c": "customer"}
    assert heard.sure < hear(("a", AGENT), ("c", CUSTOMER)).sure


def test_somebody_who_says_next_to_nothing_is_on_neither_side_and_does_not_disturb():
    two = hear(("0", AGENT * 3), ("1", CUSTOMER * 3))
    three = hear(("0", AGENT * 3), ("1", CUSTOMER * 3), ("2", ("Yeah.",)))
    assert three.roles == {**two.roles, "2": "system"}
    assert three.sure == two.sure


def test_what_is_known_stays_and_helps():
    turns = said(talk(("Agent", AGENT), ("0", OTHER_AGENT), ("1", CUSTOMER)))
    heard = load_listener().hear(turns, {"Agent": "agent"})
    assert heard.roles == {"0": "agent", "1": "customer"}


@pytest.mark.parametrize(
    "turns",
    [
        {"0": ["Hello."], "1": ["Hi."]},
        {"0": list(AGENT)},
        {"0": [""], "1": [" "]},
        {str(n): list(AGENT) for n in range(9)},
        {"0": list(AGENT), "1": ["I'm sure"]},
        {},
    ],
)
def test_where_nothing_tells_nothing_is_sure(turns):
    heard = load_listener().hear(turns, {})
    assert heard.sure == 0
    assert set(heard.roles) == set(turns)


def test_two_who_talk_alike_are_not_told_apart():
    assert hear(("0", CUSTOMER), ("1", CUSTOMER)).sure == pytest.approx(0.5)


def test_a_call_whose_sides_were_exchanged_looks_swapped_and_the_right_one_does_not():
    right, wrong = (("agent", AGENT), ("customer", CUSTOMER)), (("customer", AGENT), ("agent", CUSTOMER))
    assert load_listener().swapped(call_of(talk(*wrong))) > 0.97
    assert load_listener().swapped(call_of(talk(*right))) < 0.03


def test_a_call_of_a_few_words_never_looks_swapped():
    assert load_listener().swapped(call_of([("agent", "My bill is wrong, I think."), ("customer", "Can I help?")])) == 0


@given(st.dictionaries(st.text(max_size=3), st.lists(st.text(max_size=60), max_size=4), max_size=5))
def test_whatever_is_said_every_label_gets_a_role_and_a_chance(turns):
    heard = load_listener().hear(turns, {})
    assert set(heard.roles) == set(turns)
    assert 0 <= heard.sure <= 1
    assert heard == load_listener().hear(turns, {})


def test_only_so_much_of_a_speaker_is_listened_to():
    assert side_of(["word " * 50] * 100).words == 600


def test_the_weights_are_of_words_that_tell_a_role_and_hold_no_capital():
    weights = read_sheet(packaged_folder()).weights
    assert weights["can i"] > 0 > weights["my"]
    assert all(word == word.lower() and math.isfinite(weight) for word, weight in weights.items())


def test_a_model_is_trained_on_calls_of_sources_and_told_apart_calls_it_has_not_seen():
    calls = {
        source: [
            call_of(talk(("agent", AGENT[n % 3 :]), ("customer", CUSTOMER[n % 2 :])), f"{source}-{n}") for n in range(9)
        ]
        for source in ("one", "two", "three")
    }
    sheet = train_speakers(pairs_of(calls))
    assert sheet == train_speakers(pairs_of(calls))
    heard = SpeakerRoles(sheet).hear(said(talk(("x", OTHER_AGENT), ("y", CUSTOMER[:3]))), {})
    assert heard.roles == {"x": "agent", "y": "customer"}


def test_a_model_survives_being_written_and_a_broken_one_says_so(tmp_path):
    sheet = SpeakersSheet(slope=2.0, weights={"you": 1.0})
    save_sheet(tmp_path / "m", sheet, {"what": "a test"})
    assert read_sheet(tmp_path / "m") == sheet
    assert json.loads((tmp_path / "m" / "card.json").read_text()) == {"what": "a test"}
    with pytest.raises(NoSuchListener, match=r"has no readable speakers\.json"):
        read_sheet(tmp_path)
    (tmp_path / "m" / "speakers.json").write_text('{"slope": 0, "weights": {"a": 1.0}}')
    with pytest.raises(NoSuchListener, match="slope"):
        read_sheet(tmp_path / "m")
