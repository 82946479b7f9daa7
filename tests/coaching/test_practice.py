from datetime import date

from builders import a_call, a_criterion, a_pick
from coaching.practice import opening_lines, plan_practice

ON = date(2026, 11, 16)
PRACTICE = {
    "skill": "acknowledging customer frustration before offering resolution",
    "scenario": "inbound complaint",
    "by_call_type": {"billing_dispute": "a disputed charge"},
    "sessions": 3,
    "method": "role-play",
}
CALL = a_call(
    "agent: Good morning, Northlight, this is Sam.",
    "customer: I was charged twice!",
    "customer: And nobody calls me back.",
    "agent: What is your order number?",
    "customer: 4471.",
    call_type="billing_dispute",
)


def test_the_scenario_is_the_one_of_the_call_type():
    practice = plan_practice(a_criterion(practice=PRACTICE), CALL, "billing dispute", a_pick(CALL, 3), ON)
    assert practice.scenario == "a disputed charge"
    assert practice.sentence.startswith("Complete 3 billing dispute role-play sessions focused on acknowledging")


def test_another_call_type_gets_the_general_scenario():
    call = CALL.model_copy(update={"call_type": "renewal"})
    practice = plan_practice(a_criterion(practice=PRACTICE), call, "renewal", a_pick(call, 3), ON)
    assert practice.scenario == "inbound complaint"


def test_a_role_play_opens_with_what_the_customer_said_last_before_the_quote():
    assert opening_lines(CALL, a_pick(CALL, 3)) == ("I was charged twice!", "And nobody calls me back.")


def test_a_cue_is_the_opening_where_there_is_one():
    assert opening_lines(CALL, a_pick(CALL, 3, cue=1)) == ("I was charged twice!",)


def test_where_the_agent_spoke_first_the_customers_first_words_open():
    assert opening_lines(CALL, a_pick(CALL, 0)) == ("I was charged twice!",)


def test_a_call_without_a_customer_has_no_opening_lines():
    call = a_call("agent: Hello?", "agent: Is anybody there?")
    assert opening_lines(call, a_pick(call, 1)) == ()


def test_a_criterion_without_practice_still_gets_something_to_do():
    practice = plan_practice(a_criterion(), CALL, "billing dispute", a_pick(CALL, 3), ON)
    assert (practice.sessions, practice.method, practice.skill) == (2, "role-play", "empathy")
