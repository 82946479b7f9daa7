from documents import accounted, document, fixture, only_call, turns
from nlp.readers import speechmatics as vendor
from nlp.readers.speakers import to_call


def test_marks_go_with_the_word_that_they_are_attached_to_and_a_turn_lasts_until_another_speaks():
    source = fixture("speechmatics")
    call = only_call(vendor, source)
    assert turns(call) == [("S1", 0.1, 1.2, "Lark Water, hello."), ("S2", 1.6, 3.0, "¿£20?")]
    assert (call.call_id, call.language) == ("lark-41", "en")
    assert call.notes == ("passed over, as nothing is said in it: a change of speakers",)
    assert vendor.count(source) == 9 == accounted([call])


def test_channels_take_turns_by_the_clock_and_may_be_named_after_roles():
    source = fixture("speechmatics_channels")
    call = only_call(vendor, source)
    assert turns(call) == [("Agent", 0.0, 0.3, "Hello."), ("Caller", 0.8, 1.1, "Hi"), ("Agent", 2.0, 2.4, "Yes")]
    assert [turn.speaker for turn in to_call(call).turns] == ["agent", "customer", "agent"]
    assert (call.call_id, call.sides) == ("speechmatics_channels", "channels")
    assert vendor.count(source) == 4 == accounted([call])


def test_in_the_first_version_numbers_are_text_and_marks_are_words():
    source = fixture("speechmatics_first")
    call = only_call(vendor, source)
    assert turns(call) == [("F1", 0.5, 1.2, "Good morning."), ("M2", 1.7, 2.1, "Hi there")]
    assert call.call_id == "lark-42"
    assert vendor.count(source) == 5 == accounted([call])


def test_a_word_without_content_is_lost_and_the_others_stay():
    raw = b"""{"results": [{"type": "word", "start_time": 0, "alternatives": []}, 7,
      {"type": "word", "start_time": 1, "end_time": 2, "alternatives": [{"content": "Hi", "speaker": "S1"}]}]}"""
    call = only_call(vendor, document(raw))
    assert [lost.reason for lost in call.set_aside] == [
        "results[0]: has no content",
        "results[1]: is no object, and a turn is one",
    ]
    assert vendor.count(document(raw)) == 3 == accounted([call])


def test_speakers_who_were_not_told_apart_have_no_label():
    raw = b"""{"results": [{"type": "word", "start_time": 1, "end_time": 2,
      "alternatives": [{"content": "Hi", "speaker": "UU"}]}]}"""
    assert "names no speakers" in to_call(only_call(vendor, document(raw))).reason
