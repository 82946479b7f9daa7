"""No question that grows with the store is answered by reading a table from end to end."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from builders import a_call, a_pick, a_rubric, a_score
from coaching.agent import Agent
from cycle_builders import an_account
from plan_builders import a_plan, an_item
from store import (
    agents,
    agents_answers,
    audit,
    bottom_quartile,
    calls,
    decisions,
    evidence,
    follow_ups,
    judgements,
    left_out,
    movements,
    plan_list,
    plans,
    practice,
    queue,
    rubrics,
    runs,
    scores,
    set_aside,
    sign_ins,
)
from store.agent_scores import calls_of_agent, scores_of_agents
from store.session import open_store
from store.verifying import verify_quotes

AT = datetime(2026, 11, 16, tzinfo=UTC)
DAY = date(2026, 11, 16)
CYCLE = an_account([40, 42], [80]).cycle
CALL, PLAN = a_call(), a_plan(status="returned", decided_by="ines", decided_at=AT)

ALL_FILTERS = queue.Wanted(
    team="east",
    criterion_id="empathy",
    rubric_version=1,
    confidence_under=0.4,
    called_from=DAY,
    reviewer="ines",
)
SUPERVISED = plan_list.Listed(status="draft", teams=("east",), supervisor="s-1")

LOOKS = {
    "get_calls": lambda session: calls.get_calls(session, ["c-1", "c-2"]),
    "call_facts": lambda session: calls.call_facts(session, ["c-1", "c-2"]),
    "scores_between": lambda session: list(scores.scores_between(session, AT, AT)),
    "get_agent": lambda session: agents.get_agent(session, "a-1"),
    "get_lock": lambda session: rubrics.get_lock(session, "support-core", 1),
    "get_rubric": lambda session: rubrics.get_rubric(session, "support-core", 1),
    "list_versions": lambda session: rubrics.list_versions(session, "support-core"),
    "keys_of": lambda session: evidence.keys_of(session, ["c-1"], "support-core", "m-1"),
    "picks_of": lambda session: evidence.picks_of(session, ["c-1"], "support-core", "m-1"),
    "evidence_id_of": lambda session: evidence.evidence_id_of(session, an_item()),
    "list_plans": plans.list_plans,
    "list_plans of a status": lambda session: plans.list_plans(session, status="draft"),
    "list_plans of an agent": lambda session: plans.list_plans(session, agent_id="a-1"),
    "open_plans": plans.open_plans,
    "all_plans": lambda session: list(plans.all_plans(session)),
    "open_plan_of": lambda session: plans.open_plan_of(session, "a-1"),
    "plans_like": lambda session: plans.plans_like(session, "p-"),
    "plan_version": lambda session: plans.plan_version(session, "p-a-1"),
    "count_plans": lambda session: plans.count_plans(session, "a-1", "dismissed"),
    "agents_with_drafts": plans.agents_with_drafts,
    "dismissed_failures": lambda session: plans.dismissed_failures(session, ["c-1"]),
    "list_waiting": plans.list_waiting,
    "list_waiting of an agent": lambda session: plans.list_waiting(session, "a-1"),
    "decisions_of": lambda session: decisions.decisions_of(session, "p-a-1"),
    "list_runs": runs.list_runs,
    "list_set_aside": set_aside.list_set_aside,
    "list_set_aside of a run": lambda session: set_aside.list_set_aside(session, "r-1"),
    "verify_quotes": lambda session: list(verify_quotes(session)),
    "entries": lambda session: queue.entries(session, queue.Wanted()),
    "entries of a team": lambda session: queue.entries(session, queue.Wanted(team="east"), after="1"),
    "entries that one may judge": lambda session: queue.entries(session, queue.Wanted(reviewer="ines")),
    "entries of all filters": lambda session: queue.entries(session, ALL_FILTERS, before="2"),
    "entries that are disputed": lambda session: queue.entries(session, queue.Wanted(disputed=True)),
    "entries for another": lambda session: queue.entries(session, queue.Wanted(other_than=("ines", "Ines Duarte"))),
    "disputes_of": lambda session: agents_answers.disputes_of(session, "p-1"),
    "dispute_of": lambda session: agents_answers.dispute_of(session, "p-1", "i-1"),
    "acknowledgements_of": lambda session: agents_answers.acknowledgements_of(session, "p-1"),
    "approvers_of": lambda session: decisions.approvers_of(session, "p-1"),
    "plan_pass_ends": lambda session: sign_ins.plan_pass_ends(session, "a-1", "p-1", AT),
    "count_waiting": lambda session: queue.count_waiting(session, queue.Wanted()),
    "count_waiting of all filters": lambda session: queue.count_waiting(session, ALL_FILTERS),
    "waiting_teams": queue.waiting_teams,
    "waiting_criteria": queue.waiting_criteria,
    "list_page": lambda session: plan_list.list_page(session, plan_list.Listed(), (DAY, "a", "p"), 25),
    "list_page of a status": lambda session: plan_list.list_page(session, plan_list.Listed(status="draft")),
    "list_page of teams": lambda session: plan_list.list_page(session, plan_list.Listed(teams=("east",))),
    "list_page of a supervisor": lambda session: plan_list.list_page(session, SUPERVISED, (DAY, "a", "p")),
    "count_listed": lambda session: plan_list.count_listed(session, SUPERVISED),
    "get_plan": lambda session: plans.get_plan(session, "p-a-1"),
    "standing_of": lambda session: judgements.standing_of(session, "p-a-1", "i-empathy"),
    "latest_by": lambda session: judgements.latest_by(session, "ines", 20),
    "settled": lambda session: judgements.settled(session, ["c-1"]),
    "wrong_scores": judgements.wrong_scores,
    "machine_pick": lambda session: judgements.machine_pick(session, "p-a-1", an_item()),
    "count_agreement": lambda session: judgements.count_agreement(session, AT),
    "blind_pairs": lambda session: judgements.blind_pairs(session, AT, 10),
    "left_out": lambda session: left_out.left_out(session, "p-a-1"),
    "due_follow_ups": lambda session: follow_ups.due_follow_ups(session, DAY),
    "open_dates": follow_ups.open_dates,
    "open_follow_up_of": lambda session: follow_ups.open_follow_up_of(session, "p-a-1"),
    "follow_ups_of": lambda session: follow_ups.follow_ups_of(session, "p-a-1"),
    "cycles_of_plan": lambda session: movements.cycles_of_plan(session, "p-a-1"),
    "cycles_of_item": lambda session: movements.cycles_of_item(session, "a-1", "empathy"),
    "cycles_that_ask": movements.cycles_that_ask,
    "list_cycles since": lambda session: movements.list_cycles(session, since=DAY),
    "list_cycles of an agent": lambda session: movements.list_cycles(session, agent_id="a-1"),
    "list_cycles of a team": lambda session: movements.list_cycles(session, team="Billing"),
    "latest_cycles of teams": lambda session: movements.latest_cycles(session, plan_list.Listed(teams=("east",)), 50),
    "latest_cycles of a supervisor": lambda session: movements.latest_cycles(session, SUPERVISED, 50),
    "latest_cycles that ask": lambda session: movements.latest_cycles(session, plan_list.Listed(), 50, asking=True),
    "open_follow_ups_of": lambda session: follow_ups.open_follow_ups_of(session, ["p-a-1"]),
    "spent_failures": lambda session: movements.spent_failures(session, ["c-1", "c-2"]),
    "practice_of": lambda session: practice.practice_of(session, ["p-a-1"]),
    "scores_of_agents": lambda session: scores_of_agents(session, ["a-1", "a-2"], "empathy", AT, AT),
    "calls_of_agent": lambda session: calls_of_agent(session, "a-1", AT, AT),
    "open_plan_ids": bottom_quartile.open_plan_ids,
    "kept_since": bottom_quartile.kept_since,
    "entries of the trail": lambda session: list(audit.entries(session)),
    "entries of a subject": lambda session: list(audit.entries(session, "plan p-a-1")),
    "latest": lambda session: audit.latest(session, 50),
    "latest before": lambda session: audit.latest(session, 50, before=7, subject="plan p-a-1", until=AT),
    "last_entry_of": lambda session: audit.last_entry_of(session, "plan p-a-1"),
}
WRITES = {
    "put_calls": lambda session: calls.put_calls(session, [CALL]),
    "keep_guessed_type": lambda session: calls.keep_guessed_type(session, "c-1", "billing"),
    "retire_absent": lambda session: agents.retire_absent(session, ["a-2"]),
    "put_plan": lambda session: plans.put_plan(session, a_plan("a-1", an_item("tone"))),
    "remove_draft": lambda session: plans.remove_draft(session, "p-a-1"),
    "lock_rubric": lambda session: rubrics.lock_rubric(session, a_rubric()),
    "finish_run": lambda session: runs.finish_run(session, "r-1", AT, {}),
    "put_cycle": lambda session: (movements.put_cycle(session, CYCLE), movements.cycles_of_plan(session, "p-a-1")),
    "end_follow_up": lambda session: follow_ups.end_follow_up(session, "f-1", "done", AT),
    "move_follow_up": lambda session: follow_ups.move_follow_up(session, "f-1", DAY, promised=True),
}
WHOLE = {
    "kept_since": {"bottom_quartile"},
    "list_plans": {"plans"},
    "list_runs": {"runs"},
    "list_set_aside": {"set_aside"},
    "list_waiting": {"waiting"},
    "put_cycle": {"endpoints"},
    "retire_absent": {"agents"},
    "verify_quotes": {"evidence", "plan_items"},
}
"""What asks for a whole table."""
OF_WHAT_IS_OPEN = ("ix_follow_ups_open", "ix_movements_asks")
"""Indexes that hold only what still waits: to read them from end to end is what was asked."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('queries') / 'verbatim.db'}") as store:
        with store.begin() as session:
            runs.start_run(session, "r-1", date(2026, 11, 16), AT)
            rubrics.put_rubric(session, a_rubric())
            agents.put_agents(session, [Agent(agent_id="a-1", name="Ana")])
            calls.put_calls(session, [CALL])
            scores.put_scores(session, [a_score()])
            evidence.put_picks(session, [(a_pick(CALL, 2), evidence.FoundBy(CALL.digest, "d" * 64, "m-1"))])
            plans.put_plan(session, PLAN)
        yield store


def read_whole(store, question, look):
    """The tables that SQLite reads from end to end to answer ``look``."""
    asked = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with question() as session:
            look(session)
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    assert asked
    with store.engine.connect() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asking}", values).all() for asking, values in asked]
    found = [row[-1] for plan in plans for row in plan if row[-1].startswith("SCAN")]
    scans = {scan.split()[1] for scan in found if not any(name in scan for name in OF_WHAT_IS_OPEN)}
    return scans - {"CONSTANT", "anon_1", "steps"}


@pytest.mark.parametrize("name", LOOKS)
def test_every_look_into_the_store_goes_by_an_index(filled, name):
    assert read_whole(filled, filled.read, LOOKS[name]) == WHOLE.get(name, set())


@pytest.mark.parametrize("name", WRITES)
def test_every_change_of_the_store_goes_by_an_index(filled, name):
    assert read_whole(filled, filled.begin, WRITES[name]) == WHOLE.get(name, set())
