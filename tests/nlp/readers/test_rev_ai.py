from documents import accounted, document, fixture, only_call, turns
from nlp.readers import rev_ai as vendor


def test_a_monologue_is_its_elements_one_after_the_other_to_the_letter():
    source = fixture("rev_ai")
    call = only_call(vendor, source)
    assert turns(call) == [("0", 0.27, 0.9, "Lark Water, <inaudible>."), ("1", 1.1, 1.4, "Hi.")]
    assert vendor.count(source) == 8 == accounted([call])


def test_people_write_times_as_clocks_and_name_the_speakers():
    source = fixture("rev_ai_human")
    call = only_call(vendor, source)
    assert turns(call) == [("1", 1.21, 1.61, "Hello."), ("2", 62.0, 62.4, "Hi")]
    assert call.names == {"1": "Ann Bell", "2": "Speaker 2"}
    assert vendor.count(source) == 3 == accounted([call])


def test_an_element_without_a_value_is_lost_and_its_monologue_stays():
    raw = b'{"monologues": [{"speaker": 0, "elements": [{"type": "text"}, {"type": "text", "value": "Hi"}, null]}, 4]}'
    call = only_call(vendor, document(raw))
    assert [lost.reason for lost in call.set_aside] == [
        "monologues[0].elements[0]: has no value",
        "monologues[0].elements[2]: is no object, and a turn is one",
        "monologues[1]: is no object, and a turn is one",
    ]
    assert vendor.count(document(raw)) == 3 == accounted([call])
