from dataclasses import replace
from datetime import UTC, datetime

from documents import accounted, document, fixture, only_call, turns
from nlp.readers import gong as vendor
from nlp.readers import registry
from nlp.readers.speakers import to_call
from nlp.readers.vendor import Hints


def test_a_turn_is_a_monologue_and_its_unit_is_told_by_how_fast_people_speak():
    source = fixture("gong")
    in_millis, in_seconds = vendor.read(source)
    assert turns(in_millis) == [
        ("6432345678555530067", 460.23, 463.0, "No wait, I think we should check that out first. All right?"),
        ("5432345678555530000", 463.2, 465.2, "Sure, take your time with it."),
    ]
    assert turns(in_seconds) == [("1", 0.0, 5.0, "Good morning, this is Ines. How are you?")]
    assert [in_millis.call_id, in_seconds.call_id] == ["7782342274025937895", "7782342274025937896"]
    assert vendor.count(source) == 5 == accounted([in_millis, in_seconds])


def test_parties_that_were_put_beside_the_transcripts_say_who_is_who():
    call = to_call(only_call(vendor, fixture("gong_with_parties")))
    assert [(turn.speaker, turn.start, turn.end) for turn in call.turns] == [
        ("agent", 1.0, 4.0),
        ("customer", 3.8, 6.0),
    ]
    assert (call.agent_id, call.started_at) == ("a-17", datetime(2026, 11, 2, 14, 3, tzinfo=UTC))


def test_where_the_unit_cannot_be_told_the_times_are_left_out_and_that_is_said():
    raw = (
        b'{"callTranscripts": [{"callId": "1", "transcript": [{"speakerId": "a", "sentences": '
        b'[{"start": 0, "end": 100, "text": "Good morning."}]}]}]}'
    )
    source = document(raw)
    call = only_call(vendor, source)
    assert turns(call) == [("a", None, None, "Good morning.")]
    assert call.notes == (vendor.UNTOLD,)
    told = only_call(vendor, replace(source, hints=Hints(unit="milliseconds")))
    assert turns(told) == [("a", 0.0, 0.1, "Good morning.")]


def test_a_call_that_is_none_is_set_aside_and_the_others_are_read():
    source = fixture("gong")
    source.value["callTranscripts"][0] = {"callId": "77"}
    aside, call = vendor.read(source)
    assert aside.reason == "callTranscripts[0]: is no call with a transcript"
    assert call.call_id == "7782342274025937896"


def test_a_sentence_without_text_is_lost_and_the_rest_of_its_monologue_stays():
    source = fixture("gong_with_parties")
    source.value["callTranscripts"][0]["transcript"][0]["sentences"][0]["text"] = None
    call = only_call(vendor, source)
    assert call.speeches[0].text == "How can I help?"
    (lost,) = call.set_aside
    assert lost.reason == "callTranscripts[0].transcript[0].sentences[0]: has no text"


def test_one_call_by_itself_may_have_its_parties_in_it_and_more_of_them_than_speak():
    raw = b"""{"callId": "77", "parties": [
      {"speakerId": "1", "name": "Ann", "affiliation": "Internal", "userId": "u-1"},
      {"speakerId": "2", "name": "Bob", "affiliation": "External"},
      {"speakerId": null, "name": "Eve", "affiliation": "External"}, {"name": "Joe", "affiliation": "Unknown"}],
      "transcript": [{"speakerId": "1", "topic": null,
        "sentences": [{"start": 0, "end": 2000, "text": "Hello there."}]},
      {"speakerId": "2", "topic": "Intro", "sentences": [{"start": 2100, "end": 3000, "text": "Hi, thank you."}]}]}"""
    source = document(raw)
    assert registry.choose(source).vendor is vendor
    call = only_call(vendor, source)
    assert turns(call) == [("1", 0.0, 2.0, "Hello there."), ("2", 2.1, 3.0, "Hi, thank you.")]
    assert [turn.speaker for turn in to_call(call).turns] == ["agent", "customer"]
    assert (call.call_id, call.agent_id) == ("77", "u-1")
    assert vendor.count(source) == 2 == accounted([call])
