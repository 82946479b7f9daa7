import pytest

from builders import a_call, a_criterion
from models.scene import CallView, Scene
from models.signals import measure
from nlp.encoder import load_encoder

CUE = {"cue": {"examples": ["Someone stole money from my account!"]}}
FAILING = {"examples": ["What is your card number? (after the customer has just given it)", "That is your own fault."]}
GOOD = {"examples": ["I am so sorry to hear that."]}


def signals(*lines, **fields):
    criterion = a_criterion("one", **{"failure": "violation", "broken_by": FAILING, "met_by": GOOD, **fields})
    return measure(Scene(CallView(a_call(*lines), load_encoder()), criterion))


def highest(values):
    return max(range(len(values)), key=lambda index: values[index])


TALK = (
    "agent: Hello, how can I help?",
    "customer: Someone took money from my account!",
    "agent: What is your card number?",
    "customer: I already told you that. Someone took money from my account!",
    "agent: Calm down. I can't do anything about it.",
    "customer: Is that all?",
    "agent: I have cancelled your card. Maybe it works again soon.",
    "agent: Bye.",
)


@pytest.mark.parametrize(
    ("signal", "place"),
    [
        ("like_failing", 1),
        ("like_failing_on_the_whole", 1),
        ("stands_out_as_failing", 1),
        ("contrast", 1),
        ("words_of_failing", 1),
        ("asks_like_failing", 0),
        ("customer_objects", 1),
        ("customer_says_again", 1),
        ("asks_what_was_given", 1),
        ("refuses", 3),
        ("refuses_without_alternative", 3),
        ("blame", 2),
        ("account_action", 4),
        ("first_account_action", 4),
        ("hedge", 5),
        ("vague_time", 5),
        ("very_first", 0),
        ("very_last", 6),
        ("last_of_substance", 5),
        ("thanks", 6),
        ("offers_help", 0),
        ("greets", 0),
        ("command", 2),
        ("customer_asks", 2),
    ],
)
def test_a_signal_is_highest_where_it_should_be(signal, place):
    assert highest(signals(*TALK)[signal]) == place


@pytest.mark.parametrize(
    ("signal", "place"),
    [("cue_before", 1), ("reply_to_strongest_cue", 1), ("just_after_strongest_cue", 1), ("fails_after_cue", 1)],
)
def test_a_cue_points_to_its_reply(signal, place):
    assert highest(signals(*TALK, failure="omission", due=CUE)[signal]) == place


def test_without_a_cue_there_is_nothing_to_reply_to():
    found = signals(*TALK)
    assert not any(found[name].any() for name in ("cue_before", "after_strongest_cue", "cue_stands_out"))


def test_an_aside_of_an_example_is_compared_with_what_came_before():
    assert signals(*TALK)["before_like_aside"][0] == 0
    assert signals(*TALK)["before_like_aside"][1] > 0


def test_patterns_of_the_rubric_count_for_and_against():
    found = signals(
        "agent: Calm down.",
        "agent: I am sorry.",
        "agent: Well.",
        broken_by={"patterns": [[{"LOWER": "calm"}, {"LOWER": "down"}]]},
        met_by={"patterns": [[{"LOWER": "sorry"}]]},
    )
    assert list(found["pattern"]) == [1, -1, 0]


def test_repeating_oneself_shows_at_the_second_time():
    assert (
        highest(signals("agent: Please hold the line.", "agent: Fine.", "agent: Please hold the line.")["says_again"])
        == 2
    )


def test_acknowledgement_counts_for_the_rest_of_its_turn():
    found = signals("agent: I am so sorry to hear that. What is the number?", "customer: 12", "agent: And the name?")
    assert list(found["nothing_acknowledged"]) == [0, 0, 1]


def test_every_signal_has_a_finite_number_for_every_candidate():
    import numpy as np

    for name, values in signals("agent: ok", "agent: …", "customer: Hm", "agent: 12", broken_by={}, met_by={}).items():
        assert values.shape == (3,), name
        assert np.isfinite(values).all(), name


def test_neighbouring_turns_of_one_side_are_one_run():
    view = CallView(
        a_call("customer: A b.", "customer: C d.", "agent: E.", "system: x", "agent: F.", "customer: G."),
        load_encoder(),
    )
    assert view.previous_customer == [[0, 1], [0, 1]]
    assert view.next_customer == [[5], [5]]
