from documents import accounted, document, fixture, only_call, turns
from nlp.readers import amazon_transcribe as vendor
from nlp.readers.speakers import Who, to_call


def test_segments_in_the_vendors_own_words_are_turns():
    call = only_call(vendor, fixture("amazon_transcribe_segments"))
    assert turns(call) == [("spk_0", 0.0, 2.1, "Hello, this is [PII]."), ("spk_1", 1.9, 2.3, "Hi.")]
    assert (call.call_id, call.language, call.sides) == ("call-90", "en-US", "speakers")


def test_older_files_are_put_together_of_items_a_turn_a_segment():
    source = fixture("amazon_transcribe_speakers")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("spk_0", 0.1, 1.0, "Good morning,"),
        ("spk_0", 2.4, 3.3, "Lark Water."),
        ("spk_1", 3.9, 5.0, "Hello [PII]."),
    ]
    assert vendor.count(source) == 9 == accounted([call])


def test_channels_are_put_in_the_order_of_time_and_speech_that_overlaps_stays_whole():
    source = fixture("amazon_transcribe_channels")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("ch_0", 0.1, 1.0, "Good morning."),
        ("ch_1", 1.6, 3.9, "My bill doubled in a month!"),
        ("ch_0", 3.0, 4.2, "One moment please."),
        ("ch_0", 6.9, 7.4, "Found it."),
    ]
    assert call.sides == "channels"
    assert vendor.count(source) == 17 == accounted([call])


def test_nobody_is_taken_for_the_agent_unless_somebody_says_so():
    call = only_call(vendor, fixture("amazon_transcribe_channels"))
    assert "cannot tell which speaker is the agent" in to_call(call).reason
    told = to_call(call, Who(speakers={"ch_0": "agent"}))
    assert [turn.speaker for turn in told.turns] == ["agent", "customer", "agent", "agent"]


def test_without_labels_the_words_are_one_speech_of_nobody():
    source = fixture("amazon_transcribe_speakers")
    del source.value["results"]["speaker_labels"]
    call = only_call(vendor, source)
    assert [speech.speaker_label for speech in call.speeches] == [""]
    assert call.speeches[0].text == "Good morning, Lark Water. Hello [PII]."


def test_an_item_without_content_is_lost_and_counted():
    source = fixture("amazon_transcribe_speakers")
    source.value["results"]["items"][3] = {"type": "pronunciation", "alternatives": []}
    call = only_call(vendor, source)
    assert [lost.reason for lost in call.set_aside] == ["results.items[3]: has no content"]
    assert accounted([call]) == 9


def test_a_job_without_results_says_its_status():
    (aside,) = vendor.read(document(b'{"jobName": "j", "status": "FAILED"}'))
    assert aside.reason == "results: has no results (status FAILED)"
