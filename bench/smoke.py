"""A guard for CI: has `locate` lost a third against the plain loop, beside what was recorded?

Ratios of one run alone, so that a slow machine fails nobody: the times of two processes that take turns on the same
calls. A profile whose median ratio is more than a third over the recorded one ends it with status 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.speed import Bench, Kind
from bench.speed_child import LOOP
from bench.speed_tables import PROFILES

RECORDED = Path(__file__).parent / "smoke.json"
CALLS, TURNS, KIND = 40, 3, Kind(0.3, 2)
LOSS = 4 / 3
"""Times the recorded ratio from which a third is lost."""
AGAIN = 3
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
        bench = Bench(stack, (LOOP, *PROFILES))
        done = [bench.turn(CALLS, KIND) for _ in range(turns)]
    return {profile: [turn.ratio(profile) for turn in done] for profile in PROFILES}


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
