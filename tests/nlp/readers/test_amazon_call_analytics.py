from dataclasses import replace

import pytest

from documents import accounted, document, fixture, only_call, turns
from nlp.readers import amazon_call_analytics as vendor
from nlp.readers.speakers import to_call
from nlp.readers.vendor import LostTurn


def test_turns_come_with_roles_seconds_and_overlaps():
    call = only_call(vendor, fixture("amazon_call_analytics"))
    assert turns(call) == [
        ("AGENT", 0.12, 2.9, "Lark Water, you are through to [PII]."),
        ("CUSTOMER", 3.3, 9.7, "You have read my meter twice and I paid twice."),
        ("AGENT", 8.1, 8.9, "One second."),
        ("CUSTOMER", 10.1, 10.8, "I'll wait."),
    ]
    assert [turn.speaker for turn in to_call(call).turns] == ["agent", "customer", "agent", "customer"]
    assert (call.language, call.channel, call.metadata["content"]) == ("en-GB", "phone", "Redacted")
    assert call.metadata["categories"] == "NoHold"


def test_a_call_that_was_transcribed_live_has_no_words_and_is_read_all_the_same():
    call = only_call(vendor, fixture("amazon_call_analytics_streaming"))
    assert call.call_id == "7d1c6c1e-2f0b-4a55-9b83-0a4f4f3f1e11"
    assert [text for *_, text in turns(call)] == ["Hello there.", "Hi, it's about a leak."]


def test_the_count_is_not_misled_by_brackets_and_keys_inside_of_texts():
    source = fixture("amazon_call_analytics")
    assert b'{\\"Transcript\\": [1, 2]}' in source.raw
    assert vendor.count(source) == 4 == accounted(vendor.read(source))


def test_a_turn_without_text_is_set_aside_with_its_place_and_the_others_stay():
    source = fixture("amazon_call_analytics_streaming")
    del source.value["Transcript"][1]["Content"]
    source.value["Transcript"].append(7)
    call = only_call(vendor, source)
    assert len(call.speeches) == 1
    assert [lost.reason for lost in call.set_aside] == [
        "Transcript[1]: has no text",
        "Transcript[2]: is no object, and a turn is one",
    ]
    assert all(isinstance(lost, LostTurn) for lost in call.set_aside)


def test_an_end_before_the_start_is_left_out_and_said():
    source = fixture("amazon_call_analytics_streaming")
    source.value["Transcript"][0]["EndOffsetMillis"] = -5
    call = only_call(vendor, source)
    assert (call.speeches[0].start, call.speeches[0].end) == (0.0, None)
    assert call.notes == ("1 of 2 turns end before they start; their end was left out",)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"JobStatus": "FAILED", "Transcript": []}', "the analysis failed"),
        (b'{"LanguageCode": "en-US", "Transcript": {}}', "a list of turns was to be here"),
        (b'{"LanguageCode": "en-US", "Transcript": []}', "holds no turns"),
        (b"[1]", "a list of turns was to be here"),
    ],
)
def test_what_holds_no_turns_is_set_aside_with_a_line_that_says_so(raw, reason):
    (aside,) = vendor.read(document(raw))
    assert reason in aside.reason


def test_contact_lens_is_not_taken_for_it():
    assert vendor.recognises(fixture("amazon_contact_lens_voice")) == 0
    assert vendor.recognises(replace(fixture("amazon_call_analytics"), file="x.bin")) == 1


def test_the_real_file_reads_without_loss(shared):
    raw = (shared / "transcripts" / "amazon-transcribe-call-analytics.json").read_bytes()
    source = document(raw)
    call = only_call(vendor, source)
    assert vendor.count(source) == raw.count(b'"LoudnessScores"') == len(call.speeches) == 37
    assert [s.text for s in call.speeches] == [turn["Content"] for turn in source.value["Transcript"]]
    assert sum(s.text.count("[PII]") for s in call.speeches) == sum(
        turn["Content"].count("[PII]") for turn in source.value["Transcript"]
    )
    assert {turn.speaker for turn in to_call(call).turns} == {"agent", "customer"}
