"""Who works on a night's chunks: threads of its own process, or the processes of a Dask or Ray cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from nlp.errors import WrongInput

if TYPE_CHECKING:
    from app.settings import ScheduleSettings


class NoRunner(WrongInput):
    """The runner that the settings name cannot be had."""

    def __init__(self, runner: str, problem: str) -> None:
        super().__init__(f"schedule.runner = {runner!r}: {problem}")
        self.runner, self.problem = runner, problem


@contextmanager
def open_runner(schedule: ScheduleSettings) -> Iterator[TaskRunner[Any]]:
    """The runner of the settings, ready to be given tasks; a cluster of its own ends with it.

    Raises NoRunner in one line where its extra is not installed or nobody answers at its address.
    """
    makes = {"threads": _threads, "dask": _dask, "ray": _ray}
    try:
        runner = makes[schedule.runner](schedule)
    except ModuleNotFoundError as error:
        problem = f"{error.name} is not installed; install verbatim[{schedule.runner}], here and where workers are"
        raise NoRunner(schedule.runner, problem) from None
    with ExitStack() as stack:
        try:
            stack.enter_context(runner)
            _meet(runner)
        except (OSError, ValueError) as error:
            where = schedule.address or "a cluster of its own"
            raise NoRunner(schedule.runner, f"{where} does not answer: {error}") from None
        yield runner


def workers_of(schedule: ScheduleSettings) -> int:
    """How many chunks are worked on at once: what the settings say, else a worker for each core."""
    return schedule.workers or os.cpu_count() or 1


def _threads(schedule: ScheduleSettings) -> TaskRunner[Any]:
    return ThreadPoolTaskRunner(max_workers=workers_of(schedule))


def _dask(schedule: ScheduleSettings) -> TaskRunner[Any]:
    from prefect_dask import DaskTaskRunner

    # one thread a process: what finds evidence uses the cores that it is given by itself
    own = {"n_workers": workers_of(schedule), "threads_per_worker": 1, "dashboard_address": None}
    runner: TaskRunner[Any] = DaskTaskRunner(address=schedule.address, cluster_kwargs=None if schedule.address else own)
    return runner


def _ray(schedule: ScheduleSettings) -> TaskRunner[Any]:
    from prefect_ray import RayTaskRunner

    own = {"num_cpus": workers_of(schedule), "include_dashboard": False}
    runner: TaskRunner[Any] = RayTaskRunner(address=schedule.address, init_kwargs=None if schedule.address else own)
    return runner


def _meet(runner: TaskRunner[Any]) -> None:
    """Dask's runner looks for its cluster with the first task; a wrong address has to be known before the night."""
    getattr(runner, "client", None)
