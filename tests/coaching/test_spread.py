"""The spread within and between agents, from scores with a known truth."""

import pytest

from coaching.spread import SMALLEST_TEAM, TeamSpread, estimate_spread


def drawn(agents: int, calls: int, within: float, between: float, seed: int = 4) -> dict[str, list[float]]:
    import numpy as np

    random = np.random.default_rng(seed)
    true = 70 + between * random.standard_normal(agents)
    return {f"a-{n}": list(mean + within * random.standard_normal(calls + n % 5)) for n, mean in enumerate(true)}


@pytest.mark.parametrize(("within", "between"), [(16, 8), (5, 12), (20, 3)])
def test_the_spread_that_was_put_in_is_found(within: float, between: float) -> None:
    found = estimate_spread(drawn(300, 8, within, between))
    assert found is not None
    assert found.within == pytest.approx(within, rel=0.05)
    assert found.between == pytest.approx(between, rel=0.2)
    assert found.mean == pytest.approx(70, abs=4 * found.error)


def test_equal_numbers_give_the_textbooks_estimate() -> None:
    found = estimate_spread({"a": [40, 50, 60], "b": [70, 80, 90], "c": [55, 65, 75]})
    assert found is not None
    assert found.within**2 == pytest.approx(100)
    # mean squares: between 3 * 225 = 675, within 100
    assert found.between**2 == pytest.approx((675 - 100) / 3)
    assert found.mean == pytest.approx(65)
    assert found.reliability(3) == pytest.approx((675 - 100) / 675)


def test_agents_who_only_differ_by_chance_have_no_spread_between() -> None:
    found = estimate_spread({"a": [0, 100], "b": [100, 0], "c": [50, 50]})
    assert found is not None
    assert found.between == 0
    assert found.reliability(10) == 0


def test_scores_all_alike_are_told_without_a_division_by_nothing() -> None:
    found = estimate_spread({agent: [80.0, 80.0] for agent in "abcd"})
    assert found == TeamSpread(mean=80, error=0, within=0, between=0, agents=4, calls=8)
    assert found.reliability(1) == 1


@pytest.mark.parametrize(
    "scores", [{}, {"a": [1.0, 2.0]}, {"a": [1.0, 2.0], "b": [3.0, 4.0]}, {"a": [1.0], "b": [2.0], "c": [3.0]}]
)
def test_too_few_agents_or_calls_tell_nothing(scores: dict[str, list[float]]) -> None:
    assert estimate_spread(scores) is None
    assert SMALLEST_TEAM == 3


def test_an_agent_without_scores_is_no_agent() -> None:
    assert estimate_spread({"a": [1.0, 2.0], "b": [3.0], "c": [], "d": [4.0]}) == estimate_spread(
        {"a": [1.0, 2.0], "b": [3.0], "d": [4.0]}
    )
