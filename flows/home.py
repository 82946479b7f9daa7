"""Prefect's own folder and habits, set before Prefect is first imported."""

from __future__ import annotations

import os
from pathlib import Path

STARTUP_SECONDS = 120
"""The first start of a temporary server migrates its database, which takes over a minute on a slow disk."""


def settle_prefect(home: Path) -> None:
    """Keep Prefect within the program's folder, and quiet; what the environment says already stays.

    Without a server (no PREFECT_API_URL) a temporary one is started for the one run.
    """
    usual = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(STARTUP_SECONDS),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "nlp,rubric,models,coaching,store,operations,flows",
        "DO_NOT_TRACK": "1",
    }
    for name, value in usual.items():
        os.environ.setdefault(name, value)
