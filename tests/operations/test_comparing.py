"""People's scores or the machine's, never both in one comparison; and what stands in the way of comparing."""

from datetime import timedelta

import pytest

from builders import a_criterion, a_rubric
from coaching.accountability import verdict_words
from coaching.calendar import FollowUpRules
from follow_up_builders import APPROVED, RUBRIC, approve, open_center, put_draft, put_scored, work_of
from models.scorer import MachineScore
from operations.comparing import Ground, Window
from operations.follow_up import accountability, score_due
from plan_builders import an_item
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
    assert words in verdict_words(account)


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
