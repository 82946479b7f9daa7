"""From measured figures to what a night of any size takes. Every formula is a line, and the page spells it out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.scale_figures import Figures, ProfileFigures, StoreFigures
from bench.scale_world import CALLS_AN_AGENT, FAILING, SCORES_A_CALL
from coaching.across import WEEKS

HOUR_MS, HOUR_S = 3_600_000, 3600
CORES_A_WORKER = 2
ALONE_AT_MOST = 1 / 3
"""The part of a night that its one process may have for itself, before and after the workers."""

COMPARED_DAYS = 7 * WEEKS
TASKS = 2000
"""Tasks of one run that a server of Prefect's own is known to bear."""

NIGHT_MB = 2000
"""Memory of the night's process from which a program is better split."""


@dataclass(frozen=True)
class Center:
    """A contact center, as assumed: what it scores a call, how much of it fails, and what a night may take.

    ``share`` is that of calls with a failing score, ``days`` how many are looked back on, ``price`` that of a core for
    an hour.
    """

    calls: int
    scores: float = SCORES_A_CALL
    share: float = 1.0
    failures: float = FAILING
    days: int = 30
    calls_an_agent: float = CALLS_AN_AGENT
    chunk: int = 100
    hours: float = 6.0
    price: float = 0.05

    @property
    def new(self) -> float:
        """The night's calls with failures."""
        return self.calls * self.share

    @property
    def looked_back(self) -> float:
        """Calls with failures of all the days looked back on."""
        return self.calls * self.days * self.share

    @property
    def compared(self) -> float:
        """Scores of the weeks that the dashboard compares."""
        return self.calls * COMPARED_DAYS * self.scores

    @property
    def plans(self) -> float:
        return self.calls / self.calls_an_agent


@dataclass(frozen=True)
class Needs:
    """What a night of a center takes, with a profile, on a store."""

    center: Center
    store: StoreFigures
    worker: ProfileFigures

    @property
    def take_hours(self) -> float:
        """One process takes up the night's calls and scores."""
        return self.center.calls * (self.store.take + self.center.scores * self.store.score) / HOUR_MS

    @property
    def select_hours(self) -> float:
        """The same process looks at the scores of all the days looked back on, and which of their picks are kept."""
        scores = self.center.calls * self.center.days * self.center.scores
        return (scores * self.store.select + self.center.looked_back * self.store.again) / HOUR_MS

    @property
    def draft_hours(self) -> float:
        """The same process drafts plans from the failures of all these days, and writes report and dashboard.

        The scores of half a year are gathered for the section over all cycles and for the dashboard.
        """
        drafted = self.center.looked_back * self.center.failures * self.store.draft
        gathered = self.center.compared * self.store.board
        return (drafted + gathered + self.center.plans * self.store.report) / HOUR_MS

    @property
    def alone_hours(self) -> float:
        return self.take_hours + self.select_hours + self.draft_hours

    @property
    def find_hours(self) -> float:
        """Core hours of the workers: the night's calls that fail something."""
        return self.center.new * self.worker.find / HOUR_MS

    @property
    def programs(self) -> int:
        """Into how many programs it is split, so that each is done with its own process in a third of the night."""
        return max(1, math.ceil(self.alone_hours / (ALONE_AT_MOST * self.center.hours)))

    @property
    def found_in_hours(self) -> float:
        """What is left of the night for the workers."""
        return self.center.hours - self.alone_hours / self.programs

    @property
    def cores(self) -> int:
        """Of all programs together: the night's processes and the workers are not at work at once."""
        return max(self.programs, math.ceil(self.find_hours / self.found_in_hours))

    @property
    def workers(self) -> int:
        return math.ceil(self.cores / CORES_A_WORKER)

    @property
    def night_mb(self) -> float:
        """Memory of the night's process of each program."""
        return self.store.night_mb + self.center.compared / self.programs * self.store.board_kb / 1000

    @property
    def memory_gb(self) -> float:
        """Of all programs and workers together."""
        return (self.programs * self.night_mb + self.workers * self.worker.worker_mb) / 1000

    @property
    def core_hours(self) -> float:
        return self.alone_hours + self.find_hours

    @property
    def cost_of_1000(self) -> float:
        """What a thousand calls cost, in whatever the price is in."""
        return self.core_hours * self.center.price / (self.center.calls / 1000)

    @property
    def tasks(self) -> int:
        """The night's chunks: tasks of a run, where there is one program."""
        return math.ceil(self.center.new / self.center.chunk)

    @property
    def chunk_needed(self) -> int:
        """The size of chunks with which each program stays within TASKS."""
        return max(self.center.chunk, math.ceil(self.center.new / self.programs / TASKS))

    @property
    def chunks_a_second(self) -> float:
        """New chunks that are kept, while workers are at work."""
        return self.center.new / self.center.chunk / self.found_in_hours / HOUR_S

    @property
    def commits_a_second(self) -> float:
        """Transactions that write, while workers are at work; every chunk has a lease."""
        return self.center.new / self.center.chunk * self.store.commits / self.found_in_hours / HOUR_S

    @property
    def rows(self) -> float:
        """Rows that a night adds."""
        picks = self.center.share * self.center.failures
        return self.center.calls * (1 + self.center.scores + picks) + self.center.plans * self.store.plan_rows

    @property
    def rows_a_second(self) -> float:
        return self.rows / self.center.hours / HOUR_S

    @property
    def night_gb(self) -> float:
        """What a night adds to the store."""
        picks = self.center.share * self.center.failures * self.store.pick_kb
        a_call = self.store.call_kb + self.center.scores * self.store.score_kb + picks
        return (self.center.calls * a_call + self.center.plans * self.store.plan_kb) / 1e6

    @property
    def network_gb(self) -> float:
        """To and from the store: what is written, the new calls by chunk, those looked back on by draft."""
        picks = self.center.failures * self.store.pick_kb
        return self.night_gb + (self.center.new + self.center.looked_back) * (self.store.call_kb + picks) / 1e6


def needs_of(center: Center, figures: Figures) -> tuple[Needs, Needs]:
    """With `default` and with `fast`, on PostgreSQL."""
    return Needs(center, figures.postgresql, figures.default), Needs(center, figures.postgresql, figures.fast)


def breaks(needs: Needs, figures: Figures) -> list[str]:
    """What does not bear a night of that size as one program with the settings as they come, the first one first."""
    center, found = needs.center, []
    reached = needs.chunks_a_second / figures.sqlite.two
    if needs.tasks > TASKS:
        found.append((needs.tasks / TASKS, "tasks of one Prefect run"))
    if reached > 1:
        found.append((reached, "SQLite's one writer"))
    if needs.programs > 1:
        found.append((needs.alone_hours / (ALONE_AT_MOST * center.hours), "the night's one process"))
    if (held := figures.postgresql.night_mb + center.compared * figures.postgresql.board_kb / 1000) > NIGHT_MB:
        found.append((held / NIGHT_MB, "memory of that process"))
    if (share := needs.chunks_a_second / figures.postgresql.two) > 1:
        found.append((share, "a PostgreSQL like the one measured"))
    return [f"{words} ({over:,.1f}x)" for over, words in sorted(found, reverse=True)]
