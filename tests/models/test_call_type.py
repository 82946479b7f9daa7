import pytest

from builders import a_call, a_rubric
from models.call_type import classify_call_type
from nlp.encoder import load_encoder

TYPES = {
    "billing": {"name": "Billing", "examples": ["I was charged twice.", "There is a mistake on my bill."]},
    "delivery": {"name": "Delivery", "examples": ["My parcel has not arrived.", "Where is my package?"]},
}


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Hi, you took the money two times!", "billing"), ("The thing I ordered is still not here.", "delivery")],
)
def test_a_call_is_of_the_type_that_it_begins_like(said, expected):
    call = a_call("agent: Hello.", f"customer: {said}")
    guess = classify_call_type(call, a_rubric(call_types=TYPES), load_encoder())
    assert guess.call_type == expected
    assert 0.5 <= guess.confidence <= 1


def test_a_rubric_without_types_has_no_guess():
    assert classify_call_type(a_call(), a_rubric(), load_encoder()) is None


def test_a_customer_who_says_nothing_has_no_type():
    assert classify_call_type(a_call("agent: Hello?"), a_rubric(call_types=TYPES), load_encoder()) is None
