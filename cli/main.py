"""The command ``verbatim``: a thin file a verb, errors of one line, exit statuses of the contract."""

from __future__ import annotations

import os
import sys

import typer

from cli.audit import audit_app
from cli.backup import backup, restore, upgrade
from cli.dashboard import dashboard_app
from cli.export import export, schema
from cli.follow_up import add_to, follow_up, practice_app
from cli.forget import forget
from cli.import_ import import_
from cli.keep import keep
from cli.plan import plan_app
from cli.program import demo, doctor, init
from cli.rubric import rubric_app
from cli.score import score
from cli.user import user_app
from cli.watch import watch
from cli.webhook import deliver, webhook_app
from cli.work import deploy, locate, run_night, serve, train
from nlp.errors import VerbatimError

NOT_DONE, WRONG_USE, INTERRUPTED = 3, 2, 130

app = typer.Typer(
    name="verbatim",
    help="Evidence-based coaching for contact centers: every failed criterion with the agent's own words.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help starts in half the time
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(demo)
app.command()(init)
app.command()(locate)
app.command("run")(run_night)
app.command("import")(import_)
add_to(plan_app)
app.add_typer(plan_app, name="plan")
app.command("follow-up")(follow_up)
app.add_typer(practice_app, name="practice")
app.add_typer(dashboard_app, name="dashboard")
app.command()(score)
app.add_typer(rubric_app, name="rubric")
app.command()(export)
app.command()(schema)
app.add_typer(webhook_app, name="webhook")
app.command()(deliver)
app.command()(watch)
app.add_typer(audit_app, name="audit")
app.command()(forget)
app.command()(keep)
app.command()(backup)
app.command()(restore)
app.command()(upgrade)
app.add_typer(user_app, name="user")
app.command()(serve)
app.command()(deploy)
app.command()(train)
app.command()(doctor)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status.

    0 done; 1 done, with records set aside; 2 wrong use or bad configuration; 3 not done. What went wrong is one line
    on standard error; ``VERBATIM_DEBUG=1`` shows where in the code.
    """
    try:
        status = app(args=arguments, prog_name="verbatim", standalone_mode=False)
    except VerbatimError as error:
        return _complain(str(error), error.exit_status)
    except typer.Abort:
        return _complain("interrupted", INTERRUPTED)
    except typer.Exit as stop:
        return stop.exit_code
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        return 0
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # click's wrong use
            return _complain(f"{error.format_message()} (see --help)", WRONG_USE)
        return _complain(f"not done: {type(error).__name__}: {error}", NOT_DONE)
    return status if isinstance(status, int) else 0


def _complain(problem: str, status: int) -> int:
    if os.environ.get("VERBATIM_DEBUG"):
        import traceback

        traceback.print_exc()
    print(f"verbatim: {' '.join(problem.split())}", file=sys.stderr)  # noqa: T201
    return status


def run() -> None:
    """The entry point of the installed command."""
    sys.exit(main())
