"""Who works on a night's chunks: threads of its own process, or the processes of a Dask or Ray cluster."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from nlp.errors import VerbatimError, WrongInput

if TYPE_CHECKING:
    from app.settings import ScheduleSettings

T = TypeVar("T")

COMES_WITHIN_S = 30
"""How long the first worker of a cluster may take to come before the night is given up, in seconds."""

AT_ONCE = 500
"""How many chunks are given out before the first is done: a few for each worker of a large cluster."""

ENGINES = ("distributed", "ray")
"""What raises where it is no worker's work that failed but the worker."""


class NoRunner(WrongInput):
    """The runner that the settings name cannot be had."""

    def __init__(self, runner: str, problem: str) -> None:
        super().__init__(f"schedule.runner = {runner!r}: {problem}")
        self.runner, self.problem = runner, problem


class WorkersLost(VerbatimError):
    """A piece of work was given to one worker after the other, and none of them lived to its end."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"the workers of a chunk ended one after the other, most often for want of memory; what others found is"
            f" kept: {problem}"
        )
        self.problem = problem


@contextmanager
def open_runner(schedule: ScheduleSettings) -> Iterator[TaskRunner[Any]]:
    """The runner of the settings, ready to be given tasks; a cluster of its own ends with it.

    Raises NoRunner in one line where its extra is not installed, nobody answers at its address or none works there.
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
            words = " ".join(str(error).split())
            raise NoRunner(schedule.runner, f"{where} cannot be used: {words}") from None
        yield runner


def all_of(futures: Iterable[PrefectFuture[T]]) -> list[T]:
    """What each piece of work came to, in order; AT_ONCE are drawn ahead, so that memory holds no more of a long night.

    Each is waited for: one that fails keeps no other from being done. Raises the first failure, WorkersLost where that
    was its workers' and not its own.
    """
    done: list[T] = []
    failed: list[Exception] = []
    for future in _drawn_ahead(futures):
        try:
            done.append(future.result())
        except Exception as error:
            failed.append(error)
    if not failed:
        return done
    if type(failed[0]).__module__.partition(".")[0] in ENGINES:
        raise WorkersLost(" ".join(str(failed[0]).split())) from None
    raise failed[0]


def _drawn_ahead(futures: Iterable[PrefectFuture[T]]) -> Iterator[PrefectFuture[T]]:
    waiting: deque[PrefectFuture[T]] = deque()
    for future in futures:
        waiting.append(future)
        if len(waiting) >= AT_ONCE:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def workers_of(schedule: ScheduleSettings) -> int:
    """How many chunks are worked on at once: what the settings say, else a worker for each core."""
    return schedule.workers or os.cpu_count() or 1


def _threads(schedule: ScheduleSettings) -> TaskRunner[Any]:
    return ThreadPoolTaskRunner(max_workers=workers_of(schedule))


def _dask(schedule: ScheduleSettings) -> TaskRunner[Any]:
    from prefect_dask import DaskTaskRunner

    # one chunk a process at a time: what finds evidence uses the cores that it is given by itself. No limit of memory:
    # a worker's memory is its model, which cannot be put on the disk, so that a worker who waits for that waits forever
    own: dict[str, Any] = {"n_workers": workers_of(schedule), "threads_per_worker": 1, "env": _share_of_cores(schedule)}
    own |= {"memory_limit": None, "dashboard_address": None}
    runner: TaskRunner[Any] = DaskTaskRunner(address=schedule.address, cluster_kwargs=None if schedule.address else own)
    return runner


def _ray(schedule: ScheduleSettings) -> TaskRunner[Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # read at import: nothing is to be sent to Ray's makers
    from prefect_ray import RayTaskRunner

    own: dict[str, Any] = {"num_cpus": workers_of(schedule), "include_dashboard": False}
    own |= {"runtime_env": {"env_vars": _share_of_cores(schedule)}}
    runner: TaskRunner[Any] = RayTaskRunner(address=schedule.address, init_kwargs=None if schedule.address else own)
    return runner


def _share_of_cores(schedule: ScheduleSettings) -> dict[str, str]:
    """The environment of a worker that has its share of this machine's cores: each of them would take all of them."""
    return {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // workers_of(schedule)))}


def _meet(runner: TaskRunner[Any]) -> None:
    """Dask's runner looks for its cluster with the first task, and a cluster without workers lets that wait forever."""
    client = getattr(runner, "client", None)
    if client is not None:
        try:
            client.wait_for_workers(1, timeout=COMES_WITHIN_S)
        except TimeoutError:
            raise TimeoutError(f"it has no workers, and none came in {COMES_WITHIN_S} s") from None
