"""Follow-ups, cycles, overrulings and practice, on every database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Date, column, insert, table
from sqlalchemy.exc import IntegrityError

from coaching.follow_up import Overruling, PracticeDone
from cycle_builders import an_account
from follow_up_builders import APPROVED, approve, open_center, put_draft, put_scored, work_of
from operations.follow_up import accountability, score_due
from operations.review import list_plans
from plan_builders import a_plan, an_item, further
from rubric.criterion import Exercise
from store import follow_ups, movements, plans, practice
from store.columns import UtcTime
from store.plan_list import Listed
from store.session import open_store
from store.tables.follow_ups import FollowUpRow

PLANS_THEN = table(
    "plans",
    *(column(name) for name in ("plan_id", "agent_id", "agent_name", "status", "version")),
    *(column(name, Date()) for name in ("as_of", "follow_up_on")),
    column("decided_at", UtcTime()),
)
DAY = timedelta(days=1)
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
DUE, LAST = APPROVED + 14 * DAY, APPROVED + 21 * DAY


def opened(session, plan_id="p-1", due_on=DUE):
    return follow_ups.open_follow_up(session, plan_id, "a-1", approved_on=APPROVED, due_on=due_on, last_day=LAST, at=AT)


def test_a_follow_up_comes_back_as_it_went_in_and_is_due_from_its_day_on(store):
    with store.begin() as session:
        kept = opened(session)
    with store.read() as session:
        assert follow_ups.open_follow_up_of(session, "p-1") == kept
        assert follow_ups.due_follow_ups(session, DUE - DAY) == []
        assert follow_ups.due_follow_ups(session, DUE) == [kept] == follow_ups.due_follow_ups(session, LAST)


def test_a_plan_has_one_open_follow_up_at_most(store):
    with store.begin() as session:
        opened(session)
    with pytest.raises(IntegrityError), store.begin() as session:
        opened(session)
    with store.begin() as session:
        first = follow_ups.open_follow_up_of(session, "p-1")
        follow_ups.end_follow_up(session, first.follow_up_id, "cancelled", AT, "No.")
        second = opened(session)
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.follow_up_id != second.follow_up_id


def test_the_database_refuses_a_day_after_the_last(store):
    with store.begin() as session:
        kept = opened(session)
    with pytest.raises(IntegrityError), store.begin() as session:
        follow_ups.move_follow_up(session, kept.follow_up_id, LAST + DAY, promised=False)


def test_waiting_moves_the_next_look_and_a_person_moves_the_promise(store):
    with store.begin() as session:
        kept = opened(session)
        follow_ups.move_follow_up(session, kept.follow_up_id, DUE + DAY, promised=False)
        waits = follow_ups.open_follow_up_of(session, "p-1")
        follow_ups.move_follow_up(session, kept.follow_up_id, DUE + 2 * DAY, promised=True)
        moved = follow_ups.open_follow_up_of(session, "p-1")
    assert (waits.promised_on, waits.due_on) == (DUE, DUE + DAY)
    assert (moved.promised_on, moved.due_on) == (DUE + 2 * DAY, DUE + 2 * DAY)


def test_what_has_ended_is_never_changed(store):
    with store.begin() as session:
        kept = opened(session)
        follow_ups.end_follow_up(session, kept.follow_up_id, "done", AT)
        follow_ups.move_follow_up(session, kept.follow_up_id, LAST, promised=True)
        follow_ups.end_follow_up(session, kept.follow_up_id, "cancelled", AT, "No.")
        (after,) = follow_ups.follow_ups_of(session, "p-1")
    assert (after.state, after.due_on, after.reason) == ("done", DUE, None)


def test_open_dates_are_each_named_once_in_order(store):
    with store.begin() as session:
        for number, day in enumerate((DUE, DUE - DAY, DUE)):
            opened(session, f"p-{number}", day)
    with store.read() as session:
        assert follow_ups.open_dates(session) == [DUE - DAY, DUE]
        assert len(follow_ups.list_follow_ups(session)) == len(follow_ups.list_follow_ups(session, "open")) == 3


def test_a_cycle_is_written_once_and_a_persons_word_stands_beside_it(store):
    cycle = an_account([40, 42, 44], [80]).cycle
    said = Overruling(
        actions=("reassign", "escalate"), by="odile", at=AT, reason="Ü", practice=Exercise(skill="saying it back")
    )
    with store.begin() as session:
        assert movements.put_cycle(session, cycle)
        assert not movements.put_cycle(session, cycle.model_copy(update={"number": 7}))
        assert [one.cycle for one in movements.cycles_that_ask(session)] == [cycle]
        movements.add_overruling(session, cycle, said)
        assert movements.cycles_that_ask(session) == []
        movements.add_overruling(session, cycle, said.model_copy(update={"actions": ("close",), "practice": None}))
        (account,) = movements.cycles_of_item(session, "a-1", "empathy")
    assert account.cycle == cycle
    assert account.overrulings[0] == said
    assert account.actions == ("close",)


def test_the_table_is_by_day_and_can_be_narrowed(store):
    with store.begin() as session:
        for number, team in enumerate(("Billing", "Sales", "Billing")):
            day = date(2026, 11, 20 - number)
            account = an_account([40, 42], [80], follow_up_id=f"f-{number}", scored_on=day, team=team)
            movements.put_cycle(session, account.cycle)
    with store.read() as session:
        days = [one.cycle.scored_on.day for one in movements.list_cycles(session)]
        of_billing = movements.list_cycles(session, team="Billing", since=date(2026, 11, 19))
        assert movements.list_cycles(session, agent_id="a-2") == []
    assert days == [18, 19, 20]
    assert [one.cycle.scored_on.day for one in of_billing] == [20]


def test_the_latest_cycles_are_those_of_the_own_teams_and_of_the_own_people(store):
    with store.begin() as session:
        for number, (team, supervisor) in enumerate((("Billing", "s-1"), ("Sales", "s-2"), ("Billing", "s-1"))):
            agent = f"a-{number}"
            plans.put_plan(session, a_plan(agent, team=team, supervisor_id=supervisor))
            asks = {"last_day": True} if number == 2 else {}
            account = an_account(
                [40, 42] * 4, [80] * (2 if asks else 8), follow_up_id=f"f-{number}", plan_id=f"p-{agent}",
                agent_id=agent, scored_on=date(2026, 11, 20 - number), team=team, **asks,
            )  # fmt: skip
            movements.put_cycle(session, account.cycle)

    def days(limit=50, *, asking=False, **seen):
        with store.read() as session:
            found = movements.latest_cycles(session, Listed(**seen), limit, asking=asking)
        return [one.cycle.scored_on.day for one in found]

    assert days() == [18, 19, 20]
    assert days(2) == [19, 20]
    assert days(teams=("Billing",)) == [18, 20]
    assert days(teams=("Billing", "Sales"), supervisor="s-2") == [18, 19, 20], "each once"
    assert days(teams=(), supervisor="s-2") == [19]
    assert days(teams=()) == []
    assert days(asking=True) == [18]
    assert days(asking=True, teams=("Sales",)) == []


def test_failures_of_a_closed_plan_are_spent_unless_the_next_one_works_on_with_them(store):
    closed = a_plan("a-1", an_item(further=[further("c-2"), further("c-3")]), status="closed")
    with store.begin() as session:
        plans.put_plan(session, closed)
        plans.put_plan(session, a_plan("a-1", an_item(call_id="c-3", follows="p-a-1"), plan_id="p-next"))
        plans.put_plan(session, a_plan("a-2", an_item(call_id="c-9")))
    with store.read() as session:
        found = movements.spent_failures(session, ["c-1", "c-2", "c-3", "c-9"])
    assert found == {("c-1", "empathy"), ("c-2", "empathy")}


def test_practice_is_kept_once_and_the_last_word_on_a_session_counts(store):
    first = PracticeDone(plan_id="p-1", criterion_id="empathy", done_on=APPROVED, score=70, note="Ü")
    with store.begin() as session:
        practice.put_practice(session, [first, first])
        practice.put_practice(session, [first.model_copy(update={"score": 75})])
    with store.read() as session:
        found = practice.practice_of(session, ["p-1", "p-2"])
    assert found["p-1", "empathy"] == [first.model_copy(update={"score": 75})]
    assert found["p-2", "empathy"] == []


def test_workers_at_once_conclude_each_follow_up_once_on_every_database(store, store_url):
    names = [f"a-{number}" for number in range(1, 6)]
    open_center(store, names)
    for name in names:
        put_scored(store, [40, 44, 42, 38, 41], APPROVED - 9 * DAY, agent_id=name, prefix="b-")
        approve(store, put_draft(store, agent_id=name))
        put_scored(store, [40, 44, 42, 38, 41, 43], APPROVED + DAY, agent_id=name)

    def work(_):
        with open_store(store_url) as own:
            return score_due(work_of(own), DUE)

    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(work, range(3)))
    assert not any(report.failed for report in reports)
    assert sorted(one.follow_up.agent_id for report in reports for one in report.scored) == names
    assert len(accountability(store)) == len(list_plans(store, "draft")) == len(list_plans(store, "closed")) == 5


def test_a_plan_approved_before_there_were_follow_ups_gets_its_own(empty_url):
    from alembic import command

    from store.engine import make_engine, parse
    from store.migrating import _altering, _config

    engine = make_engine(parse(empty_url))
    with _altering(engine) as connection:
        command.upgrade(_config(connection), "0001")
        old = {"agent_name": "A", "as_of": APPROVED, "follow_up_on": DUE, "version": 1}
        for number, status in enumerate(("approved", "draft", "dismissed")):
            values = old | {"plan_id": f"p-{number}", "agent_id": f"a-{number}"}
            connection.execute(insert(PLANS_THEN).values({**values, "status": status, "decided_at": AT}))
    engine.dispose()
    with open_store(empty_url) as store, store.begin() as session:
        (kept,) = follow_ups.list_follow_ups(session)
        assert (kept.plan_id, kept.approved_on, kept.due_on, kept.last_day) == ("p-0", APPROVED, DUE, LAST)
        again = opened_again(session, kept)
        assert again.follow_up_id != kept.follow_up_id
        assert session.get(FollowUpRow, kept.follow_up_id).opened_at == AT


def opened_again(session, kept):
    follow_ups.end_follow_up(session, kept.follow_up_id, "cancelled", AT, "No.")
    return opened(session, kept.plan_id)
