from documents import accounted, document, fixture, only_call, turns
from nlp.readers import azure_speech as vendor
from nlp.readers.speakers import Who, to_call


def test_batch_phrases_of_both_channels_in_the_order_of_time():
    source = fixture("azure_batch")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("0", 0.76, 3.08, "Lark Water, good morning."),
        ("1", 2.9, 7.8, "You have read my meter twice, for ****'s sake."),
        ("0", 7.5, 8.75, "That's 20 pounds."),
        ("1", 62.5, 63.0, "bye"),  # durations alone, and no display form
    ]
    assert (call.sides, call.language) == ("channels", "en-GB")
    assert call.call_id == "lark-31"  # every result file is named contenturl_0.json
    assert call.started_at is None  # timestamp is when it was transcribed
    assert vendor.count(source) == 5 == accounted([call])


def test_speech_that_could_not_be_recognised_is_lost_and_said():
    (lost,) = only_call(vendor, fixture("azure_batch")).set_aside
    assert lost.reason == (
        "recognizedPhrases[2]: its recognitionStatus is Failure: what was said there is not in the file"
    )


def test_fast_transcription_has_milliseconds_and_speakers():
    call = only_call(vendor, fixture("azure_fast"))
    assert turns(call) == [("1", 0.08, 1.98, "Hello, Lark Water."), ("2", 1.7, 2.3, "Hi.")]
    assert [t.speaker for t in to_call(call, Who(speakers={"1": "agent"})).turns] == ["agent", "customer"]


def test_the_preview_of_fast_transcription_named_its_fields_otherwise():
    raw = b'{"duration": 2000, "combinedPhrases": [], "phrases": [{"offset": 40, "duration": 240, "text": "Hi"}]}'
    assert turns(only_call(vendor, document(raw))) == [("", 0.04, 0.28, "Hi")]


def test_the_real_file_reads_without_loss(shared):
    raw = (shared / "transcripts" / "azure-batch.json").read_bytes()
    source = document(raw)
    call = only_call(vendor, source)
    assert vendor.count(source) == raw.count(b'"recognitionStatus"') == accounted([call]) == len(call.speeches) == 37
    said = " ".join(each["display"] for each in source.value["combinedRecognizedPhrases"])
    assert sorted(" ".join(s.text for s in call.speeches).split()) == sorted(said.split())
    assert {s.speaker_label for s in call.speeches} == {"1", "2"}


def test_the_first_versions_of_batch_had_a_file_for_each_channel_and_capitals():
    raw = b"""{"AudioFileResults": [
      {"AudioFileName": "Channel.0.wav", "AudioFileUrl": null, "CombinedResults": [{"Display": "Hello."}],
       "SegmentResults": [{"RecognitionStatus": "Success", "ChannelNumber": null, "SpeakerId": null, "Offset": 9300000,
        "Duration": 12000000, "NBest": [{"Confidence": 0.9, "Lexical": "hello", "ITN": "hello",
        "Display": "Hello."}]}]},
      {"AudioFileName": "Channel.1.wav", "AudioFileUrl": null, "CombinedResults": [],
       "SegmentResults": [{"RecognitionStatus": "Success", "ChannelNumber": null, "Offset": 100000, "Duration": 5000000,
        "NBest": [{"Lexical": "hi", "ITN": "hi", "Display": null}]}]}]}"""
    source = document(raw, "c-9.json")
    call = only_call(vendor, source)
    assert turns(call) == [("1", 0.01, 0.51, "hi"), ("0", 0.93, 2.13, "Hello.")]
    assert (call.call_id, call.sides) == ("c-9", "channels")
    assert vendor.count(source) == 2 == accounted([call])


def test_one_file_of_the_first_versions_has_channels_or_speakers_and_a_name():
    raw = b"""{"AudioFileResults": [{"AudioFileName": "lark-7.wav", "SegmentResults": [
      {"ChannelNumber": "0", "Offset": 0, "Duration": 1, "NBest": [{"Display": "Hello."}]},
      {"ChannelNumber": "1", "Offset": 9, "Duration": 1, "NBest": [{"Display": "Hi."}]}, 3]}]}"""
    call = only_call(vendor, document(raw))
    assert [(s.speaker_label, s.text) for s in call.speeches] == [("0", "Hello."), ("1", "Hi.")]
    assert call.call_id == "lark-7"
    assert vendor.count(document(raw)) == 3 == accounted([call])
