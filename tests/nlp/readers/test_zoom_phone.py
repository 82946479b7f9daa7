from documents import accounted, document, fixture, only_call, turns
from nlp.readers import zoom_phone as vendor


def test_entries_of_the_timeline_are_turns_whoever_is_named_in_either_way():
    source = fixture("zoom_phone")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("Ann Bell", 1.17, 2.58, "Lark Water, good morning."),
        ("+15555550142", 2.9, 4.0, "Hi, my bill is wrong."),
    ]
    assert call.started_at.isoformat() == "2026-11-02T14:03:00+00:00"
    assert vendor.count(source) == 3 == accounted([call])


def test_a_meetings_timeline_without_words_is_refused_with_what_to_take():
    (aside,) = vendor.read(document(b'{"timeline": [{"ts": "00:00:09.000", "users": [{"username": "Ann"}]}]}'))
    assert "take the transcript (VTT)" in aside.reason
