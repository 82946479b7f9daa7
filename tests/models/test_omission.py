import numpy as np
import pytest

from builders import a_call, a_criterion, a_failure, a_rubric
from models.evidence import Pick
from models.finder import load_finder
from models.omission import moved_on, nearest_miss, window_of
from models.scene import CallView, Scene
from models.signals import measure
from nlp.encoder import load_encoder
from nlp.utterance import NotASlice

CUE = {"cue": {"examples": ["Someone stole money from my account!"]}}
TALK = a_call(
    "agent: Hello, how can I help?",
    "customer: Someone took all the money from my account!",
    "agent: What is your card number? And the name on it?",
    "customer: Don't you hear me?",
    "agent: I have cancelled your card.",
    "customer: And now?",
    "agent: A new one comes by post. Bye.",
)


def looked_at(call=TALK, **fields):
    scene = Scene(CallView(call, load_encoder()), a_criterion(**fields))
    return scene, measure(scene)


@pytest.mark.parametrize(
    ("fields", "first", "last"),
    [
        ({"due": {"moment": "opening"}}, 0, 0),
        ({"due": {"moment": "closing"}}, 4, 5),
        ({"due": {"moment": "account_action"}}, 0, 3),
        ({"due": CUE}, 1, 2),
        ({"due": None}, 0, 5),
        ({"failure": "violation"}, 0, 5),
    ],
)
def test_the_window_is_where_the_behaviour_was_due(fields, first, last):
    scene, signals = looked_at(**fields)
    window = window_of(scene, signals)
    assert (window.first, window.last) == (first, last)


def test_without_an_account_action_the_whole_call_is_the_window():
    scene, signals = looked_at(
        a_call("agent: Hello.", "customer: Hi.", "agent: Bye."), due={"moment": "account_action"}
    )
    assert window_of(scene, signals).sentences == 2


def test_a_cue_after_the_agents_last_words_has_its_window_there():
    scene, signals = looked_at(a_call("agent: Hello.", "customer: Someone stole all my money!"), due=CUE)
    window = window_of(scene, signals)
    assert (window.first, window.last, window.cue) == (0, 0, 1)


def test_what_moved_on_is_the_best_evidence_inside_the_window():
    scene, signals = looked_at(due=CUE)
    assert moved_on(window_of(scene, signals), [5, 4, 2, 1, 0, 3]) == 2


def test_the_nearest_miss_is_likest_to_good_and_not_what_is_shown_already():
    scene, signals = looked_at(due=CUE)
    like = signals | {"like_good": np.array([0.3, 0.9, 0.5, 0.1, 0.2, 0.0])}
    assert nearest_miss(scene, like, {1}) == (2, 0.5)
    assert nearest_miss(scene, like, {0, 1, 2}) is None


def test_without_good_examples_the_expected_behaviour_tells_the_nearest_miss():
    scene, signals = looked_at(due=CUE, met_by={})
    assert nearest_miss(scene, signals | {"like_expected": np.array([0.0, 0.0, 0.0, 0.0, 0.7, 0.0])}, ()) == (4, 0.7)


def picks(call, *criteria):
    rubric = a_rubric(*criteria)
    return load_finder().find(call, [a_failure(one, call_id=call.call_id) for one in rubric.criteria], rubric)


def test_an_omission_says_when_it_was_due_what_came_instead_and_how_much_was_searched():
    (pick,) = picks(TALK, a_criterion(due=CUE))
    seen = pick.opportunity
    assert (seen.answer, seen.searched) == ("not_met", 6)
    assert (seen.window.first_turn, seen.window.last_turn, seen.window.sentences) == (2, 2, 2)
    assert seen.moved_on.quote == pick.quote == "What is your card number?"


def test_where_nothing_was_like_the_cue_it_was_never_due_and_the_score_is_doubted():
    call = a_call(
        "agent: Hello, how can I help?", "customer: What are your opening hours?", "agent: Nine to five. Bye."
    )
    (pick,) = picks(call, a_criterion(due=CUE))
    assert (pick.opportunity.answer, pick.opportunity.window) == ("no_opportunity", None)
    assert pick.status == "found"
    assert "look at the score again" in pick.why


def test_of_a_violation_there_is_no_window():
    (pick,) = picks(TALK, a_criterion("rude", failure="violation"))
    assert pick.opportunity.window is pick.opportunity.moved_on is pick.opportunity.nearest_miss is None


@pytest.mark.parametrize(
    ("starts", "status", "answer"), [("2.0-6.0", "found", "not_met"), ("4.5-6.0", "none", "met"), ("", "none", None)]
)
def test_times_say_whether_the_agent_talked_over_the_customer(starts, status, answer):
    call = a_call(
        "customer 0.0-4.0: I was charged twice and" if starts else "customer: I was charged",
        f"agent{' ' if starts else ''}{starts}: Let me look at that for you.",
    )
    (pick,) = picks(call, a_criterion("over", failure="talk_over"))
    assert (pick.status, pick.opportunity and pick.opportunity.answer) == (status, answer)


def test_what_is_quoted_of_the_opportunity_is_held_against_the_call_too():
    (pick,) = picks(TALK, a_criterion(due=CUE))
    record = pick.model_dump()
    record["opportunity"]["moved_on"]["quote"] = "What is your PIN?"
    with pytest.raises(NotASlice):
        Pick.model_validate(record).verify(TALK)
