import json
import re

import pytest

from documents import accounted, document, fixture, only_call, turns
from nlp.readers import google_speech as vendor
from nlp.readers import registry
from nlp.readers.speakers import Who, to_call


def test_v1_gives_each_part_of_a_result_to_whoever_said_it():
    source = fixture("google_speech_v1")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("1", 0.0, 1.8, "Larch Bank, good morning."),
        ("2", 2.0, 2.3, "Hi."),
        ("2", 3.0, 4.1, " I can't log in."),
        ("1", 4.6, 5.0, " Right."),
    ]
    assert call.notes == ("passed over, as nothing is said in it: a result without alternatives",)
    assert vendor.count(source) == 4 == accounted([call])
    assert [t.speaker for t in to_call(call, Who(speakers={"1": "agent"})).turns][:2] == ["agent", "customer"]


def test_the_result_that_repeats_all_words_is_no_turn_and_says_who_spoke_where_results_have_no_words():
    call = only_call(vendor, fixture("google_speech_v1_operation"))
    assert [(speech.speaker_label, speech.text) for speech in call.speeches] == [("1", "hello larch bank hi there")]
    assert call.no_speech == 1


def test_v2_channels_are_in_the_order_of_time_and_a_time_of_zero_may_be_left_out():
    source = fixture("google_speech_v2")
    assert "startOffset" not in source.value["results"][0]["alternatives"][0]["words"][0]
    call = only_call(vendor, source)
    assert turns(call) == [
        ("1", 0.0, 1.4, "Larch Bank, hello."),
        ("2", 1.2, 2.6, "My card is gone."),
        ("1", 2.5, 3.2, "One moment."),
    ]
    assert (call.sides, call.language) == ("channels", "en-US")


def test_a_batch_holds_a_call_for_each_address():
    calls = list(vendor.read(fixture("google_speech_v2_batch")))
    assert [call.call_id for call in calls] == ["lark-1", "lark-2"]
    assert turns(calls[0]) == [("1", 0.0, 0.5, "Hello."), ("2", 0.7, 0.9, "Hi.")]


def test_without_words_a_turn_ends_where_its_result_does():
    raw = b'{"results": [{"alternatives": [{"transcript": "Hello."}], "resultEndTime": "1.5s"}]}'
    assert turns(only_call(vendor, document(raw))) == [("", None, 1.5, "Hello.")]


def test_the_real_file_reads_without_loss(shared):
    raw = (shared / "transcripts" / "google-stt-diarization.json").read_bytes()
    source = document(raw)
    call = only_call(vendor, source)
    assert vendor.count(source) == raw.count(b'"transcript"') == accounted([call]) == 57
    said = [result["alternatives"][0]["transcript"] for result in source.value["results"]]
    assert " ".join(s.text for s in call.speeches).split() == " ".join(said).split()
    tagged = source.value["results"][-1]["alternatives"][0]["words"]
    assert {s.speaker_label for s in call.speeches} == {str(word["speakerTag"]) for word in tagged}
    assert call.speeches[0].start == 12.9


def in_snake_case(value):
    """The value with its keys as client libraries write them: ``speakerTag`` is ``speaker_tag``."""
    if isinstance(value, dict):
        return {re.sub(r"(?<=[a-z])([A-Z])", r"_\1", k).lower(): in_snake_case(v) for k, v in value.items()}
    return [in_snake_case(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["google_speech_v1", "google_speech_v1_operation", "google_speech_v2"])
def test_what_client_libraries_dump_in_snake_case_is_the_same(name):
    source = document(json.dumps(in_snake_case(fixture(name).value)).encode(), f"{name}.json")
    assert b"end_offset" in source.raw or b"end_time" in source.raw
    assert registry.choose(source).vendor is vendor
    call = only_call(vendor, source)
    assert call == only_call(vendor, fixture(name))
    assert vendor.count(source) == accounted([call])


def test_results_of_watson_are_not_taken_for_googles():
    raw = b'{"result_index": 0, "results": [{"final": true, "alternatives": [{"transcript": "hi "}]}]}'
    assert vendor.recognises(document(raw)) == 0
