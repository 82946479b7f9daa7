"""Before, after, the interval, what comes by itself, and the verdict."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.movement import Measured, Movement, MovementRules, measure_movement, regression_alone
from coaching.spread import Sample, TeamSpread, sample

OF = Measured(criterion_id="empathy", rubric_id="core", rubric_version=1, threshold=60, triggering_score=30)
TEAM = TeamSpread(mean=70, error=1, within=18, between=8, agents=20, calls=160)
BEFORE = [35.0, 45, 55, 50, 40, 60, 30, 45]
AFTER = [65.0, 90, 40, 80, 45, 85, 60, 55]
SCORES = st.lists(st.integers(0, 100).map(float), min_size=1, max_size=40)


def move(before: list[float], after: list[float], spread: TeamSpread | None = TEAM, **rules: object) -> Movement:
    picked_for = OF.triggering_score if OF.triggering_score in before else None
    checked = MovementRules.model_validate(rules)
    return measure_movement(OF, before, after, rules=checked, picked_for=picked_for, spread=spread)


def test_the_numbers_are_those_that_a_person_would_reckon() -> None:
    found = move(BEFORE, AFTER)
    assert (found.before.calls, found.before.mean, found.after.calls, found.after.mean) == (8, 45, 8, 65)
    assert found.delta == 20
    assert found.before.spread == pytest.approx(10)
    assert found.over_threshold


def test_twenty_points_over_eight_calls_are_noise_where_scores_lie_far_apart() -> None:
    found = move(BEFORE, AFTER)
    # 18² / 8 against 8²: 0.388 of the 25 points to the team's mean is chance
    assert found.by_regression == pytest.approx(25 * (18**2 / 8) / (18**2 / 8 + 8**2))
    assert found.low is not None
    assert 0 < found.low < found.allowance
    assert found.verdict == "within_noise"


def test_the_same_twenty_points_have_moved_where_scores_lie_close() -> None:
    close = TeamSpread(mean=58, error=1, within=8, between=8, agents=20, calls=160)
    assert move([45, 40, 50, 45, 42, 48, 44, 46], [65, 60, 70, 65, 62, 68, 64, 66], close).verdict == "moved"


def test_whoever_got_worse_for_sure_has_not_moved() -> None:
    found = move([60.0] * 12, [30.0] * 12)
    assert (found.verdict, found.over_threshold) == ("not_moved", False)


def test_what_comes_by_itself_never_counts_for_a_movement() -> None:
    low_team = TeamSpread(mean=20, error=1, within=18, between=8, agents=20, calls=160)
    found = move([60, 80, 70, 65, 75], [60, 80, 70, 65, 75], low_team)
    assert found.by_regression is not None
    assert found.by_regression < 0
    assert found.allowance == 0
    assert found.verdict == "within_noise"


@pytest.mark.parametrize(("calls", "verdict"), [(4, "not_enough_calls"), (5, "moved")])
def test_fewer_than_five_calls_give_no_verdict_but_their_numbers(calls: int, verdict: str) -> None:
    found = move([20.0, 25, 30, 22, 28, 25] * 3, [95.0] * calls)
    assert found.verdict == verdict
    assert found.after.calls == calls
    assert found.delta == 70


def test_nothing_after_is_not_enough() -> None:
    found = move(BEFORE, [])
    assert (found.verdict, found.delta, found.low, found.over_threshold) == ("not_enough_calls", None, None, False)


def test_nothing_before_cannot_be_compared_and_says_so() -> None:
    found = move([], AFTER, before_days=20)
    assert found.verdict == "not_comparable"
    assert found.changed == ("no score in the 20 days before",)


def test_a_changed_criterion_is_not_compared_and_says_what_changed() -> None:
    found = measure_movement(OF, BEFORE, AFTER, rules=MovementRules(), spread=TEAM, changed=["definition"])
    assert (found.verdict, found.delta, found.changed) == ("not_comparable", None, ("definition",))


@pytest.mark.parametrize(("gain", "verdict"), [(4.9, "not_moved"), (5, "moved")])
def test_by_the_plain_delta_five_points_decide(gain: float, verdict: str) -> None:
    assert move([50.0] * 6, [50.0 + gain] * 6, by="delta").verdict == verdict


def test_without_a_team_the_score_that_picked_the_agent_is_left_out() -> None:
    found = move([30.0, 60, 60, 60], [60.0, 62, 58, 60, 61], None)
    assert found.by_regression == pytest.approx(60 - 52.5)


def test_without_a_team_nothing_is_left_out_where_the_picking_score_is_older() -> None:
    assert move([50.0, 60, 60, 60], [60.0] * 5, None).by_regression is None


def test_one_call_before_is_read_by_the_teams_spread_and_without_one_not_at_all() -> None:
    alone = move([30.0], [70.0, 75, 80, 72, 78], None)
    assert alone.low is not None  # the spread of the calls after stands for that of the one before
    assert move([30.0], [70.0, 75, 80, 72, 78]).low is not None
    assert measure_movement(OF, [30.0], [80.0], rules=MovementRules(), spread=None).low is None


def test_alike_scores_do_not_look_sure_where_the_teams_are_not_alike() -> None:
    pass_or_fail = TeamSpread(mean=70, error=1, within=45, between=12, agents=40, calls=400)
    found = move([100.0, 0, 100, 100, 0, 100, 0, 100, 100, 100], [100.0] * 5, pass_or_fail)
    assert found.delta == 30
    assert found.verdict == "within_noise"


def test_on_large_samples_of_no_team_the_interval_is_welchs() -> None:
    from scipy.stats import ttest_ind

    before, after = BEFORE * 40, AFTER * 60
    found = move(before, after, None)
    welch = ttest_ind(after, before, equal_var=False).confidence_interval(0.90)
    assert (found.low, found.high) == (pytest.approx(welch.low, abs=0.15), pytest.approx(welch.high, abs=0.15))


def test_a_larger_team_makes_the_mean_before_more_certain() -> None:
    small = TEAM.model_copy(update={"agents": 5, "calls": 40})
    few, many = move(BEFORE, AFTER, small), move(BEFORE, AFTER)
    assert few.low is not None
    assert many.low is not None
    assert few.low < many.low


@given(before=SCORES, after=SCORES, by=st.sampled_from(["interval", "delta"]), team=st.sampled_from([TEAM, None]))
def test_whatever_the_scores_the_record_agrees_with_itself(
    before: list[float], after: list[float], by: str, team: TeamSpread | None
) -> None:
    found = move(before, after, team, by=by)
    assert found.delta == pytest.approx(math.fsum(after) / len(after) - math.fsum(before) / len(before))
    assert (found.verdict == "not_enough_calls") == (len(after) < 5)
    if found.low is not None and found.high is not None:
        assert found.low <= found.delta <= found.high
        if by == "interval" and found.verdict == "moved":
            assert found.low > found.allowance
    assert Movement.model_validate_json(found.model_dump_json()) == found


@given(before=SCORES, after=SCORES, points=st.integers(1, 40))
def test_higher_scores_after_never_turn_a_movement_into_less(
    before: list[float], after: list[float], points: int
) -> None:
    order = ["not_enough_calls", "not_moved", "within_noise", "moved"]
    better = [score + points for score in after]
    assert order.index(move(before, better).verdict) >= order.index(move(before, after).verdict)


def test_the_pull_to_the_teams_mean_weakens_with_every_call() -> None:
    pulls = [regression_alone(Sample(calls=n, mean=40.0, spread=18.0), None, TEAM) for n in (1, 5, 30, 1000)]
    assert all(pull is not None for pull in pulls)
    assert pulls == sorted(pulls, reverse=True)
    assert sample([]).mean is None
