from documents import accounted, document, fixture, only_call, turns
from nlp.readers import elevenlabs as vendor


def test_words_and_spaces_make_turns_and_a_word_of_nobody_stays_with_those_before_it():
    source = fixture("elevenlabs")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("speaker_0", 0.1, 0.9, "Lark Water."),
        ("speaker_1", 1.0, 2.2, "(laughter) Hi there."),
    ]
    assert vendor.count(source) == 9 == accounted([call])


def test_channels_have_a_transcript_each():
    source = fixture("elevenlabs_channels")
    call = only_call(vendor, source)
    assert turns(call) == [("1", 0.1, 0.3, "Hi."), ("0", 0.2, 0.6, "Hello.")]
    assert call.sides == "channels"
    assert vendor.count(source) == 2 == accounted([call])


def test_a_word_without_text_is_lost():
    raw = b'{"words": [{"type": "word", "speaker_id": "a", "text": "Hi"}, {"type": "spacing", "speaker_id": "a"}, 3]}'
    call = only_call(vendor, document(raw))
    assert [lost.reason for lost in call.set_aside] == [
        "words[1]: has no text",
        "words[2]: is no object, and a turn is one",
    ]
    assert vendor.count(document(raw)) == 3 == accounted([call])


def test_a_kind_that_is_a_list_is_no_kind():
    raw = b'{"words": [{"text": "Hi.", "type": [], "speaker_id": "a"}, {"text": "Ho.", "type": "word"}]}'
    assert vendor.recognises(document(raw)) == 1
    assert [said.text for said in only_call(vendor, document(raw)).speeches] == ["Hi.Ho."]
