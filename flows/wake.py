"""Rows into runs: the server's future runs of the flow follow-up are made what the store says. Twice is once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterIdempotencyKey,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments import run_deployment
from prefect.states import Cancelled

from app.wiring import Program, open_program
from operations.schedule import KEY, Changes, KnownRun, NewRun, RunState, open_dates, reconcile, run_at

log = logging.getLogger(__name__)

FOLLOW_UP = "follow-up"
DEPLOYMENT = "follow-up/follow-up"
PAGE = 200
STATES: dict[StateType, RunState] = {
    StateType.SCHEDULED: "scheduled",
    StateType.PENDING: "running",
    StateType.RUNNING: "running",
    StateType.PAUSED: "running",
    StateType.CANCELLING: "cancelled",
    StateType.CANCELLED: "cancelled",
}
"""Any other has ended. A run that is late is one that is scheduled."""
MOST_ATTEMPTS = 50


@flow(name="wake")
def wake(config: str = "verbatim.toml") -> str:
    """Schedule the runs that are missing and cancel those that no open plan has a date for; what was done, in words."""
    with open_program(config) as program, get_client(sync_client=True) as client:
        days = open_dates(program.store)
        changes = reconcile(days, list(_known_runs(client, days)), config)
        _carry_out(client, changes, program, config)
    return f"{len(changes.schedule)} scheduled, {len(changes.cancel)} cancelled, {len(days)} dates open"


def _carry_out(client: SyncPrefectClient, changes: Changes, program: Program, config: str) -> None:
    for stale in changes.cancel:
        log.info("cancelling %s: no open plan has its date any more", stale.key)
        client.set_flow_run_state(UUID(stale.run_id), Cancelled(message="no open plan has this date any more"))
    at = time.fromisoformat(program.settings.follow_up.hour)
    for run in changes.schedule:
        log.info("scheduling %s", run.key)
        _schedule(run, at, program, config)


def _schedule(run: NewRun, at: time, program: Program, config: str) -> None:
    made: Any = run_deployment(
        DEPLOYMENT,
        parameters={"config": config},
        scheduled_time=run_at(run.day, at, program.settings.timezone),
        flow_run_name=f"follow-up {run.day.isoformat()}",
        idempotency_key=run.key,
        timeout=0,  # the default waits until the run has finished, weeks from now
        as_subflow=False,  # else it would hang below this run
    )
    if made.state is not None and made.state.is_final():
        log.error("%s was used before and its run has ended; the night takes up what is undone", run.key)


def _known_runs(client: SyncPrefectClient, days: Sequence[date]) -> Iterator[KnownRun]:
    """The runs that wait, and all that the open dates have ever had."""
    waiting = FlowRunFilterStateType(any_=[StateType.SCHEDULED])
    keys = [NewRun(day, attempt).key for day in days for attempt in range(1, MOST_ATTEMPTS + 1)]
    seen: set[UUID] = set()
    filters = [FlowRunFilter(state=FlowRunFilterState(type=waiting))]
    filters += [
        FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=keys[start : start + PAGE]))
        for start in range(0, len(keys), PAGE)
    ]
    for wanted in filters:
        for run in _pages(client, wanted):
            if run.id not in seen and KEY.fullmatch(run.idempotency_key or ""):
                seen.add(run.id)
                yield _known(run)


def _pages(client: SyncPrefectClient, wanted: FlowRunFilter) -> Iterator[FlowRun]:
    of_flow = FlowFilter(name=FlowFilterName(any_=[FOLLOW_UP]))
    offset = 0
    while page := client.read_flow_runs(
        flow_filter=of_flow, flow_run_filter=wanted, sort=FlowRunSort.ID_DESC, limit=PAGE, offset=offset
    ):
        yield from page
        offset += len(page)


def _known(run: FlowRun) -> KnownRun:
    state = STATES.get(run.state_type, "ended") if run.state_type else "ended"
    return KnownRun(str(run.id), run.idempotency_key or "", str(run.parameters.get("config", "")), state)
