"""docs/scale.md: its figures and tables are written by bench.scale, the words around them by people."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.page import table, write_section
from bench.scale_arithmetic import Center, breaks, needs_of
from bench.scale_child import AGAIN, BOARD, CALLS, CHUNKS, DRAFT, FINISH, SCORES, SELECT, Night, Worker
from bench.scale_figures import Figures, rounded, written
from bench.scale_picture import PICTURE, drawing

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
TITLE = "# What a night of a large center takes\n"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
GROWTH = {
    "take": CALLS,
    "score": SCORES,
    "select": SELECT,
    "keep": CHUNKS,
    "again": AGAIN,
    "draft": DRAFT,
    "board": BOARD,
}
"""The steps of a night by the figures that come of them."""
MEASURED = """Written by `python -m bench.scale --write` on {cores} cores (load {load:.1f} at the end), from nights of
{small:,} and {large:,} simulated calls: half spoken and half typed, 26 turns on average, 30 % of sentences said before,
12 scores of which 2 fail, 20 calls an agent. Milliseconds are by the clock in one process, its database on the same
machine; those of finding evidence are of the processor, of a worker that found {default:,} calls with `default` and one
that found {fast:,} with `fast`, both on SQLite. A store's figures are those of the larger night.

"""


def write_page(
    figures: Figures, nights: Mapping[str, tuple[Night, Night]], workers: Sequence[Worker], load: float
) -> None:
    """Every section that is measured or worked out, and the picture; the words between them stay."""
    small, large = nights["SQLite"]
    found = {one.profile: one.calls for one in workers}
    head = MEASURED.format(cores=os.cpu_count(), load=load, small=small.calls, large=large.calls, **found)
    write_section("measured", head + figures.tables(), PAGE, TITLE)
    write_section("growth", growth(nights), PAGE)
    for name, text in worked_out(figures).items():
        write_section(name, text, PAGE)
    PICTURE.write_text(drawing(figures), encoding="utf-8")


def worked_out(figures: Figures) -> dict[str, str]:
    """The sections that follow from the figures alone, by name."""
    centers = [Center(calls=calls) for calls in SIZES]
    return {
        "cost": costs(centers, figures),
        "store": store_load(centers, figures),
        "breaks": what_breaks(centers, figures),
    }


def answer(figures: Figures, calls: Sequence[int] | None, settings: Mapping[str, Any]) -> str:
    """The same tables for a center of the reader's own."""
    centers = [replace(Center(calls=one), **settings) for one in calls or SIZES]
    parts = [costs(centers, figures), store_load(centers, figures), what_breaks(centers, figures)]
    return "\n".join([f"Assumed: {_assumed(centers[0])}\n", *parts])


def costs(centers: Sequence[Center], figures: Figures) -> str:
    """Core hours, cores, memory and cost, by size and profile."""
    rows = []
    for center in centers:
        for profile, needs in zip(("default", "fast"), needs_of(center, figures), strict=True):
            rows.append(
                [
                    f"{center.calls:,}, `{profile}`",
                    _three(needs.find_hours),
                    _three(needs.core_hours),
                    f"{needs.programs:,}",
                    f"{needs.cores:,}",
                    f"{needs.workers:,}",
                    _three(needs.memory_gb),
                    _three(needs.cost_of_1000),
                ]
            )
    head = ["calls a night", "core hours, workers", "core hours, all", "programs", f"cores for {centers[0].hours:g} h"]
    return table([*head, "workers of 2 cores", "memory, GB", "cost of 1,000 calls"], rows)


def store_load(centers: Sequence[Center], figures: Figures) -> str:
    """What the store has to bear."""
    rows = []
    for center in centers:
        needs = needs_of(center, figures)[0]
        sizes = (needs.rows_a_second, needs.commits_a_second, needs.chunks_a_second)
        rows.append(
            [
                f"{center.calls:,}",
                *(_three(one) for one in sizes),
                _three(needs.night_gb),
                _three(365 * needs.night_gb),
                _three(needs.network_gb),
            ]
        )
    head = ["calls a night", "rows a second", "transactions a second", "new chunks a second", "GB a night"]
    return table([*head, "GB a year", "network, GB a night"], rows)


def what_breaks(centers: Sequence[Center], figures: Figures) -> str:
    """How long one process is at work alone, and what gives way, the furthest over its limit first."""
    rows = []
    for center in centers:
        needs = needs_of(center, figures)[0]
        broken = breaks(needs, figures)
        rows.append(
            [
                f"{center.calls:,}",
                _three(needs.take_hours),
                _three(needs.select_hours),
                _three(needs.draft_hours),
                f"{needs.tasks:,}",
                f"{needs.programs:,}; chunks of {needs.chunk_needed:,}",
                "; ".join(broken) or "nothing",
            ]
        )
    head = ["calls a night", "hours to take up", "to select", "to draft and report", "tasks of one run"]
    return table([*head, "programs that bear it", "as one program, what gives way"], rows)


def growth(nights: Mapping[str, tuple[Night, Night]]) -> str:
    """Whether a step costs more by call where there are more calls: 1.0 is flat."""
    rows = []
    for figure in (*GROWTH, "report"):
        rows.append([f"`{figure}`", *(f"{_ratio(figure, *pair):.2f}" for pair in nights.values())])
    small, large = next(iter(nights.values()))
    head = f"time by call at {large.calls:,} calls, in times of that at {small.calls:,}"
    return table([head, *nights], rows)


def _ratio(figure: str, small: Night, large: Night) -> float:
    return (_seconds(figure, large) / large.calls) / (_seconds(figure, small) / small.calls)


def _seconds(figure: str, of: Night) -> float:
    return (
        of.seconds[GROWTH[figure]] if figure in GROWTH else of.seconds[FINISH] - of.seconds[DRAFT] - of.seconds[BOARD]
    )


def _three(value: float) -> str:
    return written(rounded(value))


def _assumed(center: Center) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in asdict(center).items() if name != "calls")
