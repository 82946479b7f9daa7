"""Running a night from the terminal, and saying how it went."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from app.log_settings import LogSettings
    from operations.night import NightResult


def run_and_show(config: Path, as_of: str | None) -> int:
    """Run the nightly flow once, show its plans as a table and the path of the report; the exit status."""
    from app.wiring import open_program
    from cli.tables import print_night
    from operations.leasing import look_at
    from operations.night_lease import unit_of_night

    with open_program(config) as program:
        look_at(program.store, unit_of_night(program.day(as_of)))  # before Prefect, which takes half a minute to start
        log = program.settings.log
        home = program.settings.resolve(program.settings.schedule.prefect_home)
    result = _run_flow(config, as_of, home, log)
    print_night(result.report)
    typer.echo(f"Report: {_short(result.report_path)}")
    return last_line(result.set_aside, result.report_path)


def last_line(set_aside: int, where: Path | None) -> int:
    """The exit status: 1 where records were set aside, with a last line that says how many and where they are."""
    if not set_aside:
        return 0
    noun = "record" if set_aside == 1 else "records"
    typer.echo(f"Set aside: {set_aside} {noun}, listed with file, line and reason in {_short(where) if where else '-'}")
    return 1


def _short(path: Path) -> Path:
    """The path from here where it is below here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _run_flow(config: Path, as_of: str | None, home: Path, log: LogSettings) -> NightResult:
    from app.telemetry import set_up_telemetry
    from flows.home import settle_prefect

    settle_prefect(home)
    from flows.nightly import nightly

    logging.getLogger("prefect").setLevel(logging.ERROR)
    set_up_telemetry(log)
    state: Any = nightly(str(config.absolute()), as_of, return_state=True)
    result: NightResult = state.result()
    return result
