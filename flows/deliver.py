"""Delivering: what others have to be told by now, as the store says when the run begins."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from app.telemetry import set_up_telemetry
from app.wiring import open_program


@flow(name="deliver")
def deliver(config: str = "verbatim.toml") -> State[Any]:
    """Tell everybody what is due. A run that comes late, or a second time, asks the store: it does no harm.

    What is not taken by the other side is no failure of this run: it is tried again for three days, and the page of
    deliveries shows it.
    """
    with open_program(config) as program:
        set_up_telemetry(program.settings.log)
        report = program.deliver()
    return Completed(message=f"{report.done} delivered, {report.later} later, {report.dead} given up", data=report)
