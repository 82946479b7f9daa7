import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import a_criterion, a_failure, a_rubric
from models.finder import load_finder
from models.scene import CallView, Scene
from models.signals import measure
from nlp.call import Call
from nlp.encoder import load_encoder

CRITERIA = (
    a_criterion("rude", weight=25, failure="violation", broken_by={"examples": ["That is your own fault."]}),
    a_criterion("empathy", weight=25),
    a_criterion("closing", weight=25, due={"moment": "closing"}),
    a_criterion("over", weight=25, failure="talk_over"),
)
RUBRIC = a_rubric(*CRITERIA)


@pytest.fixture(scope="module")
def finder():
    return load_finder()


def picks_of(finder, turns):
    said = [{"speaker": speaker, "text": text, **times} for speaker, text, times in turns]
    call = Call.model_validate({"call_id": "odd", "turns": said})
    return call, finder.find(call, [a_failure(one, call_id="odd") for one in CRITERIA], RUBRIC)


WORDS = st.sampled_from(
    [
        "I",
        "your",
        "fault",
        "sorry",
        "ORDER",
        "12",
        "etc.",
        "Dr.",
        "?",
        "…",
        ".",
        "\n",
        "No!",
        "👍🏽",
        "是。",
        "-",
        "e.g.",
    ]
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=60).map(" ".join), st.text(max_size=60).filter(lambda text: "\x00" not in text)
)
TIMES = st.one_of(
    st.just({}), st.tuples(st.integers(0, 50), st.integers(0, 9)).map(lambda at: {"start": at[0], "end": at[0] + at[1]})
)
TURNS = st.lists(st.tuples(st.sampled_from(["agent", "customer", "system"]), TEXTS, TIMES), min_size=1, max_size=6)


@given(TURNS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_call_gives_a_sound_pick_for_every_failure(finder, turns):
    turns = [(who, text, {name: float(at) for name, at in times.items()}) for who, text, times in turns]
    call, picks = picks_of(finder, turns)
    says = any(text.strip() for who, text, _ in turns if who == "agent")
    assert [pick.criterion_id for pick in picks] == [one.id for one in CRITERIA]
    for pick in picks:
        pick.verify(call)
        assert pick.status == "found" or not says or pick.kind == "talk_over"
        assert 0 <= pick.confidence <= 1


@pytest.mark.parametrize(
    "turns",
    [
        [("agent", "You should have read the terms.")],
        [("customer", "I was charged twice"), ("agent", "what is your order number and who said that " * 30)],
        [("agent", "Hello."), ("agent", "Hold on."), ("agent", "Bye.")],
        [("customer", "Hello?"), ("customer", "Anybody?")],
        [("customer", "I WAS CHARGED TWICE!"), ("agent", "THAT IS YOUR OWN FAULT. ORDER NUMBER?")],
        [("system", "The agent has left.")],
        [("agent", "." * 50_000 + "x"), ("agent", "etc. " * 10_000)],
        [("agent", "no, " + "a" * 50_000 + " you must")],
    ],
    ids=["one turn", "no punctuation", "one speaker", "no agent", "capitals", "a system alone", "dots", "a long word"],
)
def test_a_call_of_an_odd_shape_gives_sound_picks(finder, turns):
    call, picks = picks_of(finder, [(who, text, {}) for who, text in turns])
    says = any(who == "agent" for who, _ in turns)
    for pick in picks:
        pick.verify(call)
        assert (pick.status == "found") == (says and pick.kind != "talk_over")


SAID = ["What is your order number?", "That is your own fault.", "One moment.", "It was sent on Monday.", "I see."]
TOLD = ["I was charged twice!", "Are you there?", "Yes."]


def long_call(turns, runs):
    """Turns by turns, or all of the customer's before all of the agent's."""
    talk = [("agent", SAID[n % 5]) if n % 2 else ("customer", TOLD[n % 3]) for n in range(turns)]
    return [(who, text, {}) for who, text in (sorted(talk, key=lambda one: one[0], reverse=True) if runs else talk)]


@pytest.mark.slow
@pytest.mark.parametrize("runs", [False, True], ids=["in turns", "in two runs"])
def test_a_call_of_5000_turns_is_done_in_time(finder, runs):
    started = time.process_time()
    call, picks = picks_of(finder, long_call(5000, runs))
    assert time.process_time() - started < 60
    for pick in picks:
        pick.verify(call)


def test_memory_grows_with_a_call_and_not_with_its_square():
    """Signals alone; the texts are few, so that vectors do not count."""
    peaks = []
    for turns in (500, 4000):
        said = [{"speaker": who, "text": text} for who, text, _ in long_call(turns, runs=True)]
        view = CallView(Call.model_validate({"call_id": "long", "turns": said}), load_encoder())
        view.vectors  # noqa: B018
        measure(Scene(view, CRITERIA[1]))
        view._remembered.clear()
        tracemalloc.start()
        measure(Scene(view, CRITERIA[1]))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 12 * peaks[0]
