"""verbatim plan: what the review page does, for a terminal."""

from __future__ import annotations

import getpass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.settings import DEFAULT_NAME

plan_app = typer.Typer(
    help="Look at plans and decide: approve, return, dismiss; move, cancel and follow what was approved.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """What a plan can be written as."""

    pdf = "pdf"
    md = "md"
    html = "html"


Config = Annotated[Path, typer.Option("--config", help="The program's configuration.")]
PlanId = Annotated[str, typer.Argument(help="The plan's id, or as much of it as is unique.", show_default=False)]
By = Annotated[str | None, typer.Option("--by", help="Who decides; your login name where left out.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="The day of the decision, like 2026-11-16; today by default.")
]

SHOWN = 200
"""So many plans are listed on a terminal at most."""


@plan_app.command("list")
def list_plans(
    config: Config = Path(DEFAULT_NAME),
    status: Annotated[
        str | None, typer.Option(help="draft, approved, returned, dismissed or closed; all by default.")
    ] = None,
    agent: Annotated[str | None, typer.Option(help="Only this agent's plans.")] = None,
) -> None:
    """List the plans, the most urgent first.

    Example: verbatim plan list --status draft
    """
    from app.wiring import open_program
    from cli.tables import print_plans
    from operations.review import list_plans

    with open_program(config) as program:
        found = list_plans(program.store, status=status, agent_id=agent, limit=SHOWN + 1)
    print_plans(found[:SHOWN])
    if len(found) > SHOWN:
        typer.echo(f"These are the first {SHOWN}; --status and --agent lead to the others.")


@plan_app.command()
def show(plan: PlanId, config: Config = Path(DEFAULT_NAME)) -> None:
    """Show a plan with its quotes, practice and dates.

    Example: verbatim plan show p-3f9c
    """
    from app.wiring import open_program
    from cli.tables import print_cycles, print_markdown, print_rows
    from coaching.accountability import account_rows, practice_rows
    from coaching.markdown import plan_markdown
    from operations.follow_up import accounts_of_plan
    from operations.practice import sessions_of
    from operations.review import find_plan

    with open_program(config) as program:
        found = find_plan(program.store, plan)
        print_markdown(plan_markdown(found))
        print_rows(practice_rows(sessions_of(program.store, found.plan_id)), "Practice done")
        print_cycles(account_rows(accounts_of_plan(program.store, found.plan_id)), "Followed up")


@plan_app.command()
def approve(
    plan: PlanId,
    config: Config = Path(DEFAULT_NAME),
    by: By = None,
    reason: Annotated[str | None, typer.Option(help="Needed where an item has no quote.")] = None,
    as_of: AsOf = None,
) -> None:
    """Approve a plan: it is assigned, and its follow-up scoring date is fixed.

    Example: verbatim plan approve p-3f9c --by ines.duarte
    """
    from app.wiring import open_program
    from operations.review import approve_plan

    with open_program(config) as program:
        decision = program.decision(by or getpass.getuser(), reason, as_of)
        approved = approve_plan(program.store, plan, decision, program.settings.plan.rules())
        typer.echo(f"approved {approved.plan_id}: new calls are scored on {approved.follow_up_on.isoformat()}")


@plan_app.command("return")
def send_back(
    plan: PlanId,
    reason: Annotated[str, typer.Option(help="What should be different.", show_default=False)],
    config: Config = Path(DEFAULT_NAME),
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Send a plan back. It stays as it is until new failures change it, or until you approve or dismiss it.

    Example: verbatim plan return p-3f9c --reason "The quote is from a test call."
    """
    from app.wiring import open_program
    from operations.review import return_plan

    with open_program(config) as program:
        done = return_plan(program.store, plan, program.decision(by or getpass.getuser(), reason, as_of))
        typer.echo(f"returned {done.plan_id}")


@plan_app.command()
def dismiss(
    plan: PlanId,
    reason: Annotated[str, typer.Option(help="Why nothing is to be done.", show_default=False)],
    config: Config = Path(DEFAULT_NAME),
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Dismiss a plan. Its failures are not planned again; new ones may be.

    Example: verbatim plan dismiss p-3f9c --reason "On leave until January."
    """
    from app.wiring import open_program
    from operations.review import dismiss_plan

    with open_program(config) as program:
        done = dismiss_plan(program.store, plan, program.decision(by or getpass.getuser(), reason, as_of))
        typer.echo(f"dismissed {done.plan_id}")


@plan_app.command()
def document(
    plan: PlanId,
    format: Annotated[Format, typer.Option(help="pdf, md or html.")] = Format.pdf,
    out: Annotated[
        Path | None, typer.Option(help="Where it goes; a file named by the plan's date, in this folder, by default.")
    ] = None,
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """Write a plan as a document: PDF for paper, Markdown, or a page of its own. Private data is masked as configured.

    Example: verbatim plan document p-3f9c --format pdf --out plan.pdf
    """
    from app.wiring import open_program
    from operations.document import document_name, keep_document, write_document
    from operations.review import find_plan

    with open_program(config) as program:
        found, settings = find_plan(program.store, plan), program.settings
        scale = (program.rubric.scale.min, program.rubric.scale.max)
        written = write_document(
            found, format.value, settings.program.name, scale=scale, redacted=settings.report.redact
        )
        path = out or Path(document_name(found, format.value))
        keep_document(path, written)
    typer.echo(f"wrote {path}")


@plan_app.command()
def link(
    plan: PlanId,
    config: Config = Path(DEFAULT_NAME),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the page is served.")] = 8080,
) -> None:
    """Print a link that shows a plan to its agent, and nothing else. It is shown this once, and works for some days.

    Example: verbatim plan link p-3f9c
    """
    from app.entry import plan_address
    from app.wiring import open_program
    from operations.review import find_plan

    with open_program(config) as program:
        address, until = plan_address(program, find_plan(program.store, plan), port)
    typer.echo(f"For the agent alone, until {until:%H:%M} on {until:%Y-%m-%d}; it is not shown again:")
    typer.echo(address)
