"""Time to movement with those that have not moved yet."""

import pytest

from coaching.response import FEW, respond, share_interval
from coaching.rounds import Episode


def an_episode(days: int, moved: bool, name: str = "Empathy", practice: str = "role-play", cycles: int = 1) -> Episode:
    return Episode(name.lower(), name, practice, days, cycles, moved)


SIX = [(14, True), (14, True), (21, True), (28, True), (28, False), (42, False)]


def test_the_curve_is_kaplan_and_meiers() -> None:
    (found,) = respond([an_episode(*one) for one in SIX])
    # 6 watched, 2 move: 4/6; 4 watched, 1 moves: 3/6; 3 watched, 1 moves: 2/6
    assert [(point.at, point.watched, point.moved) for point in found.curve] == [(14, 6, 2), (21, 4, 1), (28, 3, 1)]
    assert [point.share for point in found.curve] == pytest.approx([4 / 6, 3 / 6, 2 / 6])
    assert all(p.low is not None and p.high is not None and p.low < p.share < p.high for p in found.curve)
    assert found.days.low == 14


def test_who_has_not_moved_yet_makes_it_slower_and_is_not_left_out() -> None:
    moved = [an_episode(14, True) for _ in range(5)]
    (alone,), (watched,) = respond(moved), respond([*moved, *(an_episode(60, False) for _ in range(6))])
    assert alone.days.at == 14
    assert watched.days.at is None
    assert watched.share == pytest.approx(5 / 11)


def test_nobody_moved_gives_no_median_and_no_curve() -> None:
    (found,) = respond([an_episode(30, False)] * 6)
    assert (found.moved, found.days.at, found.curve) == (0, None, ())
    assert found.share_high > 0


def test_everybody_moved_at_once_ends_the_curve_at_none_left() -> None:
    (found,) = respond([an_episode(14, True)] * 6)
    assert found.curve[-1].share == 0
    assert found.curve[-1].low is None
    assert found.days.at == 14


def test_the_fastest_come_first_and_few_come_last() -> None:
    slow = [an_episode(40, True, "Slow") for _ in range(FEW)]
    fast = [an_episode(14, True, "Fast") for _ in range(FEW)]
    never = [an_episode(60, False, "Never") for _ in range(FEW)]
    few = [an_episode(7, True, "Few") for _ in range(FEW - 1)]
    found = respond([*few, *never, *slow, *fast])
    assert [one.name for one in found] == ["Fast", "Slow", "Never", "Few"]
    assert [one.is_few for one in found] == [False, False, False, True]


def test_practices_are_told_apart_and_cycles_are_counted_where_one_was_concluded() -> None:
    found = respond(
        [an_episode(14, True, practice="role-play", cycles=1)] * 5
        + [an_episode(40, True, practice="call review", cycles=3)] * 5
        + [an_episode(3, False, practice="call review", cycles=0)],
        by_practice=True,
    )
    assert [(one.name, one.cycles.at, one.episodes) for one in found] == [("role-play", 1, 5), ("call review", 3, 6)]


def test_a_share_comes_with_wilsons_interval() -> None:
    assert share_interval(0, 10) == pytest.approx((0, 0.2130), abs=0.0005)
    assert share_interval(10, 10)[1] == 1
