"""Each signal on a call of two or three sentences in which one is what the signal is for."""

import re
from pathlib import Path

import pytest

from builders import a_call, a_criterion
from models.scene import CallView, Scene
from models.signals import NAMES, measure
from nlp.encoder import load_encoder

COSTS = "The delivery costs nine euros."
OTHER = "Birds were singing in the garden."
SORRY = "I am so sorry to hear that."
STOLEN = "Someone stole money from my account!"
AFTER_STOLEN = {"failure": "omission", "due": {"cue": {"examples": [STOLEN]}}}


def said(*agent):
    """The agent's sentences, a turn each, with a word of the customer's between them."""
    return [line for text in agent for line in (f"agent: {text}", "customer: Hm.")]


def pair(before, text):
    return [f"customer: {before}", f"agent: {text}"]


TWO_PAIRS = [*pair("Where is my parcel?", "I have no idea."), *pair("It is warm today.", "Yes, very sunny.")]
AS_A_PAIR = "Customer: Where is my parcel? Agent: I have no idea."
BEFORE = [*pair(COSTS, "So."), *pair(OTHER, "Then.")]
AFTER = ["agent: So.", f"customer: {COSTS}", "agent: Then.", f"customer: {OTHER}"]

HIGHEST = {
    "like_definition": (said(OTHER, COSTS), {"definition": COSTS}, 1),
    "like_part_of_definition": (said(OTHER, COSTS), {"definition": f"The agent is calm and kind. {COSTS}"}, 1),
    "like_expected": (said(OTHER, COSTS), {"expected_behavior": COSTS}, 1),
    "like_good": (said(OTHER, SORRY), {"met_by": {"examples": [SORRY, COSTS]}}, 1),
    "like_good_on_the_whole": (said(OTHER, SORRY), {"met_by": {"examples": [SORRY, "I apologise."]}}, 1),
    "stands_out_by_contrast": (
        said(OTHER, "What is your order number?", SORRY),
        {"met_by": {"examples": [SORRY]}, "broken_by": {"examples": ["What is your order number?"]}},
        1,
    ),
    "pair_like_failing": (TWO_PAIRS, {"broken_by": {"examples": [AS_A_PAIR]}}, 0),
    "pair_like_good": (TWO_PAIRS, {"met_by": {"examples": [AS_A_PAIR]}}, 0),
    "pair_like_definition": (TWO_PAIRS, {"definition": AS_A_PAIR}, 0),
    "pair_like_part_of_definition": (TWO_PAIRS, {"definition": f"The agent is calm. {AS_A_PAIR}"}, 0),
    "pair_like_expected": (TWO_PAIRS, {"expected_behavior": AS_A_PAIR}, 0),
    "pair_like_cue": (TWO_PAIRS, {"failure": "omission", "due": {"cue": {"examples": [AS_A_PAIR]}}}, 0),
    "before_like_definition": (BEFORE, {"definition": COSTS}, 0),
    "before_like_part_of_definition": (BEFORE, {"definition": f"The agent is calm and kind. {COSTS}"}, 0),
    "before_like_failing": (BEFORE, {"broken_by": {"examples": [COSTS]}}, 0),
    "before_like_aside": (BEFORE, {"broken_by": {"examples": [f"So. ({COSTS})"]}}, 0),
    "after_like_definition": (AFTER, {"definition": COSTS}, 0),
    "after_like_failing": (AFTER, {"broken_by": {"examples": [COSTS]}}, 0),
    "like_any_failing": (said("A purple walrus yodelled.", "There is nothing I can do about it."), {}, 1),
    "like_any_definition": (said("A purple walrus yodelled.", "The agent greets the customer."), {}, 1),
    "words_of_good": (said("The lamp is red.", "The tractor is red."), {"met_by": {"examples": ["A tractor!"]}}, 1),
    "words_of_definition": (said("The lamp is red.", "The tractor is red."), {"definition": "About a tractor."}, 1),
    "words_of_expected": (
        said("The lamp is red.", "The tractor is red."),
        {"expected_behavior": "Name the tractor."},
        1,
    ),
    "words_of_definition_before": (
        [*pair("My lamp.", "Yes."), *pair("My tractor.", "Yes.")],
        {"definition": "About a tractor."},
        1,
    ),
    "negates_like_failing": (said("I can do that.", "I can't do that."), {"broken_by": {"examples": ["It won't."]}}, 1),
    "as_long_as_failing": (
        said("One two three four five six seven eight nine.", "One two three."),
        {"broken_by": {"examples": ["Ask him yourself."]}},
        1,
    ),
    "quotable": (said("No.", "We send it out to you on Friday before noon.", " ".join(["word"] * 35)), {}, 1),
    "first_sentence_of_reply": ([f"customer: {STOLEN}", "agent: Your number please. And your name."], AFTER_STOLEN, 0),
    "first_of_substance": (said("Okay.", "I have found the order here.", "It is on its way to you."), {}, 1),
    "how_far": (said("One thing.", "And two.", "And three."), {}, 2),
    "first_sentence_of_turn": (["agent: We look at it. Then we call."], {}, 0),
    "acknowledges": (said("The order is here.", SORRY), {}, 1),
    "like_what_was_said": ([*pair(COSTS, OTHER), *pair(COSTS, COSTS)], {}, 1),
    "was_asked": ([*pair("It is late.", "Yes."), *pair("Is it late?", "Yes.")], {}, 1),
    "pressure": (said("You may think about it.", "This price is for today, it is your last chance."), {}, 1),
    "guarantee": (said("It should arrive on Friday.", "It arrives on Friday, I guarantee it."), {}, 1),
    "side_talk": (said("The order is here.", "My shift ends at five, thank heavens."), {}, 1),
    "disclosure": (said("The order is here.", "You have the right to cancel within two weeks."), {}, 1),
    "identity_question": (said("The order is here.", "What is your date of birth?"), {}, 1),
    "asks": (said("The order is here.", "Is the order there?"), {}, 1),
    "filler": (said("The order is here.", "Okay."), {}, 1),
    "curt": (said("I will look for the order now.", "Number."), {}, 1),
    "length": (said("Number.", "I will look for the order now."), {}, 1),
    "long_turn": (said("Short.", "We go through it step by step now. " * 9), {}, 1),
    "opening": (said("One thing.", "And two.", "And three."), {}, 0),
    "closing": (said("One thing.", "And two.", "And three."), {}, 2),
}


def signals(lines, fields):
    criterion = a_criterion("one", **{"failure": "violation", **fields})
    return measure(Scene(CallView(a_call(*lines), load_encoder()), criterion))


def highest(values):
    return max(range(len(values)), key=lambda index: (values[index], -index))


@pytest.mark.parametrize("name", HIGHEST)
def test_a_signal_is_highest_at_the_sentence_that_it_is_for(name):
    lines, fields, place = HIGHEST[name]
    values = signals(lines, fields)[name]
    assert highest(values) == place
    assert sum(value == values[place] for value in values) == 1 or name == "long_turn"


def test_a_part_of_a_definition_is_nearer_than_the_whole():
    lines, fields, place = HIGHEST["like_part_of_definition"]
    found = signals(lines, fields)
    assert found["like_part_of_definition"][place] > found["like_definition"][place] + 0.1


def test_a_stranger_among_sentences_is_least_like_the_call():
    lines = said(COSTS, "The delivery costs ten euros.", "A purple walrus yodelled.", "Delivery costs are nine euros.")
    values = signals(lines, {})["like_the_call"]
    assert min(range(4), key=lambda n: values[n]) == 2


def test_a_cue_counts_from_where_it_was_said_on():
    lines = [
        "agent: Good morning.",
        f"customer: {STOLEN}",
        "agent: The number?",
        "customer: 12.",
        "agent: And the name?",
    ]
    values = signals(lines, AFTER_STOLEN)["cue_earlier"]
    assert values[0] == 0
    assert values[1] == values[2] > 0.9


def test_no_signal_is_without_a_test_that_names_it():
    words = set(re.findall(r"\w+", "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))))
    assert set(NAMES) <= words
