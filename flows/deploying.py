"""The deployments of a program: a work pool, the nightly flow, its schedule with cron, time zone and slug."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.wiring import open_program
from flows.home import settle_prefect
from nlp.errors import WrongInput


class NoServer(WrongInput):
    """There is no Prefect server to deploy to."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}; start one with `prefect server start` and set PREFECT_API_URL, like http://127.0.0.1:4200/api"
        )


def deploy_program(config: Path) -> Iterator[str]:
    """Register the nightly flow of a program and yield what was done, a line each. Twice is once.

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
    from prefect.schedules import Cron

    from flows.nightly import nightly

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
    source = Path(__file__).parent.parent
    placed: Any = nightly.from_source(source=str(source), entrypoint="flows/nightly.py:nightly")
    cron = Cron(schedule.cron, timezone=settings.program.timezone, slug=schedule.slug)
    identifier = placed.deploy(
        name="nightly",
        work_pool_name=schedule.work_pool,
        parameters={"config": str(settings.path)},
        schedules=[cron],
        concurrency_limit=1,
        print_next_steps=False,
        build=False,
        push=False,
    )
    yield f"deployment 'nightly/nightly' ({identifier}): {schedule.cron} {settings.program.timezone}"
    yield f"run a worker beside it: prefect worker start --pool {schedule.work_pool}"
