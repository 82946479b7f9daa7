from documents import accounted, document, fixture, only_call, turns
from nlp.readers import ibm_watson as vendor
from nlp.readers import registry


def test_a_result_is_cut_where_its_words_change_speaker_and_marks_of_the_vendor_stay():
    source = fixture("ibm_watson")
    call = only_call(vendor, source)
    assert turns(call) == [
        ("0", 0.5, 1.6, "hello lark water"),
        ("1", 1.9, 3.5, "hi my meter %HESITATION is broken "),
        ("0", 4.0, 4.7, "one moment "),
    ]
    assert call.notes == ("passed over, as nothing is said in it: a result that another took the place of",)
    assert vendor.count(source) == 3 == accounted([call])


def test_a_jobs_results_lie_in_results():
    source = fixture("ibm_watson_job")
    call = only_call(vendor, source)
    assert turns(call) == [("2", 0.1, 0.4, "hello "), ("0", 0.6, 0.9, "hi ")]
    assert call.metadata["job"] == "4bd734c0-e575-21f3-de03-f932aa0468a0"
    assert vendor.count(source) == 2 == accounted([call])


def test_without_times_and_speakers_it_is_still_watsons_and_names_nobody():
    raw = b'{"result_index": 0, "results": [{"final": true, "alternatives": [{"transcript": "hello "}]}, {}]}'
    source = document(raw)
    assert registry.choose(source).vendor is vendor
    call = only_call(vendor, source)
    assert turns(call) == [("", None, None, "hello ")]
    assert [lost.reason for lost in call.set_aside] == ["results[1]: has no text"]
    assert vendor.count(source) == 2 == accounted([call])
