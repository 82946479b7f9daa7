from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_criterion, a_flag, a_rubric, a_score
from rubric.rubric import Rubric
from rubric.score import Score
from rubric.trigger import CallFacts, Selection, current_scores, failing_scores, select_failures

MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
RUBRIC = a_rubric("empathy", "closing")


def facts(*call_ids: str, agent_id: str | None = "a-1", at: datetime | None = MORNING) -> dict[str, CallFacts]:
    return {call_id: CallFacts(call_id=call_id, agent_id=agent_id, at=at) for call_id in call_ids}


def select(*scores: Score, rubric: Rubric = RUBRIC, **settings: Any) -> Selection:
    return select_failures(scores, rubric, **{"calls": facts("c-1", "c-2"), "mode": "score", **settings})


def keys(selection: Selection) -> list[tuple[str, str]]:
    return [failure.key for failure in selection.failures]


def test_a_score_under_its_threshold_is_a_failure_and_one_at_it_is_not() -> None:
    found = select(a_score(59.9), a_score(60, criterion_id="closing"), a_score(61, call_id="c-2"))
    assert keys(found) == [("c-1", "empathy")]
    failure = found.failures[0]
    assert (failure.score, failure.threshold, failure.weight, failure.reason) == (59.9, 60, 50, "score")
    assert (failure.rubric_id, failure.rubric_version, failure.agent_id) == ("support-core", 1, "a-1")


def test_an_empty_score_is_never_a_failure() -> None:
    assert not select(a_score(None)).failures
    assert not select(a_score(None), mode="flagged", flags=[a_flag("c-1")]).failures
    by_criterion = select(a_score(None), mode="flagged", flags=[a_flag("c-1", criterion_id="empathy")])
    assert not by_criterion.failures
    assert by_criterion.idle_flags[0].reason == "its score is empty: the criterion does not apply to this call"


def test_the_newest_of_two_scores_counts_even_where_it_is_higher_or_empty() -> None:
    old, new = MORNING, MORNING + timedelta(hours=1)
    assert not select(a_score(70, scored_at=new), a_score(10, scored_at=old)).failures
    assert not select(a_score(10, scored_at=old), a_score(None, scored_at=new)).failures
    assert select(a_score(70, scored_at=old), a_score(10, scored_at=new)).failures[0].score == 10


def test_a_dated_score_counts_before_one_without_a_date() -> None:
    assert current_scores([a_score(10, scored_at=None), a_score(80)])[0].score == 80


@given(st.permutations([a_score(value, scored_at=at) for value in (10, 70, None) for at in (None, MORNING)]))
def test_which_score_counts_does_not_depend_on_the_order_in_which_they_come(scores: list[Score]) -> None:
    assert [score.score for score in current_scores(scores)] == [10]


def test_the_time_is_the_calls_start_else_when_it_was_scored() -> None:
    scored = a_score(10, scored_at=MORNING + timedelta(days=1))
    assert select(scored).failures[0].at == MORNING
    assert select(scored, calls=facts("c-1", at=None)).failures[0].at == scored.scored_at
    assert select(a_score(10, scored_at=None), calls={}).failures[0].at is None


def test_the_agent_is_the_scores_else_the_calls() -> None:
    assert select(a_score(10, agent_id=None)).failures[0].agent_id == "a-1"
    assert select(a_score(10, agent_id="a-7"), calls=facts("c-1", agent_id=None)).failures[0].agent_id == "a-7"
    assert select(a_score(10, agent_id=None), calls={}).failures[0].agent_id is None


def test_a_score_whose_agent_is_not_the_calls_is_set_aside_and_does_not_hide_an_older_one() -> None:
    wrong = a_score(90, agent_id="a-2", scored_at=MORNING + timedelta(days=1))
    found = select(wrong, a_score(10))
    assert [failure.score for failure in found.failures] == [10]
    assert found.set_aside[0].record == wrong
    assert found.set_aside[0].reason == "the score names agent 'a-2', the call agent 'a-1'; they must agree"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"criterion_id": "emphaty"}, "has no criterion 'emphaty'; did you mean 'empathy'?"),
        ({"score": 101}, "the score 101 is off the scale 0 to 100"),
        ({"rubric_version": 9}, "scored under version 9 of rubric support-core; known here: 1"),
    ],
)
def test_a_score_that_the_rubric_contradicts_is_set_aside_with_its_reason(wrong: dict[str, Any], reason: str) -> None:
    found = select(a_score(**wrong))
    assert not found.failures
    assert found.set_aside[0].reason.endswith(reason)


def test_a_score_is_held_against_the_version_that_it_names_and_the_configured_one_where_it_names_none() -> None:
    lenient = a_rubric(a_criterion("empathy", threshold=30))
    strict = a_rubric(a_criterion("empathy", threshold=80), version=2)
    scores = [a_score(42, rubric_version=1), a_score(42, call_id="c-2")]
    found = select(*scores, rubric=strict, earlier=[lenient])
    assert [(failure.call_id, failure.rubric_version, failure.threshold) for failure in found.failures] == [
        ("c-2", 2, 80)
    ]


def test_a_flag_on_a_call_takes_every_criterion_of_it_under_its_threshold() -> None:
    scores = [a_score(10), a_score(20, criterion_id="closing"), a_score(20, call_id="c-2")]
    found = select(*scores, mode="flagged", flags=[a_flag("c-1")])
    assert keys(found) == [("c-1", "closing"), ("c-1", "empathy")]
    assert {failure.reason for failure in found.failures} == {"flag"}


def test_a_flag_on_a_criterion_takes_it_whatever_its_score() -> None:
    flag = a_flag("c-1", criterion_id="empathy")
    found = select(a_score(95), a_score(10, criterion_id="closing"), mode="flagged", flags=[flag])
    assert keys(found) == [("c-1", "empathy")]
    assert (found.failures[0].score, found.failures[0].shortfall) == (95, 0)
    unscored = select(mode="flagged", flags=[flag]).failures[0]
    assert (unscored.score, unscored.agent_id, unscored.at) == (None, "a-1", MORNING)


def test_two_flags_on_one_criterion_are_one_failure() -> None:
    flags = [a_flag("c-1"), a_flag("c-1", criterion_id="empathy"), a_flag("c-1", flagged_by="s-2")]
    assert keys(select(a_score(10), mode="flagged", flags=flags)) == [("c-1", "empathy")]


def test_flags_that_name_nothing_known_are_set_aside_and_those_that_find_nothing_are_told() -> None:
    flags = [a_flag("c-99"), a_flag("c-1", criterion_id="closng"), a_flag("c-2")]
    found = select(a_score(95, call_id="c-2"), mode="flagged", flags=flags)
    assert [one.reason for one in found.set_aside] == [
        "a flag on call 'c-99', of which there is no call and no score",
        "rubric support-core version 1 has no criterion 'closng'; did you mean 'closing'?",
    ]
    assert [one.reason for one in found.idle_flags] == ["no score of it is under its threshold"]


@pytest.mark.parametrize(("flags", "why"), [(None, "no flags were given"), ([], "the flags given name no call")])
def test_without_flags_nothing_is_planned_and_the_note_says_why(flags: list[Any] | None, why: str) -> None:
    found = select(a_score(10), mode="flagged", flags=flags)
    assert not found.failures
    assert found.note.startswith("Nothing is planned")
    assert why in found.note


@pytest.mark.parametrize(("agents", "limit", "mode"), [(40, 40, "flagged"), (41, 40, "score"), (5, 4, "score")])
def test_auto_goes_by_flags_up_to_the_limit_and_by_scores_above_it(agents: int, limit: int, mode: str) -> None:
    found = select(a_score(10), mode="auto", active_agents=agents, auto_limit=limit, flags=[a_flag("c-2")])
    assert found.mode == mode
    assert bool(found.failures) == (mode == "score")
    assert f"{agents} active agents" in found.note


def test_auto_counts_the_agents_of_the_scores_where_there_is_no_agents_file() -> None:
    scores = [a_score(10, call_id=f"c-{number}", agent_id=f"a-{number}") for number in range(41)]
    assert select(*scores, mode="auto", calls={}).mode == "score"
    assert select(*scores[1:], mode="auto", calls={}).mode == "flagged"


def test_scores_alone_give_the_same_failures_as_the_score_trigger() -> None:
    scores = [a_score(10), a_score(99, call_id="c-2"), a_score(5, criterion_id="closing")]
    assert [failure.key for failure in failing_scores(scores, RUBRIC)] == keys(select(*scores))
