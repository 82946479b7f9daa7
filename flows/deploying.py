"""The deployments of a program: a work pool, the nightly flow, its schedule with cron, time zone and slug."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.wiring import open_program
from flows.home import settle_prefect
from nlp.errors import WrongInput

if TYPE_CHECKING:
    from app.settings import Settings


class NoServer(WrongInput):
    """There is no Prefect server to deploy to."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}; start one with `prefect server start` and set PREFECT_API_URL, like http://127.0.0.1:4200/api"
        )


def deploy_program(config: Path) -> Iterator[str]:
    """Register the flows of a program and yield what was done, a line each. Twice is once.

    Raises NoServer where PREFECT_API_URL is not set or does not answer.
    """
    with open_program(config) as program:
        settings = program.settings
    if not os.environ.get("PREFECT_API_URL"):
        raise NoServer("PREFECT_API_URL is not set")
    settle_prefect(settings.resolve(settings.schedule.prefect_home))
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists

    schedule = settings.schedule
    with get_client(sync_client=True) as client:
        problem = client.api_healthcheck()
        if problem is not None:
            raise NoServer(f"{os.environ['PREFECT_API_URL']} does not answer ({type(problem).__name__})")
        try:
            client.create_work_pool(WorkPoolCreate(name=schedule.work_pool, type="process"))
            yield f"work pool {schedule.work_pool!r} made"
        except ObjectAlreadyExists:
            yield f"work pool {schedule.work_pool!r} is there"
    for name, (cron, slug) in _crons(settings).items():
        yield _deploy(name, settings, cron, slug)
    yield f"run a worker beside it: prefect worker start --pool {schedule.work_pool}"


def _crons(settings: Settings) -> dict[str, tuple[str | None, str]]:
    """The deployments by name, each with its cron and the cron's slug; follow-up has none: wake gives it its runs."""
    night, wake = (settings.schedule.cron, settings.schedule.slug), (settings.follow_up.wake, "wake")
    deliver, watch = (settings.delivery.every, "deliver"), (settings.watch.every, "watch")
    return {"nightly": night, "wake": wake, "deliver": deliver, "watch": watch, "follow-up": (None, "")}


def _deploy(name: str, settings: Settings, cron: str | None, slug: str) -> str:
    from prefect import Flow
    from prefect.schedules import Cron

    function = name.replace("-", "_")
    source = str(Path(__file__).parent.parent)
    placed: Any = Flow.from_source(source=source, entrypoint=f"flows/{function}.py:{function}")
    identifier = placed.deploy(
        name=name,
        work_pool_name=settings.schedule.work_pool,
        parameters={"config": str(settings.path)},
        schedules=[Cron(cron, timezone=settings.program.timezone, slug=slug)] if cron else [],
        concurrency_limit=1,
        print_next_steps=False,
        build=False,
        push=False,
    )
    when = f"{cron} {settings.program.timezone}" if cron else "on the days that wake schedules"
    return f"deployment '{name}/{name}' ({identifier}): {when}"
