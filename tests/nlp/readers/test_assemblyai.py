from documents import accounted, document, fixture, only_call, turns
from nlp.readers import assemblyai as vendor


def test_utterances_are_turns_in_seconds_and_the_redacted_ones_are_read():
    source = fixture("assemblyai")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("A", 0.25, 2.1, "Lark Water, this is [PERSON_NAME]."),
        ("B", 1.9, 3.6, "Hi, my bill doubled."),
    ]
    assert (call.language, call.metadata["seconds"]) == ("en-us", 4.0)
    assert vendor.count(source) == 2 == accounted([call])


def test_words_alone_are_turns_by_speaker():
    source = fixture("assemblyai_words")
    call = only_call(vendor, source)
    assert turns(call) == [("A", 0.1, 0.9, "Lark Water."), ("B", 1.1, 1.4, "Hi.")]
    assert vendor.count(source) == 3 == accounted([call])


def test_a_text_alone_is_one_turn_of_nobody():
    raw = (
        b'{"id": "t", "status": "completed", "audio_duration": 3, "text": "Hello.", "utterances": null, "words": null}'
    )
    source = document(raw)
    assert vendor.recognises(source) == 1
    assert turns(only_call(vendor, source)) == [("", None, None, "Hello.")]


def test_a_failed_transcription_says_why():
    (aside,) = vendor.read(document(b'{"id": "t", "status": "error", "error": "no audio", "words": null}'))
    assert aside.reason == "status: the transcription failed: no audio"


def test_utterances_in_seconds_are_somebody_elses():
    said = '{"text": "Hello.", "start": %s, "end": %s, "confidence": 0.9, "speaker": "A"}'
    for start, end, likely in (("10", "900", 0.6), ("0.1", "0.9", 0.0)):
        assert vendor.recognises(document(('{"utterances": [' + said % (start, end) + "]}").encode())) == likely
