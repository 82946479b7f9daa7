import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from builders import a_call, a_flag, a_pick, a_rubric, a_score
from coaching.agent import Agent
from nlp.set_aside import SetAside
from plan_builders import a_plan, an_item, further, waiting
from store import agents, calls, decisions, evidence, flags, plans, rubrics, runs, scores, set_aside
from store.session import open_store
from store.snapshot import snapshot
from store.tables import Base

RUBRIC = a_rubric("empathy", "greeting")
CALLS = [a_call(call_id=f"c-{number}", metadata={"n": number}) for number in range(30)]
SCORES = [
    a_score(number, call_id=f"c-{number}", criterion_id=name)
    for number in range(30)
    for name in ("empathy", "greeting")
]
AGENTS = [Agent(agent_id=f"a-{number}", name="Ü") for number in range(5)]
BAD = [SetAside(file="f", line=number, reason="x") for number in range(9)]


def a_night(store, run_id, at, seed=0, chunk=7):
    """A night in the order and the chunks that ``seed`` and ``chunk`` give."""
    shuffled = random.Random(seed)

    def mixed(records):
        records = shuffled.sample(records, len(records))
        return [records[start : start + chunk] for start in range(0, len(records), chunk)]

    with store.begin() as session:
        runs.start_run(session, run_id, date(2026, 11, 16), at)
        rubrics.put_rubric(session, RUBRIC)
    for put, records in (
        (agents.put_agents, AGENTS),
        (calls.put_calls, CALLS),
        (scores.put_scores, SCORES),
        (flags.put_flags, [a_flag("c-1"), a_flag("c-2")]),
    ):
        for some in mixed(records):
            with store.begin() as session:
                put(session, some)
    digest = RUBRIC.digests()["empathy"]
    for some in mixed(CALLS):
        with store.begin() as session:
            found = [(a_pick(call, 2), evidence.FoundBy(call.digest, digest, "m-1")) for call in some]
            evidence.put_picks(session, found)
            calls.keep_guessed_type(session, some[0].call_id, "billing")
            calls.keep_guessed_type(session, "c-9", "billing")
    with store.begin() as session:
        plan = a_plan("a-1", an_item("empathy", CALLS[1], criterion_digest=digest, further=[further("c-2")]))
        plans.put_plan(session, plan)
        plans.put_waiting(session, [waiting("a-1", "greeting"), waiting("a-2", "empathy")])
        rubrics.lock_rubric(session, RUBRIC)
        set_aside.put_set_aside(session, BAD, run_id)
        runs.finish_run(session, run_id, at, {"plans": 1})


def rows_of(store):
    with store.read() as session:
        return snapshot(session)


AT = datetime(2026, 11, 16, 4, 15, tzinfo=UTC)


def test_the_same_night_twice_is_the_same_rows(store):
    a_night(store, "r-1", AT)
    first = rows_of(store)
    a_night(store, "r-2", AT + timedelta(hours=3))
    assert rows_of(store) == first
    with store.read() as session:
        assert len(runs.list_runs(session)) == 2


def test_every_database_has_the_same_rows(store, tmp_path):
    a_night(store, "r-1", AT)
    with open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        a_night(other, "r-9", AT)
        assert rows_of(other) == rows_of(store)


def test_a_night_that_is_cut_short_and_run_again_has_the_rows_of_one_that_was_not(store, tmp_path):
    class Cut(Exception):
        pass

    class CutShort:
        """A store whose transactions stop being kept after so many."""

        def __init__(self, inner, left):
            self.inner, self.left = inner, left

        def begin(self):
            self.left -= 1
            if self.left < 0:
                raise Cut
            return self.inner.begin()

    with open_store(f"sqlite:///{tmp_path / 'whole.db'}") as whole:
        a_night(whole, "r-1", AT)
        expected = rows_of(whole)
    for left in (1, 4, 9, 20):
        with suppress(Cut):
            a_night(CutShort(store, left), "r-1", AT)
    a_night(store, "r-2", AT)
    assert rows_of(store) == expected


def test_a_snapshot_has_every_table_but_that_of_runs_and_nothing_of_a_runs_time(store):
    with store.begin() as session:
        plan = a_plan(status="approved", decided_by="ines", decided_at=AT)
        decisions.add_decision(session, plan, plans.put_plan(session, plan))
        set_aside.put_set_aside(session, BAD, "r-1")
    found = rows_of(store)
    assert set(found) == set(Base.metadata.tables) - {"runs", "delivery_attempts", "leases"}
    assert "r-1" not in repr(found)
    assert repr(AT) not in repr(found)
    assert len(found["decisions"]) == 1
