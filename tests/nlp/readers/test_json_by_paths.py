import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import FIXTURES, accounted, document, turns
from importing import calls_of, found_in, transcript_of
from nlp.readers import json_by_paths as vendor
from nlp.readers import registry
from nlp.readers.vendor import Hints, Transcript
from nlp.set_aside import SetAside

AGENT = {"sender": {"name": "Ann", "type": "agent"}, "body": {"text": "Hello there, how can I help?"}, "offset_ms": 500}
CUSTOMER = {"sender": {"name": "Jo", "type": "customer"}, "body": {"text": "My bill is wrong."}, "offset_ms": 2500}


def source_of(value, **hints):
    source = document(json.dumps(value).encode(), "calls/c-9.json")
    return replace(source, hints=Hints(**hints))


def read(value, **hints):
    source = source_of(value, **hints)
    found = list(registry.read(source))
    assert vendor.count(source) in (None, accounted(found))
    return found


def test_turns_are_found_by_what_their_keys_are_called():
    (call,) = read({"messages": [AGENT, CUSTOMER], "agentId": "a-7", "conversationId": 12})
    assert turns(call) == [
        ("Ann", 0.5, None, "Hello there, how can I help?"),
        ("Jo", 2.5, None, "My bill is wrong."),
    ]
    assert (call.roles, call.call_id, call.agent_id) == ({"Ann": "agent", "Jo": "customer"}, "12", "a-7")
    assert call.vendor == "JSON"


def test_a_list_of_calls_is_one_call_each_under_its_own_id():
    found = read({"data": {"items": [{"id": "a", "messages": [AGENT]}, {"id": "b", "messages": [CUSTOMER]}, 5]}})
    assert [call.call_id for call in found if isinstance(call, Transcript)] == ["a", "b"]
    assert [str(each) for each in found if isinstance(each, SetAside)] == [
        "calls/c-9.json: data.items[2]: holds no turns; was the recording silent, or was it not transcribed?"
    ]


def test_turns_that_name_their_call_are_put_together_by_it():
    flat = [{"conversation_id": "xyxy"[n], "speaker": "AACC"[n], "text": f"words and more {n}"} for n in range(4)]
    found = read({"rows": flat})
    assert {call.call_id: [said.text for said in call.speeches] for call in found} == {
        "x": ["words and more 0", "words and more 2"],
        "y": ["words and more 1", "words and more 3"],
    }


def test_an_identifier_of_whoever_speaks_is_not_the_calls():
    lines = [
        {"contact_id": "1", "name": "Ann", "content": "hello there", "time": "2026-11-02T14:03:00Z"},
        {"contact_id": "2", "name": "Jo", "content": "hi i need help", "time": "2026-11-02T14:03:04Z"},
    ]
    (call,) = read({"call_id": "55", "lines": lines})
    assert call.call_id == "55"
    assert [said.start for said in call.speeches] == [0.0, 4.0]


def test_what_has_no_words_is_passed_over_and_what_is_no_object_is_lost():
    (call,) = read({"messages": [AGENT, {"sender": {"type": "agent"}, "kind": "joined"}, None, CUSTOMER]})
    assert call.notes == ("passed over, as nothing is said in it: an entry without words",)
    assert [lost.reason for lost in call.set_aside] == ["messages[2]: is no object, and a turn is one"]


def test_newest_first_is_put_in_the_order_of_time():
    (call,) = read({"messages": [{"user": "U1", "text": "second one", "ts": "1793628199.5"},
                                 {"user": "U2", "text": "first one", "ts": "1793628180.0"}]})  # fmt: skip
    assert [said.text for said in call.speeches] == ["first one", "second one"]
    assert call.started_at.isoformat() == "2026-11-02T14:03:00+00:00"


def test_words_each_by_itself_are_put_together_until_another_speaks():
    words = [{"value": f"w{n}", "speaker": "AB"[n // 10], "time": n * 300, "duration": 200} for n in range(20)]
    (call,) = read({"title": "x.mp3", "words": words})
    assert turns(call) == [
        ("A", 0.0, None, " ".join(f"w{n}" for n in range(10))),
        ("B", 3.0, None, " ".join(f"w{n}" for n in range(10, 20))),
    ]


def test_words_of_nobody_are_read_so_that_it_can_be_said():
    words = [{"word": f"w{n}", "punct": f"W{n},", "start": n * 0.3, "end": n * 0.3 + 0.2, "index": n} for n in range(9)]
    (made,) = calls_of(
        json.dumps({"action": "transcribe", "retval": {"status": True, "words": [*words, {"start": 9}]}})
    )
    assert "names no speakers" in made.reason
    assert vendor.count(source_of({"words": words})) == 9


@pytest.mark.parametrize(
    "value",
    [
        {"questions": [{"questionText": "Was there a greeting?", "answer": "yes"}] * 3},
        {"evaluations": [{"id": 1, "evaluator": "Ann", "score": 4}]},
        {"messages": []},
        {"messages": [{"text": "nobody says this"}]},
        {"rows": [{"name": f"n{n}", "text": "words of many names"} for n in range(30)]},
        [],
        [[]],
        [1, 2],
    ],
)
def test_other_json_is_not_taken_for_a_transcript(value):
    assert vendor.recognises(source_of(value)) == 0


def test_the_paths_of_a_map_lead_where_no_name_does():
    value = {"k": [{"n": 3, "l": [{"w": [{"p": "Agent"}], "s": "Hello."}, {"w": [{"p": "Customer"}], "s": "Hi."}]}]}
    paths = {"calls": "k", "turns": "l", "speaker": "w.0.p", "text": "s", "call_id": "n"}
    assert vendor.recognises(source_of(value)) == 0
    assert vendor.recognises(source_of(value, paths=paths)) == 1
    (call,) = read(value, paths=paths)
    assert (call.call_id, turns(call)) == ("3", [("Agent", None, None, "Hello."), ("Customer", None, None, "Hi.")])


def test_paths_of_a_map_take_no_document_from_a_vendor_who_knows_it():
    raw = (FIXTURES / "assemblyai.json").read_bytes()
    hints = Hints(paths={"turns": "utterances", "text": "text", "speaker": "speaker"})
    assert found_in(raw, "a.json", hints)[0].vendor == "AssemblyAI"


def test_lines_of_such_json_are_a_call_each():
    raw = "\n".join(json.dumps({"id": f"c-{n}", "messages": [AGENT, CUSTOMER]}) for n in range(3))
    assert [call.call_id for call in calls_of(raw, "x.jsonl")] == ["c-0", "c-1", "c-2"]


def test_an_array_of_such_calls_is_a_call_each():
    raw = json.dumps([{"id": f"c-{n}", "messages": [AGENT, CUSTOMER]} for n in range(3)])
    assert [call.call_id for call in calls_of(raw, "x.json")] == ["c-0", "c-1", "c-2"]


def test_an_array_of_turns_with_objects_in_them_is_one_call():
    assert [said.text for said in transcript_of(json.dumps([AGENT, CUSTOMER]), "a/c-3.json").speeches] == [
        "Hello there, how can I help?",
        "My bill is wrong.",
    ]


KEYS = st.sampled_from(["id", "messages", "text", "speaker", "role", "sender", "name", "start", "call_id", "a.b", ""])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["agent", "hi there", "7", "\x00"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=30
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=VALUES, paths=st.dictionaries(st.sampled_from(["calls", "turns", "text", "speaker"]), KEYS))
def test_any_json_and_any_paths_come_to_calls_or_to_reasons_and_are_accounted_for(value, paths):
    try:
        raw = json.dumps(value, allow_nan=False).encode()
    except ValueError:
        return
    source = source_of(json.loads(raw), paths=paths)
    assert 0 <= vendor.recognises(source) <= 1
    found = list(vendor.read(source))
    counted = vendor.count(source)
    refused = any(type(each) is SetAside for each in found)
    assert counted is None or accounted(found) == counted or (refused and accounted(found) < counted), (found, counted)


def test_a_deep_and_a_wide_document_are_looked_at_in_time():
    deep = wide = {"speaker": "a", "text": "b"}
    for _ in range(40):
        deep = {"x": [deep]}
    wide = {f"k{n}": [wide] * 3 for n in range(20_000)}
    for value in (deep, wide):
        assert isinstance(found_in(json.dumps(value)), list)
