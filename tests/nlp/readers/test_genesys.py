from datetime import UTC, datetime

from documents import accounted, document, fixture, only_call, turns
from nlp.readers import genesys as vendor
from nlp.readers.speakers import to_call


def test_all_transcripts_of_a_file_are_one_conversation_in_the_order_of_time():
    source = fixture("genesys")
    found = only_call(vendor, source)
    assert turns(found) == [
        ("internal", 0.0, 2.1, "thank you for calling lark water"),
        ("external", 2.5, 5.5, "hi you read my meter twice"),
        ("external", 4.9, 5.6, "No hurry."),  # only the decorated text is there
        ("internal", 5.2, 6.1, "let me see"),  # its length is durationMs
    ]
    assert found.call_id == "4f1b1c1e-6a36-4f8e-8a53-11aa22bb33cc"
    assert found.started_at == datetime(2026, 11, 2, 14, 3, tzinfo=UTC)
    assert vendor.count(source) == 4 == accounted([found])
    assert [turn.speaker for turn in to_call(found).turns] == ["agent", "customer", "customer", "agent"]


def test_where_nothing_tells_an_agent_from_a_machine_a_note_says_so():
    assert vendor.CANNOT_TELL in only_call(vendor, fixture("genesys")).notes


def test_with_participants_machines_are_machines_and_two_agents_are_two():
    found = only_call(vendor, fixture("genesys_participants"))
    assert [(who, start) for who, start, *_ in turns(found)] == [
        ("ivr", 0.5),
        ("external", 3.0),
        ("u-1", 6.5),
        ("external", 7.2),
        ("u-2", 13.0),
    ]
    call = to_call(found)
    assert [turn.speaker for turn in call.turns] == ["system", "customer", "agent", "customer", "agent"]
    assert call.agent_id is None
    assert vendor.TWO_AGENTS in found.notes


def test_the_only_agent_is_the_calls_agent():
    source = fixture("genesys_participants")
    del source.value["participants"][3]
    assert only_call(vendor, source).agent_id == "u-1"


def test_offsets_from_the_start_are_taken_as_they_are():
    raw = b'{"phrases": [{"participantPurpose": "external", "text": "hi", "offsetMs": 1200, "durationMs": 300}]}'
    found = only_call(vendor, document(raw))
    assert (turns(found), found.started_at) == ([("external", 1.2, 1.5, "hi")], None)
