"""Verdicts against a known truth: how often "moved" is said where nothing changed, and how many effects are seen.

Agents are drawn with a true mean each, scored before, picked for low scores as coaching picks them, given a true
effect, and scored after. What is measured is ``coaching.movement`` alone, on tens of thousands of agents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from bench.page import table
from coaching.movement import Measured, Movement, MovementRules, measure_movement
from coaching.spread import TeamSpread, estimate_spread
from operations.comparing_machine import AGENTS, SIDE, TEAM_MATE

Points = NDArray[np.float64]
Scale = Callable[[np.random.Generator, Points, Points, int], Points]
"""(random, true means, spreads, calls) to scores, an agent a row."""

MAY_BE_FALSE = 10.0
"""Of a hundred verdicts where nothing changed, so many may be "moved"."""

MANY = 1000
"""From so many verdicts on, a share is taken as it is; of fewer, chance may lift it over what is allowed."""

EFFECTS = (0, 10, 20)
CALLS_AFTER = (5, 10, 30)
MEAN, THRESHOLD = 70.0, 60.0
HIGHEST = 97.0
"""A true mean that an effect would lift over this is not followed: there is no room left to see it in."""


def on_points(random: np.random.Generator, true: Points, spread: Points, calls: int) -> Points:
    """Whole points, 0 to 100."""
    drawn = true[:, None] + spread[:, None] * random.standard_normal((len(true), calls))
    return np.clip(np.round(drawn), 0, 100)


def in_quarters(random: np.random.Generator, true: Points, spread: Points, calls: int) -> Points:
    """0, 25, 50, 75 or 100."""
    return np.clip(np.round(on_points(random, true, spread, calls) / 25) * 25, 0, 100)


def with_bad_days(random: np.random.Generator, true: Points, spread: Points, calls: int) -> Points:
    """Mostly a little over the mean, now and then far under it."""
    drawn = true[:, None] + spread[:, None] * (1 - random.exponential(size=(len(true), calls)))
    return np.clip(np.round(drawn), 0, 100)


def pass_or_fail(random: np.random.Generator, true: Points, spread: Points, calls: int) -> Points:
    """0 or 100, the true mean being the chance to pass in percent."""
    return np.where(random.random((len(true), calls)) * 100 < true[:, None], 100.0, 0.0)


@dataclass(frozen=True)
class Situation:
    """How a team is scored and picked. ``between``: spread of the true means; ``before``: calls of the 30 days.

    ``drawn``: the team is known by a few drawn calls of some of its agents alone, as where the machine scores.
    """

    title: str
    scale: Scale
    before: int
    picked: str = "newest"
    team: int = 20
    between: float = 8.0
    within: float = 16.0
    drawn: bool = False


SITUATIONS = (
    Situation("points, picked for the newest score, 12 calls before", on_points, 12),
    Situation("the same, 3 calls before", on_points, 3),
    Situation("the same, 30 calls before", on_points, 30),
    Situation("points, lowest quarter of 200", on_points, 12, "quarter", team=200),
    Situation("points, agents far apart", on_points, 12, between=14.0),
    Situation("points, a team of 4", on_points, 12, team=4),
    Situation("points, no team", on_points, 12, team=1),
    Situation("steps of 25", in_quarters, 12),
    Situation("good with bad days", with_bad_days, 12),
    Situation("pass or fail", pass_or_fail, 12, between=12.0),
    Situation("pass or fail, lowest quarter of 200", pass_or_fail, 12, "quarter", team=200, between=12.0),
    Situation("points by machine, 30 drawn calls before, few of the team", on_points, SIDE.wanted, drawn=True),
)


@dataclass(frozen=True)
class Cell:
    """Verdicts of one situation, effect and number of calls, and how often the interval held the true effect."""

    verdicts: Counter[str]
    held: int

    @property
    def agents(self) -> int:
        return sum(self.verdicts.values())

    def share(self, verdict: str) -> float:
        """Of a hundred agents, how many got this verdict."""
        return 100 * self.verdicts[verdict] / self.agents


def cell(
    situation: Situation, effect: float, after: int, rules: MovementRules, wanted: int, seed: tuple[int, ...]
) -> Cell:
    """At least ``wanted`` picked agents, each followed once."""
    random = np.random.default_rng(seed)
    verdicts: Counter[str] = Counter()
    held = 0
    while sum(verdicts.values()) < wanted:
        for found in _follow_teams(situation, effect, after, rules, random):
            verdicts[found.verdict] += 1
            held += _holds(found, effect)
    return Cell(verdicts, held)


def _follow_teams(
    situation: Situation, effect: float, after: int, rules: MovementRules, random: np.random.Generator
) -> Iterator[Movement]:
    """One team's picked agents, or a hundred single agents where there is no team."""
    size = situation.team if situation.team > 1 else 100
    true = np.clip(MEAN + situation.between * random.standard_normal(size), 5, HIGHEST)
    spread = situation.within * np.exp(0.25 * random.standard_normal(size))
    before = situation.scale(random, true, spread, situation.before)
    known = before
    if situation.drawn:
        known = before[:AGENTS, random.permutation(situation.before)[: TEAM_MATE.wanted]]
    team = estimate_spread({str(n): list(map(float, row)) for n, row in enumerate(known)})
    picked = np.flatnonzero(_picked(situation, before) & (true + effect <= HIGHEST))
    later = situation.scale(random, true[picked] + effect, spread[picked], after)
    for agent, scores in zip(picked, later, strict=True):
        yield _measure(before[agent], scores, rules, team if situation.team > 1 else None)


def _picked(situation: Situation, before: Points) -> NDArray[np.bool_]:
    if situation.picked == "quarter":
        means = before.mean(axis=1)
        return np.asarray(means <= np.quantile(means, 0.25))
    return np.asarray(before[:, -1] < THRESHOLD)


def _measure(before: Points, after: Points, rules: MovementRules, spread: TeamSpread | None) -> Movement:
    of = Measured(
        criterion_id="c", rubric_id="r", rubric_version=1, threshold=THRESHOLD, triggering_score=float(before[-1])
    )
    scores = list(map(float, before)), list(map(float, after))
    return measure_movement(of, *scores, rules=rules, picked_for=of.triggering_score, spread=spread)


def _holds(found: Movement, effect: float) -> bool:
    by_itself = found.by_regression or 0.0
    return found.low is not None and found.high is not None and found.low <= effect + by_itself <= found.high


def false_too_often(verdicts: Counter[str]) -> bool:
    """Whether "moved" is more often among these verdicts than it may be; of few verdicts, more than chance explains."""
    moved, total = verdicts["moved"], sum(verdicts.values())
    if 100 * moved <= MAY_BE_FALSE * total:
        return False
    return total >= MANY or bool(binomtest(moved, total, MAY_BE_FALSE / 100, "greater").pvalue < 0.05)


@dataclass(frozen=True)
class VerdictTable:
    """Every cell by situation, effect and calls after; and the same by the plain delta, for the first situation."""

    cells: dict[tuple[str, int, int], Cell]
    by_delta: dict[tuple[int, int], Cell]

    def unchanged(self) -> Iterator[tuple[str, Counter[str]]]:
        """Where nothing changed: in which situation, after how many calls, and the verdicts."""
        for (title, effect, calls), one in self.cells.items():
            if effect == 0:
                yield f"{title}, {calls} calls after", one.verdicts

    def markdown(self) -> str:
        """Of a hundred agents, how many "moved" is said of; and the first situation's other verdicts."""
        head = ["how agents are scored and picked"]
        head += [f"{_named(effect)}: {calls}" for effect in EFFECTS for calls in CALLS_AFTER]
        rows = [
            [one.title, *(f"{self.cells[one.title, e, n].share('moved'):.1f}" for e in EFFECTS for n in CALLS_AFTER)]
            for one in SITUATIONS
        ]
        plain = [f"{self.by_delta[e, n].share('moved'):.1f}" for e in EFFECTS for n in CALLS_AFTER]
        return table(head, [*rows, ["the first, by the plain delta of 5 points", *plain]])

    def other_verdicts(self) -> str:
        """Of a hundred agents of the first situation, how many have not moved, and how often the interval is right."""
        title = SITUATIONS[0].title
        cells = [((e, n), self.cells[title, e, n]) for e in EFFECTS for n in CALLS_AFTER]
        return table(
            ["true effect, calls after", "moved", "within noise", "not moved", "interval holds the effect"],
            [
                [
                    f"{_named(e)}, {n}",
                    *(f"{one.share(v):.1f}" for v in ("moved", "within_noise", "not_moved")),
                    f"{100 * one.held / one.agents:.1f}",
                ]
                for (e, n), one in cells
            ],
        )


def measure_verdicts(seed: int, wanted: int) -> VerdictTable:
    """The table, with at least ``wanted`` agents in each cell."""
    by_interval, by_delta = MovementRules(), MovementRules(by="delta")
    pairs = [(effect, calls) for effect in EFFECTS for calls in CALLS_AFTER]
    cells = {
        (one.title, effect, calls): cell(one, effect, calls, by_interval, wanted, (seed, n, effect, calls))
        for n, one in enumerate(SITUATIONS)
        for effect, calls in pairs
    }
    plain = {(e, n): cell(SITUATIONS[0], e, n, by_delta, wanted, (seed, 99, e, n)) for e, n in pairs}
    return VerdictTable(cells, plain)


def _named(effect: int) -> str:
    return f"{effect} points" if effect else "nothing changed"
