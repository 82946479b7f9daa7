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
