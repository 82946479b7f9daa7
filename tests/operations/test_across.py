"""What the cycles show together, from a store: open and concluded ones, and whose scores are among the facts."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from builders import a_criterion, a_rubric
from follow_up_builders import APPROVED, PRACTICE, RUBRIC, approve, decided, open_center, put_draft, put_scored, work_of
from operations.across import across_cycles, across_frames
from operations.follow_up import accountability, score_due
from operations.overruling import overrule
from store.session import open_store

UTC = ZoneInfo("UTC")
DAY = timedelta(days=1)
DUE = APPROVED + 14 * DAY
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]
SAME = [41, 44, 40, 39, 43, 42, 41, 40]


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened, ["a-1", "a-2"])
        for agent_id in ("a-1", "a-2"):
            put_scored(opened, LOW, APPROVED - 9 * DAY, prefix="before-", agent_id=agent_id)
        yield opened


def coach(store, agent_id, points):
    approve(store, put_draft(store, agent_id=agent_id))
    put_scored(store, points, APPROVED + DAY, agent_id=agent_id)


def test_before_the_first_approval_there_is_nothing_to_say(store):
    put_draft(store)
    assert across_cycles(store, RUBRIC, DUE, UTC) is None


def test_a_follow_up_to_come_is_watched_and_a_concluded_one_has_its_verdict(store):
    coach(store, "a-1", HIGH)
    score_due(work_of(store), DUE)
    approve(store, put_draft(store, agent_id="a-2"), on=APPROVED + 10 * DAY)
    (found,) = across_cycles(store, RUBRIC, DUE, UTC).by_criterion
    assert (found.name, found.episodes, found.moved, found.days.at) == ("Empathy", 2, 1, 14)
    rounds = across_frames(store, RUBRIC, DUE, UTC).rounds
    assert rounds[["agent_id", "number", "verdict"]].values.tolist()[0] == ["a-1", 1, "moved"]
    assert rounds["verdict"].isna().tolist() == [False, True]


def test_who_was_coached_and_has_not_moved_is_named_with_the_practice(store):
    coach(store, "a-1", SAME)
    score_due(work_of(store), DUE)
    (line,) = across_cycles(store, RUBRIC, DUE, UTC).stuck
    assert (line.agent_name, line.criterion_name, line.cycles) == ("A-1", "Empathy", 1)
    assert line.verdict in ("not_moved", "within_noise")
    assert len(line.practices) == 1


def test_what_a_person_closed_ends_there(store):
    coach(store, "a-1", SAME)
    score_due(work_of(store), DUE)
    assert across_frames(store, RUBRIC, DUE, UTC).rounds["closed"].tolist() == [False]
    (account,) = accountability(store)
    overrule(
        work_of(store), account.cycle.plan_id, "empathy", ("close",), decided(DUE, reason="she has left the queue")
    )
    assert across_frames(store, RUBRIC, DUE, UTC).rounds["closed"].tolist() == [True]


def test_a_day_is_told_as_it_was_on_that_day(store):
    coach(store, "a-1", HIGH)
    score_due(work_of(store), DUE)
    before = across_frames(store, RUBRIC, DUE - DAY, UTC)
    assert before.rounds.empty
    assert before.scores.empty


def test_the_machines_scores_and_those_of_another_judgement_are_no_facts(store):
    coach(store, "a-1", HIGH)
    put_scored(store, [1.0] * 3, APPROVED + DAY, prefix="m-", scored_by="verbatim:scorer-1")
    changed = a_rubric(a_criterion("empathy", weight=60, practice=PRACTICE, definition="Other."), "greeting", version=2)
    put_scored(store, [2.0] * 3, APPROVED + 2 * DAY, prefix="v-", rubric_version=2)
    put_scored(store, [93.0] * 3, APPROVED + 2 * DAY, prefix="w-", rubric_version=1)
    facts = across_frames(store, RUBRIC, DUE, UTC).scores["score"].tolist()
    assert (facts.count(1), facts.count(2), facts.count(93), len(facts)) == (0, 0, 3, 3 * len(LOW) + 3)
    # a score that names no version is the configured rubric's
    under_new = across_frames(store, changed, DUE, UTC).scores["score"].tolist()
    assert (under_new.count(2), under_new.count(93)) == (3, 0)


def test_the_newest_score_of_a_call_counts_on_the_day_of_its_call(store):
    coach(store, "a-1", HIGH)
    put_scored(store, [77.0], APPROVED + DAY, scored_by="ines", comment="again")
    facts = across_frames(store, RUBRIC, DUE, UTC).scores
    of_day = facts[(facts["agent_id"] == "a-1") & (facts["day"] == str(APPROVED + DAY))]
    assert len(of_day) == 1
    assert set(facts["team"]) == {"Billing"}
