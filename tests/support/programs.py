"""A small program on disk for tests: the sample company, or a part of it, and the settings to run it."""

from __future__ import annotations

from pathlib import Path

from app.wiring import Program, open_program
from operations.night import NightResult, run_night
from operations.start import copy_sample

NIGHT = "2026-11-16"


def sample_program(folder: Path) -> Path:
    """The sample company in ``folder``; its configuration."""
    return copy_sample(folder)


def run_sample(config: Path, day: str = NIGHT, run_id: str = "r-1") -> NightResult:
    """One night of it, in this process and without Prefect."""
    with open_program(config) as program:
        return run_night(program.night_work(), program.day(day), run_id)


def rows_of(config: Path) -> dict[str, list[tuple[object, ...]]]:
    """What two equal nights have in common."""
    from store.snapshot import snapshot

    with open_program(config) as program, program.store.read() as session:
        return snapshot(session)


__all__ = ["NIGHT", "Program", "open_program", "rows_of", "run_sample", "sample_program"]
