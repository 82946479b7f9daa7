"""verbatim audit: who changed what, when; and whether the trail of it is what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from store.audit import Entry

audit_app = typer.Typer(
    help="Who changed what, when, and what it was before.", no_args_is_help=True, rich_markup_mode=None
)

Config = Annotated[Path, typer.Option("--config", help="The program's configuration.")]


@audit_app.command()
def verify(
    config: Config = Path(DEFAULT_NAME),
    expect: Annotated[
        str | None, typer.Option(help="A digest that an earlier verify gave; it has to be in the trail still.")
    ] = None,
) -> None:
    """Hold every entry of the audit trail against its digest, and every plan against its last entry.

    Exit status 3 names the first one that is wrong. Keep the digest that it prints somewhere else: with --expect it
    finds a trail of which the end was cut off.

    Example: verbatim audit verify --expect 9f2c41...
    """
    from app.wiring import open_program
    from coaching.wording import counted
    from operations.audit import verify_audit

    with open_program(config) as program:
        found = verify_audit(program.store, expect)
    typer.echo(f"The trail holds: {counted(found.entries, 'entry', 'entries')}, digest {found.digest}")
    typer.echo(f"{counted(found.plans, 'plan')} as the trail says, {found.without_entry} from before there was one")


@audit_app.command("list")
def list_entries(
    config: Config = Path(DEFAULT_NAME),
    plan: Annotated[str | None, typer.Option(help="All about this plan, by as much of its id as is unique.")] = None,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many, where no plan is named.")] = 20,
) -> None:
    """Show what was changed: of one plan from its beginning, or the last entries.

    Example: verbatim audit list --plan p-3f9c
    """
    from app.wiring import open_program
    from cli.tables import print_rows
    from operations.audit import latest_entries, trail_of_plan

    with open_program(config) as program:
        found = trail_of_plan(program.store, plan) if plan else latest_entries(program.store, last)[::-1]
        rows = _rows(found, program.settings.timezone)
    print_rows(rows, "", empty="No entry yet.")


def _rows(found: Sequence[Entry], timezone: ZoneInfo) -> list[dict[str, str]]:
    from coaching.showing import visible

    return [
        {
            "place": str(one.place),
            "at": one.at.astimezone(timezone).strftime("%Y-%m-%d %H:%M:%S"),
            "by": visible(one.by),
            "what": f"{one.act} · {visible(one.subject)}",
            "changed": visible(_changed(one)),
            "made with": ", ".join(f"{name} {value}" for name, value in one.made_with.items()),
        }
        for one in found
    ]


def _changed(entry: Entry) -> str:
    from operations.audit import changed_facts

    return ", ".join(f"{name} {was}→{now}" for name, was, now in changed_facts(entry))
