"""What the bench of speed says of what it measured, and what the guard takes for a loss."""

from __future__ import annotations

import json

import pytest

from bench import smoke
from bench.speed import KINDS, Cell, Kind, Started, Turn
from bench.speed_cache import AGAIN, FIRST, NEXT, Pair
from bench.speed_cache import page as cache_page
from bench.speed_calls import SCORES
from bench.speed_child import AT_ONCE, LOOP, Done
from bench.speed_flat import Run, Sample, keep, kept
from bench.speed_flat import page as flat_page
from bench.speed_labelled import shares_of
from bench.speed_stages import STAGES
from bench.speed_start import Start, section
from bench.speed_tables import PROFILES, page


def done(seconds, failing):
    return Done(seconds, 2 * seconds, 10 * failing, 500.0, {"encode": seconds / 2, "signals": seconds / 4}, 730, 0.5)


def cell(kind, *times):
    turns = [
        Turn(10, {name: done(s, kind.failing) for name, s in zip((LOOP, AT_ONCE, *PROFILES), one, strict=True)})
        for one in times
    ]
    return Cell(kind.name, tuple(turns))


def test_the_page_pairs_the_turns_and_shows_the_median_with_its_spread():
    cells = [
        cell(KINDS[0], (1.0, 0.5, 2.0, 0.25), (2.0, 1.0, 5.0, 0.4), (1.0, 0.5, 3.0, 0.5)),
        cell(KINDS[1], (1.0, 1.0, 2.0, 0.2)),
    ]
    text = page(cells, {LOOP: Started(5.0, 640.0)})
    assert (
        "0% of sentences said before | 2.50 (2.00-3.00) | 5.00 (4.00-6.00) | 4.00 (2.00-5.00) | 2.00 (1.00-2.50) |"
        in text
    )
    assert (
        "| 2 picks a call, 0% of sentences said before | 10.0 | 20.0 | 3.3 | 25.0 | 20.0 | 40.0 | 6.7 | 50.0 |" in text
    )
    assert "| loop | 5.0 | 640 |" in text


@pytest.mark.parametrize(("owner", "method"), [stage[:2] for stage in STAGES])
def test_every_stage_that_is_timed_is_there(owner, method):
    assert callable(vars(owner)[method])


def test_a_third_more_than_recorded_is_a_loss_and_a_little_less_is_none():
    recorded = {"default": 3.0, "fast": 0.3}
    seen = smoke.verdicts({"default": [9.0, 4.1, 0.1], "fast": [0.31, 0.32, 0.33]}, recorded)
    assert [one.lost for one in seen] == [True, False]
    assert [one.lost for one in smoke.verdicts({"default": [3.9], "fast": [0.39]}, recorded)] == [False, False]
    assert "lost a third" in seen[0].line()


def test_what_the_guard_holds_is_recorded_for_every_profile():
    recorded = json.loads(smoke.RECORDED.read_text(encoding="utf-8"))
    assert set(recorded) == set(PROFILES)
    assert all(ratio > 0 for ratio in recorded.values())


def run(calls, ms, mb, turns=26):
    samples = [Sample(2 * n, n * ms / 1000, n * ms / 1000, mb(n)) for n in range(calls // 10, calls + 1, calls // 10)]
    return Run("fast", calls, max(one.mb for one in samples), tuple(samples), turns)


def test_growth_of_memory_is_its_slope_over_the_calls_and_a_flat_run_has_none():
    assert run(1000, 5, lambda n: 300 + n / 100).mb_per_1000_calls() == pytest.approx(10)
    assert run(1000, 5, lambda n: 300).mb_per_1000_calls() == pytest.approx(0, abs=1e-9)


def test_a_longer_run_stands_beside_the_shortest_of_its_kind():
    text = flat_page([run(1000, 5, lambda n: 300), run(20_000, 6, lambda n: 330), run(10_000, 1, lambda n: 400, 6)])
    assert "| `fast`, 1,000 calls of 26 turns | 0.1 | 0.0 | 5.0 | 5.0 | - | +0.0% | 300 | - | +0.00 |" in text
    assert "| 2.0 | 0.0 | 6.0 | 6.0 | +20.0% | +0.0% | 330 | +10.0% | +0.00 |" in text
    assert "| `fast`, 10,000 calls of 6 turns | 0.2 | 0.0 | 1.0 | 1.0 | - | +0.0% | 400 | - | +0.00 |" in text
    assert "`python -m bench.speed_flat --profiles fast --turns 26 --calls 1000 20000 --add --write`" in text


def test_calls_that_cost_more_at_the_end_of_a_run_show_in_its_last_tenth():
    dear = [Sample(2 * n, n, n + max(0, n - 900), 300.0) for n in range(0, 1001, 50)]
    assert Run("fast", 1000, 300.0, tuple(dear)).last_beside_second() == pytest.approx(2)


def test_runs_of_other_times_stand_in_one_table_and_the_newer_takes_the_place_of_its_like(tmp_path):
    file = tmp_path / "bench" / "runs.json"
    keep([run(20_000, 6, lambda n: 330), run(1000, 5, lambda n: 300)], file)
    newer = run(1000, 4, lambda n: 310)
    assert keep([newer], file) == kept(file) == [newer, run(20_000, 6, lambda n: 330)]


def test_a_row_says_which_calls_they_are_and_no_two_rows_are_of_the_same_kind():
    assert Kind(0.6, 2).name == "2 picks a call, 60% of sentences said before"
    assert Kind(0.0, 12, spoken=1.0).name == "12 picks a call, 0% of sentences said before, all spoken"
    assert Kind(0.0, 2, spoken=0.0).name.endswith(", all typed")
    assert len({one.name for one in KINDS}) == len(KINDS)


def test_a_profile_that_passes_no_net_has_no_bare_passes():
    free = Done(1.0, 1.0, 20, 300.0, {}, 0, 0.0)
    paid = Done(3.0, 3.0, 20, 300.0, {}, 70, 2.0)
    turn = Turn(10, {LOOP: paid, AT_ONCE: paid, "default": paid, "fast": free})
    text = page([Cell("these", (turn,))], {})
    assert "| these | 7 | 1.50 (1.50-1.50) | - |" in text


def test_every_turn_gets_labelled_calls_of_its_own_with_all_their_failures(shared, tmp_path):
    shares = shares_of(shared, turns=3, most=4)
    names = [call.call_id for share in shares for call in share.calls]
    assert len(names) == len(set(names)) == 12
    assert {label.call for label in shares[0].labels} == {call.call_id for call in shares[0].calls}
    assert shares[0].write(tmp_path) == 4
    assert len((tmp_path / SCORES).read_text(encoding="utf-8").splitlines()) == 1 + len(shares[0].labels)


def test_where_there_are_no_labelled_calls_the_row_is_left_out_with_a_word(tmp_path, capsys):
    assert shares_of(tmp_path, turns=3, most=4) == []
    assert "left out" in capsys.readouterr().out


def test_the_page_says_whether_the_help_comes_in_time():
    assert "0.3 seconds: it holds." in section([Start("`verbatim --help`", (0.2, 0.25, 0.9))])
    assert "**it does not hold**" in section([Start("`verbatim --help`", (0.2, 0.35, 0.9))])


def test_the_cache_is_held_against_the_same_night_without_it():
    def pair(night, kept, bare, texts):
        return Pair(night, Done(kept, kept, 20, 900.0, {}, texts), Done(bare, bare, 20, 900.0, {}, 500))

    pairs = [pair(FIRST, 2.2, 2.0, 500), pair(NEXT, 1.9, 2.0, 470), pair(AGAIN, 1.0, 2.0, 0)]
    pairs += [pair(FIRST, 3.0, 2.0, 500), pair(NEXT, 2.0, 2.0, 470), pair(AGAIN, 1.2, 2.0, 0)]
    text = cache_page(pairs, calls=10, count=2000, size=4_400_000)
    assert f"| {FIRST} | 50.0 | 50.0 | 1.30 (1.10-1.50) |" in text
    assert f"| {AGAIN} | 50.0 | 0.0 | 0.55 (0.50-0.60) |" in text
    assert "2.2 MB on disk for 1,000 texts." in text
