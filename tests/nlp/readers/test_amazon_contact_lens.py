import json
from dataclasses import replace
from datetime import UTC, datetime

from documents import accounted, document, fixture, only_call
from nlp.readers import amazon_contact_lens as vendor
from nlp.readers.speakers import to_call


def test_turns_are_joined_with_the_participants_that_they_name_by_id():
    call = to_call(only_call(vendor, fixture("amazon_contact_lens_voice")))
    assert [(turn.speaker, turn.start, turn.end) for turn in call.turns] == [
        ("system", 0.0, 1.8),
        ("agent", 2.1, 4.4),
        ("customer", 4.1, 7.3),
    ]
    assert call.channel == "phone"
    assert call.turns[2].text == "I lost my card, it ends in 4417."


def test_a_calls_contact_id_is_taken_from_the_name_that_connect_gives_the_file():
    contact = "0d2c8a5e-93b1-4a0e-8f4e-5a2b7d1c9e00"
    source = replace(fixture("amazon_contact_lens_voice"), file=f"x/{contact}_analysis_2026-11-02T19_03_00Z.json")
    assert only_call(vendor, source).call_id == contact


def test_a_chat_has_messages_and_passes_over_events_and_attachments():
    source = fixture("amazon_contact_lens_chat")
    chat = only_call(vendor, source)
    call = to_call(chat)
    assert [(turn.speaker, turn.start, turn.text) for turn in call.turns] == [
        ("system", 0.5, "Hi! Tell me in a few words what it is about."),
        ("customer", 9.25, "my parcel is **still** not here"),
        ("agent", 31.125, "I'm sorry about that, let me look."),
    ]
    assert (call.call_id, call.channel) == ("3f6f2f9e-0a1b-4c2d-9e3f-4a5b6c7d8e9f", "chat")
    assert call.started_at == datetime(2026, 11, 2, 19, 3, tzinfo=UTC)
    assert chat.no_speech == 3
    assert vendor.count(source) == 6 == accounted([chat])
    assert any("an event of the chat (2 times)" in note for note in chat.notes)


def test_a_message_without_content_is_not_an_event_but_a_lost_turn():
    source = fixture("amazon_contact_lens_chat")
    del source.value["Transcript"][2]["Content"]
    assert [lost.reason for lost in only_call(vendor, source).set_aside] == ["Transcript[2]: has no text"]


def test_what_the_real_time_api_answers_is_read_and_its_categories_are_passed_over():
    source = fixture("amazon_contact_lens_live")
    found = only_call(vendor, source)
    assert [(turn.speaker, turn.start, turn.end) for turn in to_call(found).turns] == [
        ("agent", 0.0, 1.5),
        ("customer", 1.3, 3.0),
    ]
    assert vendor.count(source) == 3 == accounted([found])
    assert found.no_speech == 1


def test_a_list_where_a_segment_has_its_turn_is_no_turn_and_counts_once():
    value = json.loads(fixture("amazon_contact_lens_live").text)
    value["Segments"][0]["Transcript"] = [{}]
    source = document(json.dumps(value).encode())
    found = only_call(vendor, source)
    assert [speech.text for speech in found.speeches] == ["My meter was read twice."]
    assert vendor.count(source) == 3 == accounted([found])


def test_a_supervisor_who_speaks_is_not_the_agent():
    source = fixture("amazon_contact_lens_chat")
    for entry in (source.value["Transcript"][4], source.value["Participants"][1]):
        entry["ParticipantRole"] = "SUPERVISOR"
    chat = only_call(vendor, source)
    assert [turn.speaker for turn in to_call(chat).turns] == ["system", "customer", "system"]
    assert any("supervisor" in note for note in chat.notes)


def test_an_email_has_no_text_to_read():
    source = document(b'{"Version": "EMAIL-2026-01-01", "Channel": "EMAIL", "Categories": {}}')
    (aside,) = vendor.read(source)
    assert vendor.recognises(source) == 1
    assert "none of its text" in aside.reason


def test_a_chat_transcript_of_connect_without_contact_lens_names_its_contact_at_the_top():
    raw = b"""{"AWSAccountId": "000000000000", "InstanceId": "i", "InitialContactId": "k-1", "ContactId": "k-2",
      "Participants": [{"ParticipantId": "a"}, {"ParticipantId": "b"}], "Transcript": [
      {"AbsoluteTime": "2026-11-02T19:03:00Z",
       "ContentType": "application/vnd.amazonaws.connect.event.participant.joined",
       "DisplayName": "Jo", "Id": "1", "ParticipantId": "a", "ParticipantRole": "CUSTOMER", "Type": "EVENT"},
      {"AbsoluteTime": "2026-11-02T19:03:02Z", "Content": "hi", "ContentType": "text/plain", "DisplayName": "Jo",
       "Id": "2", "ParticipantId": "a", "ParticipantRole": "CUSTOMER", "Type": "MESSAGE"},
      {"AbsoluteTime": "2026-11-02T19:03:04Z", "Content": "Hello, Jo.", "ContentType": "text/plain",
       "DisplayName": "Ann",
       "Id": "3", "ParticipantId": "b", "ParticipantRole": "AGENT", "Type": "MESSAGE"}]}"""
    call = only_call(vendor, document(raw))
    assert (call.call_id, call.names["b"]) == ("k-2", "Ann")
    assert [turn.speaker for turn in to_call(call).turns] == ["customer", "agent"]
    assert vendor.count(document(raw)) == 3 == accounted([call])
