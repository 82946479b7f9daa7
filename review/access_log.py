"""Who came in, who did not, and what was refused: one line of JSON each on the log ``verbatim.access``.

Values are JSON strings, so that no name can begin a line of its own; no password, secret or token is among them.
"""

from __future__ import annotations

import json
import logging

ACCESS_LOG = logging.getLogger("verbatim.access")


def noted(event: str, **values: object) -> None:
    """Note that something happened. What was refused is a warning."""
    level = logging.WARNING if event.startswith("refused") else logging.INFO
    ACCESS_LOG.log(level, json.dumps({"event": event, **values}, default=str))


def log_to_terminal() -> None:
    """Show the log on standard error with the time of each line, UTC."""
    import time

    handler = logging.StreamHandler()
    form = logging.Formatter("%(asctime)sZ %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler.setFormatter(form)
    ACCESS_LOG.handlers[:] = [handler]
    ACCESS_LOG.setLevel(logging.INFO)
    ACCESS_LOG.propagate = False
