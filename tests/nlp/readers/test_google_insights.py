from datetime import UTC, datetime

import pytest

from documents import accounted, document, fixture, only_call, turns
from nlp.readers import google_insights as vendor
from nlp.readers.speakers import to_call


def test_a_conversation_says_who_is_who_and_when():
    source = fixture("google_insights")
    call = to_call(only_call(vendor, source))
    assert [(turn.speaker, turn.start, turn.end, turn.text) for turn in call.turns] == [
        ("system", 0.0, 1.2, "Welcome to Larch Bank."),
        ("agent", 2.2, None, "Good morning, Ines speaking."),
        ("customer", 3.9, 5.1, "My card is gone."),
        ("agent", None, None, "I see."),
    ]
    assert (call.call_id, call.agent_id, call.channel) == ("c-5512", "a-17", "phone")
    assert call.started_at == datetime(2026, 11, 2, 14, 3, 0, 500000, tzinfo=UTC)
    assert (call.metadata["queue"], call.metadata["team"]) == ("cards", "Cards")
    assert vendor.count(source) == 4


def test_several_conversations_of_one_answer_are_several_calls():
    one = fixture("google_insights").text
    source = document(f'{{"conversations": [{one}, {one.replace("c-5512", "c-5513")}]}}'.encode())
    found = list(vendor.read(source))
    assert [call.call_id for call in found] == ["c-5512", "c-5513"]
    assert vendor.count(source) == 8 == accounted(found)


def test_the_upload_format_counts_from_its_first_entry():
    call = to_call(only_call(vendor, fixture("google_insights_upload")))
    assert [(turn.speaker, turn.start) for turn in call.turns] == [("agent", 0.0), ("customer", 4.25), ("system", 9.0)]
    assert call.started_at == datetime(2026, 11, 2, 14, 3, tzinfo=UTC)


def test_times_of_an_upload_that_are_no_moments_stay_as_they_are():
    raw = b'{"entries": [{"start_timestamp_usec": 1500000, "text": "Hello.", "role": "AGENT", "user_id": 1}]}'
    call = only_call(vendor, document(raw))
    assert (call.started_at, call.speeches[0].start) == (None, 1.5)


@pytest.mark.parametrize("raw", [b'{"name": "projects/p/locations/l/conversations/c", "transcript": {}}', b'{"a": 1}'])
def test_a_conversation_without_segments_is_set_aside(raw):
    (aside,) = vendor.read(document(raw))
    assert "turns" in aside.reason or "segments" in aside.reason


def test_what_client_libraries_dump_has_snake_case_and_numbers_for_roles():
    raw = b"""{"name": "projects/p/locations/l/conversations/c-7", "start_time": "2026-11-02T14:00:00Z", "medium": 1,
      "language_code": "en-US", "transcript": {"transcript_segments": [
      {"text": "Larch Bank.", "channel_tag": 1, "segment_participant": {"role": 1, "user_id": "7"},
       "words": [{"word": "Larch", "start_offset": "0.500s", "end_offset": "0.900s"}]},
      {"text": "Hi.", "channel_tag": 2, "segment_participant": {"role": 3},
       "message_time": "2026-11-02T14:00:02Z"}]}}"""
    source = document(raw)
    assert vendor.recognises(source) == 1
    call = only_call(vendor, source)
    assert turns(call) == [("HUMAN_AGENT:7", 0.5, 0.9, "Larch Bank."), ("END_USER", 2.0, None, "Hi.")]
    assert (call.roles["HUMAN_AGENT:7"], call.roles["END_USER"], call.channel) == ("agent", "customer", "phone")
    assert vendor.count(source) == 2
