"""The built-in scorer at work: off, proven, refused, too few to tell; and never learning from itself."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from builders import a_call, a_criterion, a_rubric
from follow_up_builders import APPROVED, RUBRIC, open_center, put_scored
from models.scorer import CannotScore, MachineScore, answer_of
from models.team_reading import Chances, Heads, TeamReading, agreement_of
from operations.score import MachineScoring, ScoringRules
from store import calls
from store.session import open_store

DAY = timedelta(days=1)
EMPATHY = RUBRIC.criterion("empathy")


class Reader:
    """Reads a call by its day of the month: odd days are met. It counts how often it reads which call."""

    def __init__(self, right=lambda day: True):
        self.right, self.read = right, []

    def answer(self, call):
        day = call.started_at.day
        return "met" if (day % 2 == 1) == self.right(day) else "not_met"

    def read_team(self, criterion, scored):
        pairs = [(answer_of(score, threshold), self.answer(call)) for call, score, threshold in scored]
        return TeamReading(Heads(None, None), 20.0, 90.0, agreement_of(pairs), {"any": Chances(1.0, 1.0)})

    def score(self, call, criterion, rubric, team=None, proven=False):
        self.read.append(call.call_id)
        if call.started_at.day == 28:
            raise CannotScore(call.call_id, criterion.id, "nothing in this call was said by the agent")
        return MachineScore(
            call_id=call.call_id,
            criterion_id=criterion.id,
            rubric_id=rubric.id,
            rubric_version=rubric.version,
            answer=self.answer(call),
            score=90 if self.answer(call) == "met" else 20,
            confidence=0.9,
            scored_by="verbatim:test",
            proven=proven,
        )


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened)
        yield opened


def by_people(store, count, **fields):
    """So many scores by people from 1 September on: odd days passed."""
    first = APPROVED.replace(month=9, day=1)
    points = [85 if (first + n * DAY).day % 2 else 30 for n in range(count)]
    return put_scored(store, points, first, **fields)


def scoring(store, reader=None, rubric=RUBRIC, **rules):
    checked = ScoringRules.model_validate({"machine": "proven", "min_team_scores": 20, **rules})
    return MachineScoring(store, rubric, reader or Reader(), checked)


def unscored(store, *days):
    """A call on each of these days of November, which nobody has scored."""
    at = [datetime.combine(APPROVED.replace(day=day), time(10), UTC) for day in days]
    found = [a_call(call_id=f"new-{one:%d}", agent_id="a-1", started_at=one) for one in at]
    with store.begin() as session:
        calls.put_calls(session, found)
    return found


def test_where_it_agrees_with_enough_scores_of_people_it_scores_and_is_proven(store):
    by_people(store, 24)
    machine = scoring(store)
    standing = machine.standing(EMPATHY, RUBRIC)
    assert (standing.standing, standing.scores, standing.kappa, standing.accuracy) == ("proven", 24, 1.0, 1.0)
    given = machine(unscored(store, 2, 3, 4, 5), EMPATHY, RUBRIC)
    assert [(one.score, one.proven) for one in given] == [(20, True), (90, True)] * 2


def test_where_it_does_not_agree_it_is_refused_whatever_the_configuration_allows(store):
    by_people(store, 24)
    for machine in ("proven", "unproven"):
        refused = scoring(store, Reader(right=lambda day: day % 3 == 0), machine=machine)
        assert refused.standing(EMPATHY, RUBRIC).standing == "refused"
        assert "under 0.60" in refused.standing(EMPATHY, RUBRIC).why
        assert refused(unscored(store, 2, 3, 4, 5), EMPATHY, RUBRIC) == []


def test_with_too_few_scores_of_people_it_is_off_unless_the_configuration_says_otherwise_and_then_unproven(store):
    by_people(store, 19)
    machine = scoring(store)
    assert (machine.standing(EMPATHY, RUBRIC).standing, machine(unscored(store, 2, 3, 4, 5), EMPATHY, RUBRIC)) == (
        "few",
        [],
    )
    given = scoring(store, machine="unproven")(unscored(store, 2, 3, 4, 5), EMPATHY, RUBRIC)
    assert {one.proven for one in given} == {False}
    assert len(given) == 4


def test_switched_off_it_reads_nothing(store):
    by_people(store, 24)
    reader = Reader()
    assert scoring(store, reader, machine="off")(unscored(store, 2, 3, 4, 5), EMPATHY, RUBRIC) == []
    assert reader.read == []


def test_people_who_pass_every_call_show_no_agreement(store):
    put_scored(store, [85] * 24, APPROVED - 60 * DAY)
    standing = scoring(store).standing(EMPATHY, RUBRIC)
    assert (standing.standing, standing.kappa) == ("refused", None)


def test_it_does_not_learn_from_the_machines_own_scores_nor_from_those_of_another_wording(store):
    by_people(store, 24, scored_by="verbatim:1a2b")
    assert scoring(store).standing(EMPATHY, RUBRIC).scores == 0
    by_people(store, 24, prefix="people-", rubric_version=1)
    assert scoring(store).standing(EMPATHY, RUBRIC).scores == 24
    other = a_criterion("empathy", weight=60, definition="Other.")
    newer = a_rubric(other, a_criterion("greeting", weight=40), version=2)
    assert scoring(store, rubric=newer).standing(other, newer).scores == 0


def test_only_the_newest_scores_are_learned_from(store):
    by_people(store, 60)
    rules = ScoringRules(machine="proven", min_team_scores=20)
    assert MachineScoring(store, RUBRIC, Reader(), rules, most=30).standing(EMPATHY, RUBRIC).scores == 30


def test_a_call_is_read_once_and_one_that_cannot_be_scored_has_no_score(store):
    by_people(store, 24)
    late, reader = unscored(store, 26, 27, 28), Reader()
    machine = scoring(store, reader)
    given = [machine(late, EMPATHY, RUBRIC) for _ in range(2)]
    assert given[0] == given[1]
    assert [one.call_id for one in given[0]] == ["new-26", "new-27"]
    assert reader.read == ["new-26", "new-27", "new-28"]
