from documents import accounted, document, fixture, only_call, turns
from nlp.readers import vosk as vendor
from nlp.readers.speakers import to_call


def test_a_list_of_stretches_is_one_recording_and_names_nobody():
    source = fixture("vosk")
    call = only_call(vendor, source)
    assert turns(call) == [("", 0.4, 1.4, "hello there"), ("", None, None, ""), ("", 2.4, 2.9, "hi")]
    assert "names no speakers" in to_call(call).reason
    assert vendor.count(source) == 3 == accounted([call])


def test_one_stretch_by_itself_is_read_too():
    raw = b'{"result": [{"conf": 1.0, "end": 0.9, "start": 0.4, "word": "hello"}], "text": "hello"}'
    assert vendor.recognises(document(raw)) == 1
    assert turns(only_call(vendor, document(raw))) == [("", 0.4, 0.9, "hello")]
    assert vendor.count(document(raw)) == 1
