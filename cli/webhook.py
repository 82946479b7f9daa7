"""verbatim webhook and verbatim deliver: who is told of events, and telling them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from operations.delivering import Sent

webhook_app = typer.Typer(
    help="Who is told of events: add, list, rotate, test, disable, enable, remove; and the log of deliveries.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Config = Annotated[Path, typer.Option("--config", help="The program's configuration.")]
EndpointName = Annotated[str, typer.Argument(metavar="NAME", help="The endpoint's name.", show_default=False)]


@webhook_app.command()
def add(
    name: EndpointName,
    url: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where events go.", show_default=False)],
    kind: Annotated[str, typer.Option(help="What it is; `verbatim webhook kinds` lists them.")] = "webhook",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A setting of its kind; may be given more than once."),
    ] = None,
    type_: Annotated[
        list[str] | None,
        typer.Option("--type", help="Only events of this type, like plan.assigned; may be given more than once."),
    ] = None,
    team: Annotated[
        list[str] | None, typer.Option(help="Only events of this team's agents; may be given more than once.")
    ] = None,
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """Tell somebody of what happens from now on. A webhook's secret, which signs what it gets, is shown this once.

    Secrets of other kinds stay in the environment: --set names the variable.

    Example: verbatim webhook add lms https://lms.example.com/verbatim --type plan.assigned --type plan.changed

    Example: verbatim webhook add talk env:TEAMS_HOOK --kind teams --team Billing
    """
    from app.entry import login_name, right_now
    from app.wiring import open_program
    from operations.endpoints import add_endpoint, new_endpoint
    from operations.webhook import hosts

    with open_program(config) as program:
        allow, by, now = hosts(program.settings.delivery.allow), login_name(), right_now(program)
        told = (name, url, type_ or (), team or ())
        made = new_endpoint(kind, *told, options=set_ or (), allow=allow, by=by, now=now)
        add_endpoint(program.store, made)
    if made.secret is None:
        typer.echo(f"added {name}; `verbatim webhook test {name}` tries it")
        return
    typer.echo(f"added {name}; its secret, for the receiver, is not shown again:")
    typer.echo(made.secret)


@webhook_app.command()
def kinds() -> None:
    """List the kinds of endpoints: what an event becomes there, an address of one, and its settings.

    Example: verbatim webhook kinds
    """
    from cli.delivery_tables import print_kinds
    from operations.adapters.kinds import KINDS

    print_kinds(KINDS)


@webhook_app.command("list")
def list_webhooks(config: Config = Path(DEFAULT_NAME)) -> None:
    """List the endpoints, what they are told of, and how many deliveries wait or were given up.

    Example: verbatim webhook list
    """
    from app.wiring import open_program
    from cli.delivery_tables import print_endpoints
    from operations.delivering import count_deliveries
    from operations.endpoints import list_endpoints

    with open_program(config) as program:
        print_endpoints(list_endpoints(program.store), count_deliveries(program.store))


@webhook_app.command()
def rotate(
    name: EndpointName,
    hours: Annotated[int, typer.Option(min=0, max=720, help="How long both secrets are valid.")] = 24,
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """Give an endpoint another secret. For a while everything is signed with both.

    Example: verbatim webhook rotate lms --hours 48
    """
    from datetime import timedelta

    from app.entry import login_name, right_now
    from app.wiring import open_program
    from operations.endpoints import rotate

    with open_program(config) as program:
        secret, until = rotate(program.store, name, login_name(), right_now(program), timedelta(hours=hours))
    typer.echo(f"the secret before it signs too until {until:%Y-%m-%d %H:%M %Z}; the new one is not shown again:")
    typer.echo(secret)


@webhook_app.command("test")
def send_test_event(name: EndpointName, config: Config = Path(DEFAULT_NAME)) -> None:
    """Send an endpoint an event of type webhook.test, signed like any other, and say what it answered.

    Example: verbatim webhook test lms
    """
    from app.wiring import open_program
    from operations.delivering import send_test

    with open_program(config) as program:
        sent = send_test(program.delivery_work(), name)
    typer.echo(f"{name}: {_answer(sent)}")
    if sent.verdict != "done":
        raise typer.Exit(3)


@webhook_app.command()
def disable(name: EndpointName, config: Config = Path(DEFAULT_NAME)) -> None:
    """Tell an endpoint nothing until it is enabled; what happens meanwhile it is never told.

    Example: verbatim webhook disable lms
    """
    _set_open(name, config, is_open=False)


@webhook_app.command()
def enable(name: EndpointName, config: Config = Path(DEFAULT_NAME)) -> None:
    """Tell an endpoint again; what was given up for it, `verbatim deliver --retry` sends.

    Example: verbatim webhook enable lms
    """
    _set_open(name, config, is_open=True)


@webhook_app.command()
def remove(name: EndpointName, config: Config = Path(DEFAULT_NAME)) -> None:
    """End an endpoint with all that waits for it. What it was told stays in the log.

    Example: verbatim webhook remove lms
    """
    from app.entry import login_name
    from app.wiring import open_program
    from operations.endpoints import remove

    with open_program(config) as program:
        remove(program.store, name, login_name())
    typer.echo(f"removed {name}")


@webhook_app.command()
def log(
    state: Annotated[
        str | None, typer.Option(help="Only those that are waiting, done, dead (given up) or dropped.")
    ] = None,
    endpoint: Annotated[str | None, typer.Option(help="Only this endpoint's.")] = None,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 20,
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """Show deliveries with their last attempt, of the newest event first.

    Example: verbatim webhook log --state dead
    """
    from app.wiring import open_program
    from cli.delivery_tables import print_deliveries
    from operations.delivering import see_deliveries, wanted

    with open_program(config) as program:
        found = see_deliveries(program.store, wanted(state=state, endpoint_id=endpoint), last)
        print_deliveries(found, program.settings.timezone)


def deliver(
    retry: Annotated[bool, typer.Option("--retry", help="Put what was given up on its way again first.")] = False,
    endpoint: Annotated[str | None, typer.Option(help="With --retry: only this endpoint's.")] = None,
    config: Config = Path(DEFAULT_NAME),
) -> None:
    """Tell everybody what is due to be told. Several may do so at once; each event is sent by one of them.

    Exit status 3 where something was not taken; it is tried again for three days.

    Example: verbatim deliver --retry
    """
    from app.wiring import open_program
    from operations.delivering import retry_dead

    with open_program(config) as program:
        again = retry_dead(program.delivery_work(), endpoint) if retry else 0
        report = program.deliver()
    if retry:
        typer.echo(f"{again} on their way again")
    typer.echo(f"{report.done} delivered, {report.later} to be tried again, {report.dead} given up")
    for name in report.gone:
        typer.echo(f"{name} answered 410: it is disabled; `verbatim webhook enable {name}` takes that back")
    if report.later or report.dead:
        raise typer.Exit(3)


def _set_open(name: str, config: Path, *, is_open: bool) -> None:
    from app.entry import login_name
    from app.wiring import open_program
    from operations.endpoints import set_open

    with open_program(config) as program:
        set_open(program.store, name, login_name(), is_open=is_open)
    typer.echo(f"{'enabled' if is_open else 'disabled'} {name}")


def _answer(sent: Sent) -> str:
    return f"answered {sent.status}" if sent.verdict == "done" else sent.problem or "not taken"
