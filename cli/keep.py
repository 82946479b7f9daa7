"""verbatim keep: let go what was kept for as long as the settings say, or show what would go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from operations.keeping import Kept, Kind

WORDS: dict[Kind, str] = {
    "calls": "words of calls",
    "deliveries": "deliveries",
    "events": "events",
    "sessions": "sessions that ended",
    "links": "links that ended or were used",
    "set_aside": "records set aside",
    "runs": "runs",
}


def keep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, and change nothing.")] = False,
    config: Annotated[Path, typer.Option("--config", help="The program's configuration.")] = Path(DEFAULT_NAME),
) -> None:
    """Let go what was kept for as many days as [keeping] of the configuration says. Each night does it at its end.

    What has no days there is kept for good; the audit trail always is.

    Example: verbatim keep --dry-run
    """
    from app.entry import login_name, right_now
    from app.wiring import open_program
    from operations import keeping

    with open_program(config) as program:
        rules, now = program.keeping_rules(), right_now(program)
        if dry_run:
            _show(keeping.would_go(program.store, rules, now), "would go")
            return
        _show(keeping.keep(program.store, rules, now, login_name()), "went")


def _show(kept: Kept, what: str) -> None:
    from cli.tables import print_rows

    rows = [
        {"kind": WORDS[one.kind], "days": "for good" if one.days is None else f"{one.days:,}", what: f"{one.count:,}"}
        for one in kept.retired
    ]
    print_rows(rows, "")
    if kept.files:
        typer.echo(f"reports that named such a call, removed: {kept.files:,}")
