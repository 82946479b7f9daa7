import pytest

from documents import accounted, document, fixture, only_call, turns
from nlp.readers import registry
from nlp.readers import whisper as vendor
from nlp.readers.speakers import Who, to_call


def test_segments_keep_their_text_to_the_letter():
    source = fixture("whisper")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("", 0.0, 2.0, " Lark Water, good morning."),
        ("", 2.4, 6.1, " You read my meter twice --> I paid twice."),
    ]
    assert vendor.count(source) == 2 == accounted([call])
    assert "names no speakers" in to_call(call).reason


def test_faster_whisper_has_a_list_of_segments():
    source = fixture("faster_whisper")
    assert vendor.recognises(source) == 1
    assert [text for *_, text in turns(only_call(vendor, source))] == [" Lark Water, good morning.", " Hi."]


def test_whisperx_is_cut_by_its_words_and_a_segment_of_nobody_is_lost_and_said():
    source = fixture("whisperx")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("SPEAKER_00", 0.1, 0.9, " Hello."),
        ("SPEAKER_00", 1.0, 1.6, " Your bill is £42."),  # the word without times stays where it was said
        ("SPEAKER_01", 2.2, 2.9, "Forty two?"),
    ]
    assert [lost.reason for lost in call.set_aside] == ["segments[2]: names no speaker, as other turns do"]
    assert vendor.count(source) == 3 == accounted([call])
    told = to_call(call, Who(speakers={"SPEAKER_00": "agent"}))
    assert [turn.speaker for turn in told.turns] == ["agent", "agent", "customer"]


def test_whisper_cpp_has_milliseconds():
    source = fixture("whisper_cpp")
    assert turns(only_call(vendor, source)) == [
        ("0", 0.0, 2.0, " Lark Water, good morning."),
        ("1", 2.2, 2.6, " Hi."),
    ]
    assert vendor.count(source) == 2


def test_openais_diarized_answer_writes_its_language_out_and_names_who_it_knows():
    call = only_call(vendor, fixture("openai_diarized"))
    assert call.language == "en"
    assert [turn.speaker for turn in to_call(call).turns] == ["agent", "customer"]


@pytest.mark.parametrize("raw", [b'{"text": "", "segments": [], "language": "en"}', b'{"segments": 3}'])
def test_a_silent_recording_is_set_aside(raw):
    (aside,) = vendor.read(document(raw))
    assert "turns" in aside.reason or "segments" in aside.reason


def test_the_real_file_reads_without_loss(shared):
    raw = (shared / "transcripts" / "whisper.json").read_bytes()
    source = document(raw)
    call = only_call(vendor, source)
    assert "".join(s.text for s in call.speeches) == source.value["text"]
    assert vendor.count(source) == 4 == accounted([call])


def test_pipelines_write_chunks_and_speakers_with_two_times_in_a_list():
    raw = b"""{"speakers": [{"speaker": "SPEAKER_00", "timestamp": [0.0, 1.5], "text": " Hello."},
      {"speaker": "SPEAKER_01", "timestamp": [1.5, null], "text": " Hi."}],
      "chunks": [{"timestamp": [0.0, 2.5], "text": " Hello. Hi."}], "text": " Hello. Hi."}"""
    source = document(raw)
    assert registry.choose(source).vendor is vendor
    call = only_call(vendor, source)
    assert turns(call) == [("SPEAKER_00", 0.0, 1.5, " Hello."), ("SPEAKER_01", 1.5, None, " Hi.")]
    assert vendor.count(source) == 2 == accounted([call])


def test_chunks_alone_name_nobody():
    raw = b'{"text": " Hello. Hi.", "chunks": [{"timestamp": [0.0, 2.5], "text": " Hello. Hi."}, 5]}'
    call = only_call(vendor, document(raw))
    assert turns(call) == [("", 0.0, 2.5, " Hello. Hi.")]
    assert vendor.count(document(raw)) == 2 == accounted([call])
