"""Scores with their origins: twice is once, a newer version counts and the old stays, a better map corrects."""

from datetime import timedelta

import pytest

from builders import STARTED_AT, a_score
from rubric.evaluation import Evaluated
from rubric.trigger import current_scores
from store.evaluations import put_evaluated, remark_on, take_out_not_asked
from store.scores import scores_between

DAY = timedelta(days=1)


def answered(score=42.0, key="k-1", told="t-1", **fields):
    """An answer of evaluation e-1; fields of the score by their names, of the rest as ``of``."""
    of = fields.pop("of", {})
    usual = {"vendor": "Somebody's", "question": "Empathy?", "evaluation_id": "e-1"}
    return Evaluated(score=a_score(score, **fields), key=key, told=told, **{**usual, **of})


def kept(store):
    with store.read() as session:
        return list(scores_between(session, STARTED_AT - 30 * DAY, STARTED_AT + 30 * DAY))


def put(store, *answers):
    with store.begin() as session:
        return put_evaluated(session, answers)


def test_an_answer_comes_back_with_its_score_and_the_evaluators_words(store):
    whole = answered(
        comment="Zu spät — 👀", scored_by="qa-1",
        of={"form": "F", "form_version": "4", "answer": "In part", "overall": "Hard.", "auto_fail": True},
    )  # fmt: skip
    assert put(store, whole).added == 1
    with store.read() as session:
        remark = remark_on(session, "c-1", "empathy")
        assert remark.origin == whole
        assert remark.score == whole.score
        assert remark_on(session, "c-1", "closing") is None


def test_twice_is_once_in_one_go_and_in_two(store):
    first = put(store, answered(), answered())
    assert (first.added, first.unchanged) == (1, 1)
    again = put(store, answered())
    assert (again.added, again.unchanged, again.corrected, again.conflicts) == (0, 1, 0, ())
    assert len(kept(store)) == 1


def test_what_says_something_else_at_the_same_time_is_a_conflict_and_the_first_stays(store):
    put(store, answered(42.0))
    other = answered(90.0, told="t-2")
    assert put(store, other).conflicts == (other,)
    assert [score.score for score in kept(store)] == [42]


@pytest.mark.parametrize("changed", [{"score": 84.0}, {"criterion_id": "closing"}])
def test_a_map_that_is_mended_corrects_what_it_made_before(store, changed):
    put(store, answered(0.84))
    mended = answered(**{"score": 0.84, **changed})
    assert put(store, mended).corrected == 1
    assert kept(store) == [mended.score]


def test_a_score_that_another_evaluation_came_to_as_well_stays_when_one_is_corrected(store):
    put(store, answered(0.84), answered(0.84, key="k-2", of={"evaluation_id": "e-2"}))
    put(store, answered(84.0))
    assert sorted(score.score for score in kept(store)) == [0.84, 84]


def test_a_newer_version_counts_and_the_old_one_stays(store):
    later = STARTED_AT + DAY
    put(store, answered(42.0), answered(80.0, key="k-2", scored_at=later))
    assert len(kept(store)) == 2
    assert [score.score for score in current_scores(kept(store))] == [80]
    with store.read() as session:
        assert remark_on(session, "c-1", "empathy").score.score == 80


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_a_newer_version_does_not_answer_any_more_does_not_apply(store, order):
    old = [answered(42.0), answered(10.0, key="k-2", criterion_id="closing")]
    new = [answered(80.0, key="k-3", scored_at=STARTED_AT + DAY)]
    for version in order:
        put(store, *(old, new)[version])
        with store.begin() as session:
            take_out_not_asked(session, ["e-1"])
    current = {score.criterion_id: score.score for score in current_scores(kept(store))}
    assert current == {"empathy": 80, "closing": None}
    assert len(kept(store)) == 4, "the old ones are kept"
    with store.begin() as session:
        assert take_out_not_asked(session, ["e-1"]) == 0, "twice is once"


def test_evaluations_of_two_tools_with_one_id_are_two(store):
    put(store, answered(42.0), answered(1.0, key="k-2", criterion_id="closing", scored_at=STARTED_AT + DAY,
                                        of={"vendor": "Another's"}))  # fmt: skip
    with store.begin() as session:
        assert take_out_not_asked(session, ["e-1"]) == 0
