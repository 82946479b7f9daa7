"""verbatim follow-up, verbatim practice, and what a person does about follow-ups in verbatim plan."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import DEFAULT_NAME
from cli.plan import By, Config, PlanId

if TYPE_CHECKING:
    from operations.follow_up import FollowUpReport

practice_app = typer.Typer(
    help="Practice that took place: add a session, import a file of them, list them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

CriterionId = Annotated[str, typer.Argument(help="The criterion's id.", show_default=False)]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The day, like 2026-11-16; today by default.")]
Reason = Annotated[str, typer.Option(help="Why.", show_default=False)]


def follow_up(config: Config = Path(DEFAULT_NAME), as_of: AsOf = None) -> None:
    """Score the follow-ups that are due, on the scores that the last night took up.

    Example: verbatim follow-up --config quality/verbatim.toml --as-of 2026-11-30
    """
    from app.wiring import open_program
    from cli.tables import print_cycles
    from coaching.accountability import account_rows
    from operations.dashboard import refresh
    from operations.follow_up_run import score_alone

    with open_program(config) as program:
        report = score_alone(program.follow_up_work(), program.day(as_of))
        if report.scored:
            refresh(program.store, program.rubric, report.as_of, program.settings.timezone)
        program.deliver()
    print_cycles(account_rows(report.cycles), "Followed up")
    for line in _outcome(report):
        typer.echo(line)
    if report.failed:
        raise typer.Exit(3)


def _outcome(report: FollowUpReport) -> list[str]:
    """What the table does not show; a sum, and last what was not done."""
    lines = [
        f"plan {one.follow_up.plan_id} waits for more calls until {one.waits_until.isoformat()}"
        for one in report.scored
        if one.waits_until is not None
    ]
    lines += [f"plan {one.next_plan_id}: a draft for the next cycle" for one in report.scored if one.next_plan_id]
    if not (report.scored or report.failed):
        return [f"Nothing is due on {report.as_of.isoformat()}."]
    waiting = sum(one.waits_until is not None for one in report.scored)
    counts = f"{len(report.scored) - waiting} scored, {waiting} waiting, {len(report.failed)} not done"
    lines += [f"{counts}, as of {report.as_of.isoformat()}"]
    return lines + [f"plan {plan_id} was not scored: {problem}" for plan_id, problem in report.failed.items()]


def move_date(
    plan: PlanId,
    to: Annotated[str, typer.Argument(help="The new day, like 2026-11-27.", show_default=False)],
    config: Config = Path(DEFAULT_NAME),
    by: By = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    as_of: AsOf = None,
) -> None:
    """Score an approved plan's calls on another working day, at most to day 21.

    Example: verbatim plan move-date p-3f9c 2026-11-27 --reason "A week of leave."
    """
    from app.wiring import open_program
    from operations.schedule import move_date

    with open_program(config) as program:
        decision = program.decision(by or getpass.getuser(), reason, as_of)
        moved = move_date(program.store, plan, program.day(to), decision, program.settings.plan.rules())
        typer.echo(f"plan {moved.plan_id}: new calls are scored on {moved.follow_up_on.isoformat()}")


def cancel(
    plan: PlanId, reason: Reason, config: Config = Path(DEFAULT_NAME), by: By = None, as_of: AsOf = None
) -> None:
    """Take an approval back: the plan is returned and its follow-up is off; approve it again, or dismiss it.

    Example: verbatim plan cancel p-3f9c --reason "The wrong agent."
    """
    from app.wiring import open_program
    from operations.review import cancel_plan

    with open_program(config) as program:
        done = cancel_plan(program.store, plan, program.decision(by or getpass.getuser(), reason, as_of))
        typer.echo(f"returned {done.plan_id}; its follow-up is cancelled")


def overrule(
    plan: PlanId,
    criterion: CriterionId,
    action: Annotated[
        list[str], typer.Option("--action", help="close, continue or reassign; escalate beside it.", show_default=False)
    ],
    reason: Reason,
    config: Config = Path(DEFAULT_NAME),
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Decide what follows from a cycle, in the place of the machine or where it asks. Both stay on record.

    Example: verbatim plan overrule p-3f9c empathy --action continue --reason "Half of it was a bad week."
    """
    from app.wiring import open_program
    from coaching.accountability import action_words
    from operations.overruling import checked_actions, overrule

    with open_program(config) as program:
        decision = program.decision(by or getpass.getuser(), reason, as_of)
        decided = overrule(program.follow_up_work(), plan, criterion, checked_actions(action), decision)
        typer.echo(f"plan {decided.cycle.plan_id}, {criterion}: {action_words(decided)}")


def movements(
    config: Config = Path(DEFAULT_NAME),
    agent: Annotated[str | None, typer.Option(help="Only this agent.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team.")] = None,
    since: Annotated[str | None, typer.Option(help="Scored on this day or later, like 2026-11-16.")] = None,
) -> None:
    """The accountability table: before, after, calls, verdict, action and who decided, a line a cycle.

    Example: verbatim plan movements --team Billing --since 2026-11-01
    """
    from app.wiring import open_program
    from cli.tables import print_cycles
    from coaching.accountability import account_rows
    from operations.follow_up import accountability

    with open_program(config) as program:
        day = program.day(since) if since else None
        accounts = accountability(program.store, since=day, agent_id=agent, team=team)
    print_cycles(account_rows(accounts), empty="Nothing has been followed up.")


def clock(config: Config = Path(DEFAULT_NAME), as_of: AsOf = None) -> None:
    """Agents in the lowest quarter of the weighted score without an approved plan, and the days left of fourteen.

    Example: verbatim plan clock --as-of 2026-11-16
    """
    from app.wiring import open_program
    from cli.tables import print_rows
    from coaching.accountability import clock_rows
    from operations.bottom_quartile import see_clock

    with open_program(config) as program:
        lines = see_clock(program.store, program.rubric, program.day(as_of), program.settings.timezone)
    print_rows(clock_rows(lines), "", empty="Everyone in the lowest quarter has an approved plan.")


@practice_app.command()
def add(
    plan: PlanId,
    criterion: CriterionId,
    config: Config = Path(DEFAULT_NAME),
    on: Annotated[str | None, typer.Option("--on", help="The day of the session; that of --as-of by default.")] = None,
    score: Annotated[float | None, typer.Option(help="The session's own score.")] = None,
    session: Annotated[int, typer.Option(min=1, help="Which session of the day it was.")] = 1,
    by: Annotated[str | None, typer.Option(help="Who led it.")] = None,
    note: Annotated[str | None, typer.Option(help="A word about it.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Where that session is noted already: correct it.")
    ] = False,
    as_of: AsOf = None,
) -> None:
    """Note a practice session that took place.

    Example: verbatim practice add p-3f9c empathy --on 2026-11-18 --score 80 --by ines.duarte
    """
    from app.wiring import open_program
    from operations.practice import record_session, session_of

    with open_program(config) as program:
        today = program.day(as_of)
        day, words = program.day(on) if on else today, {"by": by, "note": note}
        done = session_of(plan_id=plan, criterion_id=criterion, done_on=day, session=session, score=score, **words)
        noted = record_session(program.store, done, today, replace=replace)
        typer.echo(f"plan {noted.plan_id}, {criterion}: a session on {noted.done_on.isoformat()}")


@practice_app.command("import")
def import_sessions(
    path: Annotated[Path, typer.Argument(help="CSV: plan_id, criterion_id, done_on, maybe session, score, by, note.")],
    config: Config = Path(DEFAULT_NAME),
    as_of: AsOf = None,
) -> None:
    """Take up a file of practice sessions. The same file twice is once.

    Example: verbatim practice import sessions.csv
    """
    from app.wiring import open_program
    from coaching.wording import counted
    from operations.practice import import_practice

    with open_program(config) as program:
        report = import_practice(program.store, path, program.day(as_of))
    for record in report.set_aside:
        typer.echo(str(record))
    aside = f", {counted(len(report.set_aside), 'record')} set aside, listed above" if report.set_aside else ""
    typer.echo(f"{counted(report.kept, 'session')} kept{aside}")
    raise typer.Exit(1 if report.set_aside else 0)


@practice_app.command("list")
def list_sessions(plan: PlanId, config: Config = Path(DEFAULT_NAME)) -> None:
    """The sessions of a plan that took place.

    Example: verbatim practice list p-3f9c
    """
    from app.wiring import open_program
    from cli.tables import print_rows
    from coaching.accountability import practice_rows
    from operations.practice import sessions_of

    with open_program(config) as program:
        print_rows(practice_rows(sessions_of(program.store, plan)), "", empty="No practice is noted for this plan.")


def add_to(plan_app: typer.Typer) -> None:
    """The commands about follow-ups, beside the others of verbatim plan."""
    plan_app.command("move-date")(move_date)
    for command in (cancel, overrule, movements, clock):
        plan_app.command()(command)
