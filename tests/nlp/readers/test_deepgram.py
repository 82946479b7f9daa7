import json

import pytest

from documents import accounted, document, fixture, only_call, turns
from nlp.readers import deepgram as vendor


def test_an_utterance_with_two_speakers_is_cut_where_the_speaker_changes():
    source = fixture("deepgram_utterances")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("0", 0.1, 2.0, "Lark Water, how can I help?"),
        ("1", 2.5, 3.98, "It's about my bill."),
        ("0", 4.1, 4.78, "Of course."),
    ]
    assert call.notes == ("utterances with words of several speakers, cut where the speaker changes: 1",)
    assert vendor.count(source) == 2 == accounted([call])


def test_channels_without_utterances_are_read_by_paragraphs_and_a_silent_one_is_no_turn():
    source = fixture("deepgram_channels")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("0", 0.1, 1.6, "Lark Water, good morning."),
        ("1", 1.4, 4.4, "My bill doubled in a month."),
        ("0", 5.0, 6.0, "Let me look."),
    ]
    assert (call.sides, call.language) == ("channels", "en")
    assert vendor.count(source) == 3 == accounted([call])


@pytest.mark.parametrize("paragraphs", [None, [{}]])
def test_a_channel_without_paragraphs_beside_one_with_them_is_set_aside_and_not_passed_over(paragraphs):
    value = json.loads(fixture("deepgram_channels").text)
    value["results"]["channels"][0]["alternatives"][0]["paragraphs"] = paragraphs
    source = document(json.dumps(value).encode())
    call = only_call(vendor, source)
    assert turns(call) == [("1", 1.4, 4.4, "My bill doubled in a month.")]
    (lost,) = call.set_aside
    assert lost.reason == "results.channels[0].alternatives[0]: has no paragraphs, as other channels do"
    assert "Let me look." in lost.record
    assert vendor.count(source) == accounted([call])


def test_words_alone_are_put_into_turns_and_overlaps_stay():
    source = fixture("deepgram_words")
    call = only_call(vendor, source)
    assert [(who, start, text) for who, start, _, text in turns(call)] == [
        ("0", 0.1, "lark water good morning"),
        ("1", 1.4, "my bill doubled in a month"),
        ("0", 5.0, "let me look"),
    ]
    assert vendor.count(source) == 13 == accounted([call])


def test_a_transcript_alone_is_one_turn():
    raw = b'{"results": {"channels": [{"alternatives": [{"transcript": "hello", "confidence": 1}]}]}}'
    source = document(raw)
    assert turns(only_call(vendor, source)) == [("", None, None, "hello")]
    assert vendor.count(source) == 1


def test_the_id_is_the_files_name_and_the_requests_is_kept():
    call = only_call(vendor, fixture("deepgram_utterances"))
    assert call.call_id == "deepgram_utterances"
    assert call.metadata["request_id"] == "b6a1f6c2-1111-4222-8333-944455556666"


def test_the_real_files_read_without_loss(shared):
    for name, utterances in (("deepgram-speakers", 22), ("deepgram-utterances", 6)):
        source = document((shared / "transcripts" / f"{name}.json").read_bytes())
        call = only_call(vendor, source)
        assert vendor.count(source) == utterances == accounted([call])
        (channel,) = source.value["results"]["channels"]
        said = channel["alternatives"][0]
        assert " ".join(s.text for s in call.speeches).split() == said["transcript"].split()
        speakers = {str(word["speaker"]) for word in said["words"] if "speaker" in word} or {""}
        assert {s.speaker_label for s in call.speeches} == speakers


def test_the_real_file_without_its_utterances_says_the_same(shared):
    source = document((shared / "transcripts" / "deepgram-speakers.json").read_bytes())
    by_utterance = only_call(vendor, source)
    del source.value["results"]["utterances"]
    by_paragraph = only_call(vendor, source)
    assert len(by_paragraph.speeches) == 11
    del source.value["results"]["channels"][0]["alternatives"][0]["paragraphs"]
    by_word = only_call(vendor, source)
    said = [
        [(s.speaker_label, word) for s in call.speeches for word in s.text.split()] for call in (by_utterance, by_word)
    ]
    assert said[0] == said[1]
    assert [word for _, word in said[0]] == " ".join(s.text for s in by_paragraph.speeches).split()
