from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import a_call, a_turn
from nlp.call import Call, Turn

TURN = {"speaker": "agent", "text": "Hello."}


def test_a_call_needs_an_id_and_turns_alone() -> None:
    call = Call.model_validate({"call_id": "c-1", "turns": [TURN]})
    assert (call.agent_id, call.started_at, call.channel, call.metadata) == (None, None, None, {})


def test_neighbouring_turns_of_one_speaker_stay_apart_and_in_order() -> None:
    call = a_call("agent: One.", "agent: Two.", "customer: Three.")
    assert [turn.text for turn in call.turns] == ["One.", "Two.", "Three."]


def test_agent_turns_are_the_indices_of_what_the_agent_said() -> None:
    assert a_call("customer: a", "agent: b", "system: c", "agent: d").agent_turns() == [1, 3]


@pytest.mark.parametrize(
    "wrong",
    [
        {"turns": []},
        {"turns": [{**TURN, "speaker": "bot"}]},
        {"turns": [{**TURN, "mood": "bad"}]},
        {"call_id": ""},
        {"call_id": 12},
        {"channel": "fax"},
        {"started_at": datetime(2026, 11, 2)},  # noqa: DTZ001
        {"metadata": {"queue": "\x00"}},
    ],
)
def test_a_call_refuses_to_be_wrong(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Call.model_validate({"call_id": "c-1", "turns": [TURN], **wrong})


def test_a_turn_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match=r"ends \(1.0 s\) before it starts \(2.0 s\)"):
        Turn(speaker="agent", text="Hello.", start=2.0, end=1.0)
    assert a_turn("agent 2-2: Hello.").end == 2.0


def test_turns_may_overlap_and_have_one_time_only() -> None:
    call = a_call("agent 0-5: One.", "customer 3-4: Two.")
    assert call.turns[1].start == 3.0
    assert Turn(speaker="agent", text="Hello.", end=4.0).start is None


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1, max_size=4))
def test_text_is_kept_to_the_letter(texts: list[str]) -> None:
    call = Call.model_validate({"call_id": "c", "turns": [{"speaker": "customer", "text": text} for text in texts]})
    again = Call.model_validate_json(call.model_dump_json())
    assert [turn.text for turn in again.turns] == texts
    assert again.digest == call.digest


@pytest.mark.parametrize(
    "other",
    [
        a_call("agent: Hello!"),
        a_call("customer: Hello."),
        a_call("agent 0-1: Hello."),
        a_call("agent: Hello.", "agent: Hello."),
        a_call("agent: Hello.", agent_id="a-2"),
        a_call("agent: Hello.", metadata={"queue": "billing"}),
    ],
)
def test_a_digest_tells_calls_apart_by_all_they_say(other: Call) -> None:
    assert other.digest != a_call("agent: Hello.").digest
