"""The follow-up scoring: what is due by now, as the store says when the run begins."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from app.telemetry import set_up_telemetry
from app.wiring import open_program
from flows.publishing import publish_follow_ups
from operations.dashboard import refresh
from operations.follow_up import FollowUpReport
from operations.follow_up_run import RUN_WAITS, score_alone
from operations.leasing import AlreadyAtWork


@flow(name="follow-up")
def follow_up(config: str = "verbatim.toml", as_of: str | None = None) -> State[Any]:
    """Score what is due on ``as_of`` and before it, today in the program's time zone where it is left out.

    A run that comes late, or a second time, asks the store what is still due: it does no harm.
    """
    try:
        report = _score(config, as_of)
    except AlreadyAtWork as error:
        return Failed(name=AlreadyAtWork.__name__, message=str(error), data=error)
    publish_follow_ups(report)
    if report.failed:
        return Failed(message=f"{len(report.failed)} not done, the first: {next(iter(report.failed.values()))}")
    return Completed(message=f"{len(report.scored)} scored", data=report)


def _score(config: str, as_of: str | None) -> FollowUpReport:
    with open_program(config) as program:
        set_up_telemetry(program.settings.log)
        report = score_alone(program.follow_up_work(), program.day(as_of), patience=RUN_WAITS)
        if report.scored:
            refresh(program.store, program.rubric, report.as_of, program.settings.timezone)
        program.deliver()
    return report
