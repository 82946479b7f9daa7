"""Figures that are kept, lists in their order, and counts that go by an index however much is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event

from across_builders import AGENTS, AS_OF, facts_of, rounds_of
from builders import a_criterion, a_rubric
from coaching.dashboard import EVERYBODY, Given, figures
from coaching.dashboard_lines import clock_lines, stuck_lines, trend_lines
from coaching.rounds import stuck
from coaching.trends import agent_trends, scores_frame
from cycle_builders import a_clock_line, an_account
from plan_builders import a_plan
from store import dashboard, follow_ups, movements, plans
from store.plan_list import Listed
from store.session import open_store

TODAY = date(2026, 11, 16)
AT = datetime(2026, 11, 16, 12).astimezone()
RUBRIC = a_rubric(a_criterion("closing", name="Closing", threshold=70))


def a_board(team=EVERYBODY):
    given = Given(RUBRIC, AS_OF, rounds_of("closing", "Closing", 0.1, 2), scores_frame([]), [], falling=())
    return list(figures(team, given))


def some_lines():
    return {
        "stuck": stuck_lines(stuck(rounds_of("closing", "Closing", 0.1, 2))),
        "clock": clock_lines(a_clock_line(n, agent_id=f"a-{n}", team="east" if n % 2 else "west") for n in range(6)),
        "trend": trend_lines(agent_trends(scores_frame(facts_of("closing", 60, -1, 4))), RUBRIC, AGENTS),
    }


@pytest.fixture
def filled(store):
    with store.begin() as session:
        dashboard.put_dashboard(session, [*a_board(), *a_board("east")], some_lines())
    return store


def test_figures_come_back_as_they_were_put(filled):
    with filled.read() as session:
        assert [dashboard.get_figures(session, "east", days) for days in (30, 90, 182)] == a_board("east")
        assert dashboard.get_figures(session, "west", 30) is None
        assert dashboard.kept_figures(session, "west", 30) is None
        assert dashboard.kept_figures(session, EVERYBODY, 30).as_of == AS_OF
        assert dashboard.teams_kept(session, 30) == ["east"]


def test_what_is_put_again_replaces_all_before(filled):
    with filled.read() as session:
        before = dashboard.kept_figures(session, EVERYBODY, 90)
    fewer = {kind: lines[:2] for kind, lines in some_lines().items()}
    with filled.begin() as session:
        dashboard.put_dashboard(session, a_board(), fewer)
    with filled.read() as session:
        assert dashboard.teams_kept(session, 30) == []
        assert [dashboard.count_lines(session, kind, None) for kind in fewer] == [2, 2, 2]
        after = dashboard.kept_figures(session, EVERYBODY, 90)
    # the figures are the same, the lists beside them are not: what was drawn of them is to be drawn again
    assert before != after


def test_the_same_put_twice_is_the_same(filled):
    with filled.read() as session:
        before = dashboard.kept_figures(session, EVERYBODY, 90)
    with filled.begin() as session:
        dashboard.put_dashboard(session, [*a_board(), *a_board("east")], some_lines())
    with filled.read() as session:
        assert dashboard.kept_figures(session, EVERYBODY, 90) == before


@pytest.mark.parametrize("kind", ["stuck", "clock", "trend"])
def test_a_list_is_read_in_stretches_and_nothing_is_missing_or_twice(filled, kind):
    found, after = [], ""
    with filled.read() as session:
        while some := dashboard.list_lines(session, kind, None, after=after, limit=5):
            found, after = found + some, some[-1].place
    assert found == some_lines()[kind]


def test_a_list_of_teams_has_their_lines_and_no_others(filled):
    with filled.read() as session:
        assert {one.team for one in dashboard.list_lines(session, "clock", ["east"])} == {"east"}
        assert dashboard.list_lines(session, "clock", []) == []
        both = dashboard.list_lines(session, "clock", ["west", "east"], limit=4)
        assert both == dashboard.list_lines(session, "clock", None, limit=4)
        assert dashboard.count_lines(session, "clock", ["east"]) == 3


def test_an_approval_takes_an_agent_off_the_clock_at_once(filled):
    with filled.begin() as session:
        plans.put_plan(session, a_plan("a-1", status="approved"))
        plans.put_plan(session, a_plan("a-2"))
    with filled.read() as session:
        assert [one.agent_id for one in dashboard.list_lines(session, "clock", None)] == [
            "a-5",
            "a-4",
            "a-3",
            "a-2",
            "a-0",
        ][::-1]
        assert dashboard.count_lines(session, "clock", None) == 5
        assert dashboard.lines_of_agent(session, "a-1") == [
            one for kind in ("stuck", "trend") for one in some_lines()[kind] if one.agent_id == "a-1"
        ]


def promise(session, agent_id, due_on, promised=None, **fields):
    plans.put_plan(session, a_plan(agent_id, status="approved", follow_up_on=promised or due_on, **fields))
    opened = follow_ups.open_follow_up(
        session,
        f"p-{agent_id}",
        agent_id,
        approved_on=TODAY - timedelta(days=14),
        due_on=promised or due_on,
        last_day=TODAY + timedelta(days=30),
        at=AT,
    )
    if promised:
        follow_ups.move_follow_up(session, opened.follow_up_id, due_on, promised=False)


@pytest.fixture
def promised(store):
    with store.begin() as session:
        for n, days in enumerate([-3, -1, 0, 1, 7, 8]):
            promise(session, f"a-{n}", TODAY + timedelta(days=days), team="east" if n % 2 else "west")
        promise(session, "a-9", TODAY + timedelta(days=2), TODAY - timedelta(days=1), team="east", supervisor_id="s-1")
    return store


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (Listed(), [["a-0", "a-1"], ["a-2", "a-3", "a-9", "a-4"], ["a-9"]]),
        (Listed(teams=("east",)), [["a-1"], ["a-3", "a-9"], ["a-9"]]),
        (Listed(teams=("west", "east")), [["a-0", "a-1"], ["a-2", "a-3", "a-9", "a-4"], ["a-9"]]),
        (Listed(teams=(), supervisor="s-1"), [[], ["a-9"], ["a-9"]]),
        (Listed(teams=()), [[], [], []]),
        (Listed(agent_id="a-3"), [[], ["a-3"], []]),
    ],
)
def test_follow_ups_are_overdue_soon_or_waiting_for_more_calls(promised, listed, expected):
    with promised.read() as session:
        for due, agents in zip(("overdue", "soon", "waiting"), expected, strict=True):
            found = dashboard.plans_due(session, listed, due, TODAY)
            assert [plan_id for _, plan_id in found] == [f"p-{agent}" for agent in agents]
            assert dashboard.count_due(session, listed, due, TODAY) == len(agents)


def test_follow_ups_that_are_due_are_read_in_stretches(promised):
    with promised.read() as session:
        whole = dashboard.plans_due(session, Listed(teams=("west", "east")), "soon", TODAY)
        found, after = [], None
        while some := dashboard.plans_due(session, Listed(), "soon", TODAY, after=after, limit=1):
            found, after = found + some, some[-1]
    assert found == whole


def test_a_follow_up_that_is_done_is_due_no_more(promised):
    with promised.begin() as session:
        done = follow_ups.open_follow_up_of(session, "p-a-0")
        follow_ups.end_follow_up(session, done.follow_up_id, "done", AT)
    with promised.read() as session:
        assert dashboard.count_due(session, Listed(), "overdue", TODAY) == 1


def test_cycles_are_told_in_the_words_of_a_table(store):
    cycle = an_account([40, 42, 44, 41, 43], [80, 82, 84, 81, 83, 85], team="east").cycle
    with store.begin() as session:
        plans.put_plan(session, a_plan("a-1", team="west"))
        movements.put_cycle(session, cycle)
    with store.read() as session:
        (line,) = dashboard.cycles_since(session, cycle.scored_on - timedelta(days=1), cycle.scored_on)
        # whoever may see the plan may see the line, also where the agent has another team by now
        assert line.team == "west"
        assert dashboard.cycles_of_agent(session, "a-1", 5) == [line.model_copy(update={"team": "east"})]
        assert list(dashboard.cycles_since(session, cycle.scored_on, cycle.scored_on)) == []
        assert list(dashboard.cycles_since(session, date(2026, 1, 1), cycle.scored_on - timedelta(days=1))) == []
    movement = cycle.movement
    assert (line.before, line.after, line.delta) == (movement.before.mean, movement.after.mean, movement.delta)
    assert (line.low, line.high, line.by_itself) == (movement.low, movement.high, movement.by_regression)
    assert (line.before_calls, line.after_calls, line.verdict) == (5, 6, "moved")


def test_cycles_that_ask_are_counted_and_listed_for_the_teams_that_one_sees(store):
    with store.begin() as session:
        for n, team in enumerate(["east", "east", "west", None]):
            plan_id = plans.put_plan(session, a_plan(f"a-{n}", team=team)) and f"p-a-{n}"
            cycle = an_account([40], [80], team="south", follow_up_id=f"f-{n}", plan_id=plan_id).cycle
            asking = cycle.next.model_copy(update={"actions": ("ask",)})
            movements.put_cycle(session, cycle.model_copy(update={"next": asking}))
        movements.put_cycle(session, an_account([40] * 9, [80] * 9, team="east", follow_up_id="f-9").cycle)
    with store.read() as session:
        teams = (None, ("east",), ("east", "west"), ())
        assert [dashboard.count_asking(session, some) for some in teams] == [4, 2, 3, 0]
        assert [len(dashboard.list_asking(session, some)) for some in teams] == [4, 2, 3, 0]
        whole = dashboard.list_asking(session, None)
        assert dashboard.list_asking(session, None, after=whole[1].place) == whole[2:]
        assert dashboard.list_asking(session, None, after="nonsense") == whole


SUPERVISED = Listed(teams=("east",), supervisor="s-1")
LOOKS = {
    "kept_figures": lambda session: dashboard.kept_figures(session, "east", 90),
    "get_figures": lambda session: dashboard.get_figures(session, "east", 90),
    "teams_kept": lambda session: dashboard.teams_kept(session, 30),
    "list_lines": lambda session: dashboard.list_lines(session, "clock", None, after="2026"),
    "list_lines of a team": lambda session: dashboard.list_lines(session, "stuck", ["east"], after="2026"),
    "count_lines": lambda session: dashboard.count_lines(session, "clock", ["east"]),
    "lines_of_agent": lambda session: dashboard.lines_of_agent(session, "a-1"),
    "plans_of_agent": lambda session: dashboard.plans_of_agent(session, "a-1", 25),
    "cycles_of_agent": lambda session: dashboard.cycles_of_agent(session, "a-1", 25),
    "cycles_since": lambda session: list(dashboard.cycles_since(session, TODAY, TODAY)),
    "count_asking": lambda session: dashboard.count_asking(session, None),
    "list_asking": lambda session: dashboard.list_asking(session, ["east"], after='["2026-11-16","a","c","f"]'),
    **{
        f"count_due {due} {seen}": lambda session, due=due, seen=seen: dashboard.count_due(session, seen, due, TODAY)
        for due in ("overdue", "soon", "waiting")
        for seen in (SUPERVISED, replace(SUPERVISED, teams=None, supervisor=None))
    },
}
OPEN_ALONE = "ix_follow_ups_open", "ix_follow_ups_waiting", "ix_movements_asks"
"""Indexes of what still waits: to read one from end to end is what was asked."""


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory):
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('dashboard') / 'verbatim.db'}") as opened:
        with opened.begin() as session:
            dashboard.put_dashboard(session, [*a_board(), *a_board("east")], some_lines())
        yield opened


@pytest.mark.parametrize("name", LOOKS)
def test_no_look_reads_a_table_from_end_to_end(on_sqlite, name):
    asked = []
    event.listen(
        on_sqlite.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, values, *_: asked.append((statement, values)),
    )
    with on_sqlite.read() as session:
        LOOKS[name](session)
    with on_sqlite.engine.connect() as connection:
        steps = [
            row[-1]
            for statement, values in asked
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert steps
    whole = {step for step in steps if step.startswith("SCAN") and not any(name in step for name in OPEN_ALONE)}
    assert whole <= {"SCAN anon_1"}
