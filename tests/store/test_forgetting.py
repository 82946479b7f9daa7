from datetime import UTC, datetime

import pytest
from sqlalchemy import String, Text, text

from builders import a_call, a_pick
from coaching.agent import Agent
from nlp.spoken_language import why_unread
from plan_builders import a_plan, an_item
from rubric.score import Score
from store.agents import get_agent, put_agents
from store.audit import verify_trail
from store.calls import get_call, put_calls
from store.decisions import add_decision
from store.evidence import FoundBy, put_picks
from store.forgetting import forget, scope_of
from store.plans import get_plan, put_plan
from store.remembering import remember
from store.scores import put_scores
from store.sweeping import sweep
from store.tables import Base
from store.verifying import verify_quotes

AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
SAID = "My canary escaped at four."
CALL = a_call("agent: Hello.", f"customer: {SAID}", f"agent: {SAID}", call_id="c-1")
OTHER = a_call("agent: Hello.", "customer: Another voice.", "agent: Another voice.", call_id="c-2")


@pytest.fixture
def filled(store):
    item, other = an_item("empathy", CALL), an_item("closing", OTHER)
    plan = a_plan("a-1", item, other, status="approved", decided_by="Ines", decided_at=AT, reason=SAID)
    with store.begin() as session:
        put_agents(session, [Agent(agent_id="a-1", name="Joyce Canary")])
        put_calls(session, [CALL, OTHER])
        put_scores(session, [Score(call_id="c-1", criterion_id="empathy", score=10, comment=SAID)])
        by = FoundBy(CALL.digest, "d" * 64, "m-1")
        put_picks(session, [(a_pick(CALL, 2, cue=1, why="It moves on."), by)])
        add_decision(session, plan, put_plan(session, plan))
    return store, plan


def standing(store, phrase):
    """Every text column of every table, as the database itself has it, that has the phrase in it."""
    found = set()
    with store.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(getattr(column.type, "impl", column.type), (String, Text)):
                    asked = text(f'SELECT count(*) FROM "{table.name}" WHERE "{column.name}" LIKE :phrase')
                    if connection.execute(asked, {"phrase": f"%{phrase}%"}).scalar():
                        found.add(f"{table.name}.{column.name}")
    return found


def forget_call(store, *agents):
    with store.begin() as session:
        remember(session, "call", ["c-1"], AT)
        for agent in agents:
            remember(session, "agent", [agent], AT)
        return forget(session, scope_of(session, ["c-1"], agents), "ines")


def test_no_text_column_has_a_word_of_a_forgotten_call(filled):
    store, _ = filled
    before = standing(store, SAID)
    assert {"calls.content", "scores.comment", "evidence.quote", "plans.reason", "decisions.content"} <= before
    forget_call(store)
    assert standing(store, SAID) == set()
    sweep(store)


def test_another_call_of_the_same_plan_keeps_its_words(filled):
    store, plan = filled
    forget_call(store)
    with store.read() as session:
        kept = get_plan(session, plan.plan_id)
        assert kept.items[1] == plan.items[1]
        assert get_call(session, "c-2") == OTHER
        assert list(verify_quotes(session)) == []
        assert verify_trail(session).entries > 0


def test_a_call_that_comes_again_comes_without_its_words_and_is_no_conflict(filled):
    store, _ = filled
    forget_call(store)
    with store.begin() as session:
        assert put_calls(session, [CALL]).conflicts == ()
        assert put_calls(session, [a_call(f"agent: {SAID}", "customer: No.", call_id="c-1")]).conflicts == ()
    assert standing(store, SAID) == set()
    with store.read() as session:
        assert why_unread(get_call(session, "c-1")) == "the words of the call were forgotten"


def test_an_agent_who_was_forgotten_goes_by_the_id(filled):
    store, plan = filled
    assert "agents.name" in standing(store, "Joyce Canary")
    forget_call(store, "a-1")
    with store.begin() as session:
        put_agents(session, [Agent(agent_id="a-1", name="Joyce Canary")])
    assert standing(store, "Joyce Canary") == set()
    with store.read() as session:
        assert get_agent(session, "a-1").name == "a-1"
        assert get_plan(session, plan.plan_id).agent_name == "a-1"
