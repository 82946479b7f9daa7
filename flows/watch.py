"""Watching: whether the night ran, what is late, what was given up; the run fails where somebody is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from app.settings import load_settings
from app.telemetry import set_up_telemetry
from app.watching import look


@flow(name="watch")
def watch(config: str = "verbatim.toml") -> State[Any]:
    """Look, tell as the settings say, and fail where there is an alarm: Prefect's own automations can take that up."""
    set_up_telemetry(load_settings(Path(config)).log)
    found = look(Path(config))
    problems = [alarm.said for alarm in found.alarms] + [str(problem) for problem in found.not_told]
    return Failed(message="; ".join(problems)) if problems else Completed(message="all is well")
