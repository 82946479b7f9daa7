from datetime import UTC, datetime

from documents import accounted, document, fixture, only_call, turns
from nlp.readers import registry
from nlp.readers import twilio as vendor
from nlp.readers.speakers import Who, to_call


def test_sentences_have_their_numbers_as_text_and_roles_come_from_the_transcript_beside_them():
    source = fixture("twilio")
    found = only_call(vendor, source)
    assert turns(found) == [
        ("2", 0.52, 2.9, "Lark Water, you are speaking with [REDACTED]."),
        ("1", 2.4, 5.1, "My meter was read twice."),
        ("2", 5.3, 5.8, "I see."),
    ]
    call = to_call(found)
    assert [turn.speaker for turn in call.turns] == ["agent", "customer", "agent"]
    assert (call.agent_id, call.started_at) == ("a-17", datetime(2026, 11, 2, 14, 3, tzinfo=UTC))
    assert vendor.count(source) == 3 == accounted([found])


def test_camel_case_and_a_bare_list_are_read_too():
    found = only_call(vendor, fixture("twilio_camel"))
    assert turns(found) == [("1", 0.1, 1.0, "Hello."), ("2", 1.2, None, "Hi.")]
    assert "cannot tell" in to_call(found).reason
    assert [t.speaker for t in to_call(found, Who(speakers={"1": "agent"})).turns] == ["agent", "customer"]


def test_a_page_of_several_says_that_others_are_missing():
    source = fixture("twilio")
    source.value["meta"]["next_page_url"] = "https://intelligence.twilio.com/v2/Transcripts/GTaa/Sentences?Page=1"
    assert any("one page of several" in note for note in only_call(vendor, source).notes)


def test_a_transcript_without_sentences_is_set_aside():
    source = document(b'{"meta": {"key": "sentences"}, "sentences": []}')
    assert vendor.recognises(source) == 1
    assert "holds no turns" in next(vendor.read(source)).reason


def test_the_transcription_of_a_recording_is_one_text_and_refused_with_what_to_do():
    raw = b'{"sid": "TR1", "recording_sid": "RE1", "status": "completed", "transcription_text": "hello hi there"}'
    source = document(raw)
    assert registry.choose(source).vendor is vendor
    (aside,) = registry.read(source)
    assert aside.reason == (
        "is one text that names no speakers; transcribe the recording with Conversational Intelligence"
    )
