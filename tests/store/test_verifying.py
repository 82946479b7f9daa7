import json

import pytest
from sqlalchemy import text

from builders import a_call, a_pick
from plan_builders import a_plan, an_item
from store.calls import put_calls
from store.evidence import FoundBy, put_picks
from store.plans import put_plan
from store.verifying import verify_quotes

CALLS = [a_call(call_id=f"c-{number}") for number in range(3)]


@pytest.fixture
def filled(store):
    with store.begin() as session:
        put_calls(session, CALLS)
        for model in ("m-1", "m-2"):
            by = [(a_pick(call, 2, cue=1), FoundBy(call.digest, "d" * 64, model)) for call in CALLS]
            put_picks(session, by)
        put_plan(session, a_plan("a-1", an_item("empathy", CALLS[1])))
    return store


def problems(store):
    with store.read() as session:
        return [str(problem) for problem in verify_quotes(session)]


def change(store, table, column, key, alter):
    """Alter a record in the database as somebody might who goes around the code."""
    with store.begin() as session:
        rows = session.execute(text(f"SELECT {key}, {column} FROM {table} ORDER BY 1")).all()
        name, content = rows[0]
        altered = json.loads(content)
        alter(altered)
        update = text(f"UPDATE {table} SET {column} = :content WHERE {key} = :name")
        session.execute(update, {"content": json.dumps(altered), "name": name})


def test_sound_quotes_are_no_problem(filled):
    assert problems(filled) == []


def test_an_empty_store_has_no_problem(store):
    assert problems(store) == []


def test_a_call_that_was_edited_no_longer_holds_its_quotes(filled):
    change(filled, "calls", "content", "call_id", lambda call: call["turns"][2].update(text="Number of the order?"))
    found = problems(filled)
    assert len(found) == 2
    assert all("call c-0, turn 2" in problem and "not what stands there" in problem for problem in found)


def test_a_turn_that_turns_out_to_be_the_customers_is_told(filled):
    change(filled, "calls", "content", "call_id", lambda call: call["turns"][2].update(speaker="customer"))
    assert all("spoken by the customer" in problem for problem in problems(filled))


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (lambda pick: pick.update(quote="Other number?", words=2), "say different things"),
        (lambda pick: pick.update(words=7), "is damaged"),
        (lambda pick: pick.pop("status"), "is damaged"),
        (lambda pick: pick["cue"].update(quote="x"), "its cue is not what stands in c-"),
        (lambda pick: pick["cue"].update(turn=99), "its cue is not what stands in c-"),
        (lambda pick: pick["cue"].update(speaker="agent"), "its cue is not what stands in c-"),
    ],
)
def test_a_pick_that_was_edited_is_told(filled, alter, said):
    change(filled, "evidence", "pick", "evidence_id", alter)
    (problem,) = problems(filled)
    assert problem.startswith("evidence ")
    assert said in problem


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (lambda item: item["evidence"].update(quote="Other number?", words=2), "not what stands there"),
        (lambda item: item["context"][0].update(text="I was charged once!"), "turn 1 of its context"),
        (lambda item: item["context"][0].update(turn=99), "turn 99 of its context"),
        (lambda item: item.pop("headline"), "is damaged: 'headline' is missing"),
    ],
)
def test_an_item_that_was_edited_is_told(filled, alter, said):
    change(filled, "plan_items", "content", "item_id", alter)
    (problem,) = problems(filled)
    assert problem.startswith("plan item i-empathy")
    assert said in problem


def test_a_call_that_cannot_be_read_is_told_for_each_of_its_quotes(filled):
    change(filled, "calls", "content", "call_id", lambda call: call.update(turns=[]))
    found = problems(filled)
    assert len(found) == 2
    assert all("call 'c-0' is damaged" in problem for problem in found)


def test_an_item_of_a_call_that_is_gone_is_told(store):
    with store.begin() as session:
        put_plan(session, a_plan())
    assert problems(store) == ["plan item i-empathy: there is no call 'c-1' to hold it against"]
