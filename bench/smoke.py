"""A guard for CI: has `locate` lost a third against the plain loop, beside what was recorded?

Ratios of one run alone, so that a slow machine fails nobody: processes take turns, and what is compared is the time of
a call. A turn is short and there are many, so that a moment of noise spoils one pair and not the median; `fast` gets
more calls in its turn, or it would be over before it could be timed. A profile whose median ratio is more than a third
over the recorded one ends it with status 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.speed import Bench, Kind, Turn
from bench.speed_child import LOOP
from bench.speed_tables import PROFILES

RECORDED = Path(__file__).parent / "smoke.json"
CALLS, TURNS, KIND = 16, 5, Kind(0.3, 2)
MORE = {"fast": 6}
"""Times the calls that a profile gets in its turn."""
LOSS = 4 / 3
"""Times the recorded ratio from which a third is lost."""
AGAIN = 5
"""Turns more before a loss counts: the first ones may have had a bad moment."""


class Verdict(NamedTuple):
    """What a profile took, in times of the loop's, and what it took when that was recorded."""

    profile: str
    ratio: float
    recorded: float

    @property
    def lost(self) -> bool:
        return self.ratio > LOSS * self.recorded

    def line(self) -> str:
        """For a terminal."""
        said = "lost a third" if self.lost else "holds"
        return f"{self.profile}: {self.ratio:.2f} times the plain loop's time, recorded {self.recorded:.2f}: {said}"


def measured(turns: int) -> dict[str, list[float]]:
    """The ratios of each profile, turn by turn."""
    with ExitStack() as stack:
        benches = {method: Bench(stack, (method,)) for method in (LOOP, *PROFILES)}
        done = [
            {method: bench.turn(CALLS * MORE.get(method, 1), KIND) for method, bench in benches.items()}
            for _ in range(turns)
        ]
    return {profile: [_a_call(turn, profile) / _a_call(turn, LOOP) for turn in done] for profile in PROFILES}


def _a_call(turn: dict[str, Turn], method: str) -> float:
    """Seconds of a call."""
    return turn[method].done[method].seconds / turn[method].calls


def verdicts(ratios: dict[str, list[float]], recorded: dict[str, float]) -> list[Verdict]:
    """Each profile's median ratio beside the recorded one."""
    return [Verdict(profile, median(found), recorded[profile]) for profile, found in ratios.items()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write what is measured as what is to be held")
    given = parser.parse_args()
    if given.record:
        found = {profile: round(median(one), 3) for profile, one in measured(TURNS + AGAIN).items()}
        RECORDED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(found)
        return 0
    recorded: dict[str, float] = json.loads(RECORDED.read_text(encoding="utf-8"))
    ratios = measured(TURNS)
    if any(one.lost for one in verdicts(ratios, recorded)):
        more = measured(AGAIN)
        ratios = {profile: found + more[profile] for profile, found in ratios.items()}
    seen = verdicts(ratios, recorded)
    print("\n".join(one.line() for one in seen))
    return 1 if any(one.lost for one in seen) else 0


if __name__ == "__main__":
    sys.exit(main())
