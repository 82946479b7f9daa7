"""People's scores or the machine's, never both in one comparison; and what stands in the way of comparing."""

from datetime import UTC, datetime, time, timedelta

import pytest

from builders import a_call, a_criterion, a_rubric
from coaching.accountability import by_itself_words
from coaching.calendar import FollowUpRules
from coaching.spread import estimate_spread
from follow_up_builders import APPROVED, RUBRIC, approve, open_center, put_draft, put_scored, work_of
from models.scorer import MachineScore
from operations.comparing import Ground, Window
from operations.comparing_machine import SIDE, by_lot, compare_machine
from operations.follow_up import accountability, score_due
from plan_builders import an_item
from store import calls
from store.session import open_store

DAY = timedelta(days=1)
DUE = APPROVED + FollowUpRules().days * DAY
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened)
        put_scored(opened, LOW, APPROVED - 9 * DAY, prefix="before-")
        approve(opened, put_draft(opened))
        yield opened


class Reading:
    """A machine that gives the same points to every call after the approval, and others before; it notes the calls."""

    def __init__(self, before=50, after=95, proven=True):
        self.before, self.after, self.proven, self.read = before, after, proven, []

    def __call__(self, calls, criterion, rubric):
        self.read.append([call.call_id for call in calls])
        return [self.score(call, criterion, rubric) for call in calls]

    def score(self, call, criterion, rubric):
        points = self.after if call.started_at.date() > APPROVED else self.before
        return MachineScore(
            call_id=call.call_id,
            criterion_id=criterion.id,
            rubric_id=rubric.id,
            rubric_version=rubric.version,
            answer="no_opportunity" if points is None else "met",
            score=points,
            confidence=0.9,
            scored_by="verbatim:test",
            proven=self.proven,
        )


def movement_by(store, machine):
    score_due(work_of(store, machine=machine), DUE)
    accounts = accountability(store)
    return accounts[0].cycle.movement if accounts else None


def test_where_people_scored_enough_the_machine_is_not_asked(store):
    put_scored(store, HIGH, APPROVED + DAY)
    machine = Reading()
    movement = movement_by(store, machine)
    assert (movement.scored_by, movement.after.mean) == ("people", sum(HIGH) / 8)
    assert machine.read == []


def test_where_people_scored_too_little_the_machine_reads_both_sides(store):
    put_scored(store, [20, 20], APPROVED + DAY)
    put_scored(store, [None] * 6, APPROVED + 3 * DAY)
    movement = movement_by(store, Reading())
    assert movement.scored_by == "machine"
    assert (movement.before.mean, movement.after.mean) == (50, 95)
    assert (movement.before.calls, movement.after.calls) == (8, 8)


@pytest.mark.parametrize(("proven", "words"), [(True, "machine's scores"), (False, "machine's scores, unproven")])
def test_a_verdict_by_the_machine_says_so_and_whether_it_is_proven(store, proven, words):
    put_scored(store, [None] * 8, APPROVED + DAY)
    movement_by(store, Reading(proven=proven))
    (account,) = accountability(store)
    assert account.by_machine == words
    assert account.why.startswith(account.verdict_words)
    assert f"({words})" in account.verdict_words


def test_without_a_machine_too_few_calls_wait(store):
    put_scored(store, [20, 20], APPROVED + DAY)
    put_scored(store, [None] * 6, APPROVED + 3 * DAY)
    assert movement_by(store, None) is None


def test_a_machine_that_may_not_score_the_criterion_leaves_it_waiting(store):
    put_scored(store, [20, 20], APPROVED + DAY)
    assert movement_by(store, lambda calls, criterion, rubric: []) is None


def test_calls_without_an_opportunity_are_not_counted(store):
    put_scored(store, [None] * 8, APPROVED + DAY)
    assert movement_by(store, Reading(after=None)) is None


def test_the_machines_scores_in_a_file_are_not_peoples(store):
    put_scored(store, HIGH, APPROVED + DAY, scored_by="verbatim:1a2b")
    assert movement_by(store, None) is None
    put_scored(store, HIGH, APPROVED + DAY, scored_by="qa-1", prefix="by-people-")
    score_due(work_of(store), DUE + DAY)
    (account,) = accountability(store)
    assert (account.cycle.movement.scored_by, account.cycle.movement.after.calls) == ("people", 8)


def test_a_machines_later_score_does_not_replace_a_persons(store):
    put_scored(store, HIGH, APPROVED + DAY, scored_by="qa-1")
    put_scored(store, [10] * 8, APPROVED + DAY, scored_by="verbatim:1a2b", scored_at="2026-11-14T20:00:00Z")
    assert movement_by(store, None).after.mean == sum(HIGH) / 8


def a_newer(**changes):
    changed = a_criterion("empathy", weight=60, **changes.pop("criterion", {}))
    return a_rubric(changed, a_criterion("greeting", weight=40), version=2, **changes)


@pytest.mark.parametrize(
    ("newer", "changed"),
    [
        (a_newer(criterion={"definition": "Other."}), ("definition in version 2",)),
        (a_newer(criterion={"met_by": {"examples": ["Oh no."]}}), ("met_by in version 2",)),
        (
            a_newer(criterion={"failure": "violation"}),
            ("failure in version 2", "due in version 2"),
        ),
        (a_newer(scale={"min": 0, "max": 200}), ("scale in version 2",)),
        (a_rubric("greeting", version=2), ("version 2 has no criterion empathy",)),
        (a_rubric("empathy", id="other"), ("the rubric is other now, it was support-core",)),
        (a_newer(criterion={"threshold": 70, "name": "Warmth"}), ()),
    ],
)
def test_what_changed_is_said_and_only_what_is_judged_counts(store, newer, changed):
    item = an_item("empathy", criterion_digest=RUBRIC.digests()["empathy"])
    with store.read() as session:
        assert Ground(session, newer, work_of(store).movement).changes(item) == changed


def test_the_teams_spread_is_of_the_days_before_the_approval(store):
    open_center(store, ["a-1", "a-2", "a-3"])
    for agent, points in (("a-2", [70, 80, 90]), ("a-3", [50, 60, 70])):
        put_scored(store, points, APPROVED - 5 * DAY, agent_id=agent, prefix="team-")
        put_scored(store, [0, 0, 0], APPROVED + DAY, agent_id=agent, prefix="later-")
    work = work_of(store)
    item = an_item("empathy", criterion_digest=RUBRIC.digests()["empathy"])
    with store.read() as session:
        window = Window(APPROVED, DUE, 30, work.timezone)
        spread = Ground(session, RUBRIC, work.movement).spread(item, "Billing", window)
        nobody = Ground(session, RUBRIC, work.movement).spread(item, "Sales", window)
    assert spread.agents == 3
    assert 41 < spread.mean < 80
    assert nobody is None


def a_team(store, others):
    """Agents of the team with calls before the approval that nobody has scored, and the agent's own after it."""
    members = [f"a-{n}" for n in range(2, 2 + others)]
    open_center(store, ["a-1", *members])
    for agent in members:
        put_scored(store, [None] * 3, APPROVED - 6 * DAY, agent_id=agent, prefix="team-")
    put_scored(store, [None] * 8, APPROVED + DAY)


class ByAgent(Reading):
    """A machine that finds every agent to have another level before, and calls that differ."""

    def score(self, call, criterion, rubric):
        found = super().score(call, criterion, rubric)
        number, day = int(call.agent_id.removeprefix("a-")), call.started_at.day
        before = call.started_at.date() <= APPROVED
        return found.model_copy(update={"score": (40 if number == 1 else 60 + 2 * number) + day % 3} if before else {})


def test_the_machines_scores_are_held_against_the_teams_spread_of_machines_scores(store):
    a_team(store, 4)
    movement = movement_by(store, ByAgent())
    assert movement.scored_by == "machine"
    spread = estimate_spread({"a-1": [41, 42, 40], **{f"a-{n}": [60 + 2 * n, 61 + 2 * n] for n in (2, 3, 4, 5)}})
    # four agents about 67 and one at 41: a little of the way to the team's mean is chance
    assert 0 < movement.by_regression < spread.mean - 41
    (account,) = accountability(store)
    assert by_itself_words(account) == f"{movement.by_regression:+.1f}"


def test_where_too_few_of_the_team_have_calls_the_spread_of_machines_scores_is_said_not_to_be_known(store):
    put_scored(store, [None] * 8, APPROVED + DAY)
    movement = movement_by(store, ByAgent())
    assert (movement.scored_by, movement.by_regression) == ("machine", None)
    (account,) = accountability(store)
    assert by_itself_words(account) == "not known: too few machine's scores of the team before"


def test_a_machine_is_not_asked_for_the_team_where_the_agent_has_too_few_calls(store):
    open_center(store, ["a-1", "a-2", "a-3"])
    for agent in ("a-2", "a-3"):
        put_scored(store, [None] * 3, APPROVED - 6 * DAY, agent_id=agent, prefix="team-")
    put_scored(store, [None] * 3, APPROVED + DAY)
    machine = Reading()
    assert movement_by(store, machine) is None
    assert not [call_id for some in machine.read for call_id in some if call_id.startswith("team-")]


def test_of_many_calls_so_many_are_read_as_are_wanted_and_the_same_whoever_reads(store):
    many = datetime.combine(APPROVED + DAY, time(8), UTC)
    with store.begin() as session:
        spoken = [a_call(call_id=f"m-{n}", agent_id="a-1", started_at=many + timedelta(minutes=n)) for n in range(200)]
        calls.put_calls(session, spoken)
    item = an_item("empathy", criterion_digest=RUBRIC.digests()["empathy"])
    work = work_of(store)
    found = []
    for _ in range(2):
        with store.read() as session:
            ground = Ground(session, RUBRIC, work.movement)
            machine = Reading()
            window = Window(APPROVED, DUE, 30, work.timezone)
            found.append(compare_machine(ground, "a-1", item, "Billing", window, machine))
        read = {call_id for some in machine.read for call_id in some}
        assert (len(found[-1].after), len(read & {one.call_id for one in spoken})) == (SIDE.wanted, SIDE.wanted)
    assert found[0] == found[1]


def test_calls_without_an_opportunity_are_read_on_for_up_to_a_limit(store):
    drawn = by_lot(f"m-{n}" for n in range(300))
    many = datetime.combine(APPROVED + DAY, time(8), UTC)
    with store.begin() as session:
        calls.put_calls(
            session,
            [a_call(call_id=f"m-{n}", agent_id="a-1", started_at=many + timedelta(minutes=n)) for n in range(300)],
        )

    class Rare(Reading):
        def score(self, call, criterion, rubric):
            found = super().score(call, criterion, rubric)
            return found if call.call_id in drawn[50:60] else found.model_copy(update={"score": None})

    item = an_item("empathy", criterion_digest=RUBRIC.digests()["empathy"])
    work, machine = work_of(store), Rare()
    with store.read() as session:
        ground, window = Ground(session, RUBRIC, work.movement), Window(APPROVED, DUE, 30, work.timezone)
        found = compare_machine(ground, "a-1", item, "Billing", window, machine)
    assert sorted(found.after) == sorted(drawn[50:60])
    assert len({call_id for some in machine.read for call_id in some} & set(drawn)) == SIDE.most
