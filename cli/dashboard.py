"""verbatim dashboard: its figures over cycles and weeks, worked out again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.settings import DEFAULT_NAME

dashboard_app = typer.Typer(
    help="The dashboard's figures over cycles and weeks.", no_args_is_help=True, rich_markup_mode=None
)


@dashboard_app.callback()
def dashboard() -> None:
    """The dashboard's figures over cycles and weeks."""


@dashboard_app.command()
def refresh(
    config: Annotated[Path, typer.Option("--config", help="The program's configuration.")] = Path(DEFAULT_NAME),
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day, like 2026-11-16; today by default.")] = None,
) -> None:
    """Work the figures out again now; each night and each follow-up scoring does so by itself.

    Example: verbatim dashboard refresh --config quality/verbatim.toml
    """
    from app.wiring import open_program
    from coaching.wording import counted
    from operations.dashboard import refresh

    with open_program(config) as program:
        done = refresh(program.store, program.rubric, program.day(as_of), program.settings.timezone)
    lists = f"{done.lines['stuck']} not moved, {done.lines['clock']} on the clock, {done.lines['trend']} trends"
    typer.echo(f"{counted(done.teams, 'team')}: {lists}, as of {done.as_of.isoformat()}")
