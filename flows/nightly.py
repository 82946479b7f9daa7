"""The night: inputs in, evidence found chunk by chunk, plans drafted, the report written."""

from __future__ import annotations

import logging
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, State

from app.wiring import open_program
from flows.publishing import publish_night
from operations import night
from operations.night import NightResult
from rubric.failure import Failure

log = logging.getLogger(__name__)


def report_failure(_flow: Any, run: Any, state: Any) -> None:
    """Say in one line what failed and how to take it up again; the store's row of the run is marked as failed."""
    parameters = run.parameters
    log.error("night not done: %s; run it again with: verbatim run --config %s", state.message, parameters["config"])
    with open_program(parameters["config"]) as program:
        night.mark_failed(program.store, str(run.id), state.message or "")


@task(retries=2, retry_delay_seconds=[2, 20], cache_policy=NO_CACHE, task_run_name="locate {number}")
def locate_chunk(config: str, failures: list[Failure], number: int) -> night.ChunkCounts:
    """The evidence of one chunk of calls, kept in the store; a retry takes up what is missing."""
    with open_program(config) as program:
        return night.locate_chunk(program.night_work(), failures)


@flow(name="nightly", on_failure=[report_failure])
def nightly(config: str = "verbatim.toml", as_of: str | None = None) -> State[NightResult]:
    """Run one night. ``as_of`` is a date like 2026-11-16; today in the program's time zone where it is left out."""
    with open_program(config) as program:
        work = program.night_work()
        start = night.begin(work, program.day(as_of))
        chunks = [
            locate_chunk.with_options(task_run_name=f"locate {number}").submit(config, chunk, number)
            for number, chunk in enumerate(start.chunks, start=1)
        ]
        counts = [chunk.result() for chunk in chunks]
        result = night.finish(work, start, counts)
        publish_night(result)
    warning = f"done, with {result.set_aside} records set aside" if result.set_aside else "done"
    return Completed(message=warning, data=result)
