"""Telling somebody of alarms: a POST to an address and a command, as the settings say."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from datetime import datetime

from app.log_settings import WatchSettings
from nlp.errors import VerbatimError
from operations.watch import Alarm

SECONDS = 30
"""How long the other side, or the command, may take."""


class NotTold(VerbatimError):
    """An alarm could not be told."""

    def __init__(self, way: str, problem: str) -> None:
        super().__init__(f"watch.{way}: the alarm was not told: {problem}")
        self.way, self.problem = way, problem


def tell(settings: WatchSettings, program: str, alarms: Sequence[Alarm], at: datetime) -> list[NotTold]:
    """Tell of every alarm in each way that the settings have; what could not be told, for whatever reason."""
    failed = []
    for alarm in alarms:
        body = json.dumps(alarm.as_told(program, at))
        for way in (_post, _run):
            try:
                way(settings, body)
            except NotTold as error:
                failed.append(error)
    return failed


def _post(settings: WatchSettings, body: str) -> None:
    if settings.url is None:
        return
    import httpx

    try:
        headers = {"Content-Type": "application/json"}
        answer = httpx.post(settings.url, content=body, headers=headers, timeout=SECONDS, follow_redirects=False)
    except (httpx.HTTPError, OSError, ValueError) as error:
        # the address may hold a token: only its kind of failure is told
        raise NotTold("url", type(error).__name__) from None
    if not answer.is_success:
        raise NotTold("url", f"the other side answered {answer.status_code}")


def _run(settings: WatchSettings, body: str) -> None:
    if not settings.command:
        return
    try:
        done = subprocess.run(settings.command, input=body, text=True, capture_output=True, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotTold(
            "command", f"{settings.command[0]}: {getattr(error, 'strerror', None) or 'took too long'}"
        ) from None
    if done.returncode != 0:
        raise NotTold("command", f"{settings.command[0]} ended with {done.returncode}")
