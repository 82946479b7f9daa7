"""What the bench of flat nights measures, and what it makes of it."""

import pytest

from bench.night_flat import NightRun, Step, Told, forget_peak, keep, kept, page, peak_mb
from bench.scale_world import rubric
from bench.speed_calls import Wanted, failing, generate
from rubric.score import Score
from rubric.trigger import failing_scores

MB = 1_000_000


def test_a_peak_is_seen_after_it_and_forgotten_for_the_next_step():
    forget_peak()
    before = peak_mb()
    held = bytearray(b"x") * (60 * MB)
    del held
    assert peak_mb() > before + 50
    forget_peak()
    assert peak_mb() < before + 50


def test_what_is_told_is_a_slice_of_the_call_for_every_failure():
    wanted = Wanted(calls=5, seed=3, failing=4)
    for number, call in enumerate(generate(wanted)):
        scores = [Score(call_id=call.call_id, criterion_id=name, score=20) for name in failing(wanted, number)]
        picks = Told().find(call, failing_scores(scores, rubric()), rubric())
        for pick in picks:
            pick.verify(call)
        assert [one.criterion_id for one in picks] == failing(wanted, number)


def test_runs_are_kept_once_each_and_shown_beside_the_shortest(tmp_path):
    path = tmp_path / "runs.json"
    keep(a_run(1000, 2.0, 300), path)
    keep(a_run(10_000, 9.0, 400), path)
    keep(a_run(10_000, 22.0, 330), path)
    runs = kept(path)
    assert [one.calls for one in runs] == [1000, 10_000]
    rows = page(runs).splitlines()
    assert "+10.0%" in rows[3]
    assert rows[3].count("+10.0%") == 2
    assert runs[1].cpu_ms_a_call() == pytest.approx(2.2)


def a_run(calls, cpu_s, peak):
    """A night of which only drafting took anything."""
    names = ["ingest", "select", "locate_chunk", "take_up_missed", "wind_clock", "make_report", "write_report"]
    steps = dict.fromkeys([*names, "refresh_dashboard"], Step(0, 0, 200)) | {"draft_plans": Step(1, cpu_s, peak)}
    return NightRun("sqlite", "told", calls, 190, steps, 1.0)
