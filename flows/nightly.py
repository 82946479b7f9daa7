"""The night: inputs in, evidence found chunk by chunk, plans drafted, the report written."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner

from app.telemetry import set_up_telemetry
from app.wiring import open_program
from flows.publishing import publish_night
from flows.runners import all_of, open_runner
from operations import night
from operations.leasing import AlreadyAtWork
from operations.night import ChunkCounts, NightResult
from operations.night_lease import alone_with_chunk
from rubric.failure import Failure

log = logging.getLogger(__name__)

AT_WORK = AlreadyAtWork.__name__
"""The state of a run that found another night at work: it says so itself, and has begun nothing."""


def report_failure(flow: Any, flow_run: Any, state: Any) -> None:
    """Say in one line what failed and how to take it up again, and mark the store's row of the run as failed."""
    if state.name == AT_WORK:
        return
    config = flow_run.parameters["config"]
    log.error("night not done: %s; take it up again with: verbatim run --config %s", state.message, config)
    with open_program(config) as program:
        night.mark_failed(program.store, str(flow_run.id), state.message or "failed")


@task(retries=2, retry_delay_seconds=[2, 20], cache_policy=NO_CACHE)
def locate_chunk(config: str, failures: list[Failure]) -> ChunkCounts:
    """The evidence of one chunk of calls, kept in the store; a retry takes up what is missing.

    A first try that lives yet, where Prefect took it for lost, is waited for.
    """
    with open_program(config) as program, alone_with_chunk(program.store, failures) as store:
        return night.locate_chunk(replace(program.night_work(), store=store), failures)


def _submit(runner: TaskRunner[Any], config: str, number: int, failures: list[Failure]) -> PrefectFuture[Any]:
    """A chunk to whoever the settings say works on it; what loads models there is the worker's, once a process."""
    named = locate_chunk.with_options(task_run_name=f"locate {number}")
    submitted: PrefectFuture[Any] = runner.submit(named, {"config": config, "failures": failures})
    return submitted


@flow(name="nightly", on_failure=[report_failure])
def nightly(config: str = "verbatim.toml", as_of: str | None = None) -> State[Any]:
    """Run one night. ``as_of`` is a date like 2026-11-16; today in the program's time zone where it is left out."""
    try:
        result = _live(config, as_of)
    except AlreadyAtWork as error:
        return Failed(name=AT_WORK, message=str(error), data=error)
    publish_night(result)
    aside = f", {result.set_aside} records set aside: see the artifact" if result.set_aside else ""
    return Completed(message=f"done{aside}", data=result)


def _live(config: str, as_of: str | None) -> NightResult:
    """The night, for this process alone."""
    with (
        open_program(config) as program,
        open_runner(program.settings.schedule) as runner,
        night.have_night(program.night_work(), program.day(as_of)) as work,
    ):
        set_up_telemetry(program.settings.log)
        start = night.begin(work, program.day(as_of), str(runtime.flow_run.id))
        chunks = (_submit(runner, config, n, chunk) for n, chunk in enumerate(start.chunks, start=1))
        return night.finish(work, start, all_of(chunks))
