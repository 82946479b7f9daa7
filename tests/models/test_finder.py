import pytest

from builders import a_call, a_criterion, a_failure, a_rubric
from models.finder import load_finder
from nlp.call import Call

SOUNDS = {"examples": ["What is your order number?"]}
CUE = {"cue": {"examples": ["Someone stole money from my account!"]}}


@pytest.fixture(scope="module")
def finder():
    return load_finder()


def find(finder, call, *criteria):
    rubric = a_rubric(*criteria)
    return finder.find(call, [a_failure(one, call_id=call.call_id) for one in rubric.criteria], rubric)


def empathy(**fields):
    return a_criterion("empathy", failure="omission", due=CUE, broken_by=SOUNDS, **fields)


def rudeness(**fields):
    return a_criterion(
        "rude", failure="violation", broken_by={"examples": ["Calm down, that is your own fault."]}, **fields
    )


TALK = a_call(
    "agent: Hello, how can I help?",
    "customer: Someone took all the money from my account!",
    "agent: What is your card number?",
    "customer: Don't you hear me?",
    "agent: You should have been more careful. One moment.",
)


def test_an_omission_shows_in_the_reply_to_the_cue_and_carries_the_cue(finder):
    (pick,) = find(finder, TALK, empathy())
    assert (pick.quote, pick.status, pick.cue.turn) == ("What is your card number?", "found", 1)


def test_a_violation_shows_in_the_sentence_that_sounds_like_failing(finder):
    (pick,) = find(finder, TALK, rudeness())
    assert pick.quote == "You should have been more careful."
    assert pick.alternatives[0].confidence <= pick.confidence


def test_an_opening_shows_at_the_first_sentence_of_substance(finder):
    opening = a_criterion("opening", failure="omission", due={"moment": "opening"})
    (pick,) = find(finder, a_call("customer: Hi", "agent: ok", "agent: Name and number.", "agent: Done, bye."), opening)
    assert pick.quote == "Name and number."


def test_talk_over_is_decided_by_the_times(finder):
    call = a_call("customer 0.0-4.0: I was charged twice and", "agent 2.0-6.0: Let me look. One moment please.")
    (pick,) = find(finder, call, a_criterion("over", failure="talk_over"))
    assert (pick.quote, pick.signals, pick.cue.turn) == ("Let me look.", {"overlap_s": 2.0}, 0)


def test_without_times_talk_over_has_no_evidence_and_says_so(finder):
    (pick,) = find(finder, TALK, a_criterion("over", failure="talk_over"))
    assert (pick.status, pick.quote) == ("none", "")
    assert "no times" in pick.why


def test_a_call_without_an_agent_has_no_evidence(finder):
    picks = find(
        finder, a_call("customer: Hello?", "system: The agent has left."), rudeness(weight=50), empathy(weight=50)
    )
    assert {pick.status for pick in picks} == {"none"}


@pytest.mark.parametrize(
    "turns",
    [
        [("agent", "")],
        [("agent", "   \n "), ("customer", "")],
        [("agent", "x" * 100_000)],
        [("agent", "word " * 20_000)],
        [("agent", "NO I CANT DO THAT YOU HAVE TO WAIT " * 20), ("customer", "WHAT")],
        [("agent", "…"), ("agent", "?!"), ("agent", "👍🏽 ok")],
        [("agent", f"line number {n} of many") for n in range(300)],
    ],
)
def test_every_call_gets_a_sound_pick(finder, turns):
    call = Call.model_validate({"call_id": "odd", "turns": [{"speaker": s, "text": t} for s, t in turns]})
    for pick in find(finder, call, rudeness(weight=50), empathy(weight=50)):
        pick.verify(call)
        assert pick.status == ("none" if not any(t.strip() for s, t in turns if s == "agent") else "found")


def test_a_pick_does_not_depend_on_what_was_asked_before_or_beside_it(finder):
    together = find(finder, TALK, rudeness(weight=50), empathy(weight=50))
    fresh = load_finder()
    alone = [*find(fresh, TALK, rudeness()), *find(fresh, TALK, empathy())]
    assert [pick.model_dump_json() for pick in together] == [pick.model_dump_json() for pick in alone]


def test_the_version_is_the_same_for_the_same_model(finder):
    assert finder.model_version == load_finder().model_version


def test_the_threshold_of_the_settings_marks_what_is_sure():
    assert find(load_finder(sure=0.0), TALK, rudeness())[0].sure
    assert not find(load_finder(sure=1.0), TALK, rudeness())[0].sure


def test_no_more_alternatives_than_were_asked_for():
    assert len(find(load_finder(alternatives=1), TALK, rudeness())[0].alternatives) == 1
