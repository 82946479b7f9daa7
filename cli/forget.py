"""verbatim forget: take the words of a call, an agent or a customer out of the store; the figures stay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME
from nlp.errors import WrongInput

if TYPE_CHECKING:
    from app.wiring import Program
    from operations.forget import Forgotten
    from store.remembering import Kind


class OneOf(WrongInput):
    """Not exactly one of call, agent and customer was named."""

    def __init__(self) -> None:
        super().__init__("name one of --call, --agent and --customer")


def forget(
    call: Annotated[str | None, typer.Option(help="A call's id.")] = None,
    agent: Annotated[str | None, typer.Option(help="An agent's id: all of the agent's calls, and the name.")] = None,
    customer: Annotated[
        str | None, typer.Option(help="A customer's id, as customer_id of the calls' metadata has it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Annotated[Path, typer.Option("--config", help="The program's configuration.")] = Path(DEFAULT_NAME),
) -> None:
    """Take words out of the store and the reports for good; it shows what goes, and asks. Figures stay.

    What was exported, delivered, backed up or printed before is out of its reach, and it says so.

    Example: verbatim forget --call c-1042
    """
    from app.entry import login_name, right_now
    from app.wiring import open_program
    from operations.forget import forget_one, preview

    kind, name = _asked(call, agent, customer)
    with open_program(config) as program:
        reports, now = program.settings.resolve(program.settings.report.folder), right_now(program)
        _show(preview(program.store, kind, name, reports, now), "without words")
        if program.vectors is not None and program.vectors.exists():
            typer.echo(f"All vectors of sentences go as well, whoever said them: {program.vectors}")
        _show_out_of_reach(program)
        if not yes and not typer.confirm("This cannot be taken back. Forget?"):
            typer.echo("nothing was changed")
            return
        done = forget_one(program.store, kind, name, reports, now, login_name(), program.vectors)
    typer.echo(f"forgotten: {kind} {name}, {sum(done.rows.values()):,} rows, {len(done.files):,} files")


def _asked(call: str | None, agent: str | None, customer: str | None) -> tuple[Kind, str]:
    named: list[tuple[Kind, str | None]] = [("call", call), ("agent", agent), ("customer", customer)]
    given = [(kind, name) for kind, name in named if name]
    if len(given) != 1:
        raise OneOf
    return given[0]


def _show(found: Forgotten, what: str) -> None:
    from cli.tables import print_rows
    from coaching.showing import visible
    from coaching.wording import counted

    typer.echo(f"{found.kind} {visible(found.name)}: {counted(found.calls, 'call')} {what}:")
    rows = [{"kept in": name, "rows": f"{count:,}"} for name, count in found.rows.items()]
    rows += [{"kept in": f"report {visible(path.name)}", "rows": "removed"} for path in found.files]
    print_rows(rows, "", empty="Nothing is left to forget; it stays remembered as forgotten.")


def _show_out_of_reach(program: Program) -> None:
    settings = program.settings
    inputs = [settings.input.calls, settings.input.scores, settings.input.agents, settings.input.flags]
    named = ", ".join(str(settings.resolve(one)) for one in inputs if one)
    typer.echo("Not in reach, to be seen to by you:")
    typer.echo(f"  the inputs, which may have the words still (a night leaves them out): {named}")
    typer.echo("  exports, documents, backups, and what webhooks and adapters have told others")
    typer.echo(f"  what Prefect keeps of its runs: {settings.resolve(settings.schedule.prefect_home)}")
