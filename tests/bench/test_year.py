"""The simulated year on a small scale, and that its checks find what they look for."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bench.verdicts import SITUATIONS, cell, false_too_often
from bench.year_check import broken_promises, judge, read_year, time_to_score, unchanged, year_table
from bench.year_run import Year
from bench.year_workers import run_killed, run_two
from bench.year_world import CALLS_A_YEAR, make_world
from coaching.movement import MovementRules
from operations.schedule import open_dates
from store.session import open_store

pytestmark = pytest.mark.slow
LAST = date(2026, 3, 16)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A winter of six agents, over a change of the clock and two holidays."""
    url = f"sqlite:///{tmp_path_factory.mktemp('year') / 'year.db'}"
    world = make_world(6, 3)
    with open_store(url) as store:
        year = Year(world, store, url, last=LAST)
        year.run(lambda day: None)
        yield year, read_year(store)


def test_a_winter_keeps_its_promises(lived):
    year, kept = lived
    assert year.problems == []
    assert broken_promises(kept, year.world, LAST) == []
    assert len(kept.accounts) > 10
    assert "on day 7" in time_to_score(kept)


def test_a_lost_a_doubled_and_a_late_follow_up_are_found(lived):
    year, kept = lived
    one = next(found for found in kept.follow_ups if found.state == "done")
    others = [found for found in kept.follow_ups if found != one]

    def broken(follow_ups, accounts=kept.accounts):
        return broken_promises(replace(kept, follow_ups=follow_ups, accounts=accounts), year.world, LAST)

    assert any("0 follow-ups" in line for line in broken(others))
    again = one.model_copy(update={"follow_up_id": "f-again"})
    assert any("followed up 2 times" in line for line in broken([*kept.follow_ups, again]))
    left = one.model_copy(update={"state": "open"})
    assert any("is open" in line for line in broken([*others, left]))
    first, *rest = kept.accounts
    late = first.model_copy(update={"cycle": first.cycle.model_copy(update={"scored_on": first.cycle.scored_on + DAY})})
    assert any("scored on" in line for line in broken(kept.follow_ups, [late, *rest]))
    assert any("concluded 2 times" in line for line in broken(kept.follow_ups, [*kept.accounts, first]))
    without = [account for account in kept.accounts if account.cycle.follow_up_id != one.follow_up_id]
    assert any("has shown nothing" in line for line in broken(kept.follow_ups, without))


def test_verdicts_stand_beside_the_truth(lived):
    year, kept = lived
    judged = judge(kept, year.world)
    assert {found.verdict for found in judged} <= {"moved", "not_moved", "within_noise"}
    assert not false_too_often(unchanged(judged))
    assert "nothing changed" in year_table(judged)


def test_what_was_judged_wrongly_would_be_seen(lived):
    year, kept = lived
    all_moved = [replace(found, verdict="moved") for found in judge(kept, year.world)]
    assert false_too_often(unchanged(all_moved))


def test_a_killed_worker_has_done_nothing_and_the_next_ones_do_all(tmp_path):
    url = f"sqlite:///{tmp_path / 'year.db'}"
    with open_store(url) as store:
        year = Year(make_world(4, 5), store, url, last=date(2026, 2, 10))
        year._morning = lambda day: None  # nobody scores: all of it is left to the workers below
        year.run(lambda day: None)
        before, day = open_dates(store), date(2026, 2, 11)
        assert before
        store.close()
        assert run_killed(url, year.work, day, 12)
        assert open_dates(store) == before
        store.close()
        assert run_two(url, year.work, day)
        kept = read_year(store)
        assert {one.state for one in kept.follow_ups} == {"done"}
        assert len({(one.cycle.plan_id, one.cycle.item_id) for one in kept.accounts}) == len(kept.accounts) > 0


def test_the_calls_of_a_year_are_as_many_as_promised():
    world = make_world(5, 1)
    assert sum(map(len, world.calls_on.values())) == 5 * CALLS_A_YEAR


def test_the_same_seed_makes_the_same_verdicts():
    one, other = (cell(SITUATIONS[0], 20, 10, MovementRules(), 100, (1, 2)) for _ in range(2))
    assert one == other
    assert one.share("moved") > 60


@pytest.mark.parametrize(
    ("moved", "total", "broken"), [(1, 5, False), (4, 5, True), (100, 1000, False), (101, 1000, True), (0, 0, False)]
)
def test_of_few_verdicts_chance_is_allowed_for_and_of_many_nothing_is(moved, total, broken):
    assert false_too_often(Counter(moved=moved, within_noise=total - moved)) is broken
