"""verbatim watch: whether the night ran and all is told, for a person, a timer or a monitoring system."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from app.watching import Look

ALARM = 1


def watch(
    config: Annotated[Path, typer.Option("--config", help="The program's configuration.")] = Path(DEFAULT_NAME),
    tell: Annotated[bool, typer.Option(help="Tell of alarms as [watch] of the configuration says.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each alarm.")] = False,
) -> None:
    """Say whether the last night ran, what is late, and what was given up; exit status 1 where somebody is needed.

    Example: verbatim watch --config quality/verbatim.toml
    """
    from app.settings import load_settings
    from app.watching import look

    found = look(config, telling=tell)
    if as_json:
        name, at = load_settings(config).program.name, datetime.now(UTC)
        for alarm in found.alarms:
            typer.echo(json.dumps(alarm.as_told(name, at)))
    else:
        _show(found)
    for problem in found.not_told:
        typer.echo(f"verbatim: {problem}", err=True)
    raise typer.Exit(ALARM if found.alarms or found.not_told else 0)


def _show(found: Look) -> None:
    from coaching.showing import visible

    for alarm in found.alarms:
        typer.echo(f"ALARM {alarm.kind}: {visible(alarm.said)}")
    if found.standing is None:
        return
    figures = found.standing.figures
    done = figures.nights.done_at
    typer.echo(f"Last night done: {done:%Y-%m-%d %H:%M} UTC" if done else "Last night done: never")
    typer.echo(f"Follow-ups due: {figures.promises.due}, {figures.promises.late} of them late")
    typer.echo(f"Plans that wait for a supervisor: {figures.drafts.waiting}")
    waiting = sum(number for (_, state), number in figures.deliveries.items() if state == "waiting")
    typer.echo(f"Events to be told: {waiting}")
