"""The [log] and [watch] sections of the settings: how the program tells of itself, and who is called when it fails."""

from __future__ import annotations

import os
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from nlp.noun import Noun, Text

METRICS_VARIABLE = "VERBATIM_METRICS_TOKEN"
"""The environment variable of the token that whoever reads ``/metrics`` from another machine has to show."""

LEAST_TOKEN = 16
"""Characters of it: a shorter one can be tried out."""


def metrics_token() -> str | None:
    """The token of ``/metrics``; None where the environment has none that is long enough."""
    token = os.environ.get(METRICS_VARIABLE, "")
    return token if len(token) >= LEAST_TOKEN else None


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a web address like 'https://alarms.example.com/verbatim' is needed")
    return url


class LogSettings(Noun):
    """How logs are written: ``console`` for eyes, ``json`` for machines, one line each; from which level on.

    Who signs in and who is refused is noted whatever the level.

    ``spans`` sends traces by OpenTelemetry (the extra ``otel``), to where its own environment variables say.
    """

    format: Literal["console", "json"] = "console"
    level: Literal["debug", "info", "warning", "error"] = "warning"
    spans: bool = False


class WatchSettings(Noun):
    """When a night counts as missed, and what is done then.

    ``grace_minutes`` is how long a night may take, from when the cron says. ``url`` is told by POST, ``command`` is run
    with the alarm as JSON on its standard input. ``follow_ups_late_days`` and ``dead_deliveries`` are what is borne.
    ``every`` is the cron by which Prefect looks, in the program's time zone.
    """

    grace_minutes: Annotated[int, Field(ge=1, le=2880)] = 120
    url: Annotated[str, AfterValidator(_web_address)] | None = None
    command: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    follow_ups_late_days: Annotated[int, Field(ge=0, le=60)] = 2
    dead_deliveries: Annotated[int, Field(ge=0)] = 0
    every: Annotated[str, Field(pattern=r"^\s*\S+(\s+\S+){4}\s*$")] = "*/30 * * * *"
