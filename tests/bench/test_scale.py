"""The arithmetic of a night of any size, and the small nights that its figures come from."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.scale_arithmetic import ALONE_AT_MOST, TASKS, Center, breaks, needs_of
from bench.scale_child import Writer, one_night, one_worker, one_writer, take_up
from bench.scale_figures import (
    Figures,
    ProfileFigures,
    StoreFigures,
    chunks_a_second,
    profile_figures,
    rounded,
    store_figures,
    written,
)
from bench.scale_page import answer, costs
from bench.scale_world import AS_OF, FAILING, SCORES_A_CALL, write_world

STORE = StoreFigures(
    take=1.0,
    score=0.05,
    select=0.04,
    keep=4.0,
    again=1.0,
    draft=0.5,
    board=0.01,
    report=100,
    commits=3,
    one=2,
    two=3,
    call_kb=3,
    score_kb=0.3,
    pick_kb=2,
    plan_kb=20,
    plan_rows=20,
    night_mb=500,
    board_kb=0.1,
)
FIGURES = Figures(STORE, STORE, ProfileFigures(250, 3, 600, 800), ProfileFigures(10, 1, 200, 250))
CENTERS = st.builds(
    Center,
    calls=st.integers(1, 10_000_000),
    scores=st.floats(1, 40),
    share=st.floats(0.01, 1),
    days=st.integers(1, 90),
    hours=st.floats(1, 24),
)


@given(CENTERS)
def test_the_cores_and_programs_are_enough_and_one_core_fewer_is_not(center):
    for needs in needs_of(center, FIGURES):
        assert needs.alone_hours / needs.programs <= ALONE_AT_MOST * center.hours * (1 + 1e-9)
        assert needs.find_hours <= needs.cores * needs.found_in_hours * (1 + 1e-9)
        assert needs.cores == needs.programs or needs.find_hours > (needs.cores - 1) * needs.found_in_hours


@given(CENTERS)
def test_with_the_chunk_that_is_named_every_program_stays_within_its_tasks(center):
    needs = needs_of(center, FIGURES)[0]
    per_program = center.new / needs.programs / needs.chunk_needed
    assert per_program <= TASKS * (1 + 1e-9)


def test_a_thousand_calls_cost_what_their_core_hours_do():
    # found; 30 days seen to be kept; taken up; 30 days selected and drafted; 182 days gathered; a 20th of a plan
    ms = 250 + 30 * 1 + 1 + 12 * 0.05 + 30 * 12 * 0.04 + 30 * 2 * 0.5 + 182 * 12 * 0.01 + 100 / 20
    default = needs_of(Center(calls=50_000, price=3.6), FIGURES)[0]
    assert default.cost_of_1000 == pytest.approx(ms / 1000)
    assert needs_of(replace(default.center, calls=5_000_000), FIGURES)[0].cost_of_1000 == pytest.approx(ms / 1000)


def test_what_gives_way_is_named_with_the_furthest_over_its_limit_first():
    needs = needs_of(Center(calls=10_000), FIGURES)[0]
    assert breaks(needs, FIGURES) == ["memory of that process (1.3x)"]
    assert "tasks of one Prefect run (5.0x)" in breaks(needs_of(Center(calls=1_000_000), FIGURES)[0], FIGURES)
    assert breaks(needs_of(Center(calls=1000), FIGURES)[0], FIGURES) == []
    slower = replace(FIGURES, sqlite=replace(STORE, two=1))
    over = breaks(needs_of(Center(calls=10_000_000), slower)[0], slower)
    assert [one.split(" (")[0] for one in over][-2:] == ["SQLite's one writer", "a PostgreSQL like the one measured"]


def test_a_center_of_the_readers_own_is_answered_with_its_own_words():
    text = answer(FIGURES, [40_000], {"days": 7, "price": 0.06, "hours": 5.0})
    assert "days 7" in text
    assert "cores for 5 h" in text
    center = Center(calls=40_000, days=7, price=0.06, hours=5.0)
    assert costs([center], FIGURES) in text


@given(st.floats(1e-6, 1e9))
def test_a_figure_reads_back_from_the_page_as_it_was_written(value):
    assert float(written(rounded(value)).replace(",", "")) == rounded(value)
    assert rounded(value) == pytest.approx(value, rel=0.006)


def test_all_figures_read_back_from_their_tables():
    assert Figures.read(f"words\n{FIGURES.tables()}\nmore") == FIGURES


def test_writers_that_began_together_are_as_fast_as_the_last_one():
    assert chunks_a_second([Writer(4, 10.0, 12.0), Writer(4, 10.0, 14.0)]) == 2.0


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """A night of forty calls in which `fast` has found what is kept."""
    folder = tmp_path_factory.mktemp("scale")
    world = write_world(folder, 40)
    url, found = f"sqlite:///{folder}/night.db", folder / "found.db"
    take_up(f"sqlite:///{found}", world)
    worker = one_worker(f"sqlite:///{found}", world, "fast", 60, 0.0)
    return world, url, found, worker, one_night(url, world, found)


@pytest.mark.slow
def test_a_night_keeps_every_pick_and_plan_once_and_sees_what_is_kept_faster_than_it_keeps_it(night):
    world, _, _, worker, done = night
    assert worker.calls == done.calls == done.rows["calls"] == 40
    assert done.rows["scores"] == 40 * SCORES_A_CALL
    assert done.rows["evidence"] == done.failures == 40 * FAILING
    assert done.rows["plans"] == done.rows["agents"] == 2
    assert done.seconds["again"] < done.seconds["chunks"]
    assert done.store_mb["chunks"] > done.store_mb["scores"] > done.store_mb["empty"]
    assert (world.folder / "reports" / f"{AS_OF.isoformat()}.html").exists()


@pytest.mark.slow
def test_a_score_of_the_half_year_takes_no_more_memory_than_some_numbers_do():
    asked = [sys.executable, "-c", "from bench.scale_child import frame_kb; print(frame_kb(500_000))"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    assert 0.02 < float(done.stdout) < 0.2


@pytest.mark.slow
def test_the_figures_of_a_night_are_its_time_and_growth_over_its_calls(night):
    *_, worker, done = night
    figures = store_figures(done, [Writer(1, 0, 1)], [Writer(1, 0, 2)], 0.1)
    assert figures.board_kb == 0.1
    assert figures.keep == pytest.approx(1000 * done.seconds["chunks"] / 40, rel=0.01)
    sum_ = figures.draft * done.failures + figures.board * done.rows["scores"] + figures.report * 2
    assert sum_ == pytest.approx(1000 * done.seconds["finish"], rel=0.02)
    assert figures.commits >= 3
    assert all(value > 0 for value in asdict(figures).values())
    assert profile_figures(worker).find == pytest.approx(1000 * worker.cpu_s / 40, rel=0.01)


@pytest.mark.slow
def test_writers_share_the_chunks_and_keep_picks_beside_those_that_are_there(night, monkeypatch):
    world, url, found, *_ = night
    monkeypatch.setattr("sys.stdin", StringIO("\n\n"))
    parts = [one_writer(url, world, found, "again", part, 2) for part in (0, 1)]
    assert [one.chunks for one in parts] == [1, 0]
