"""A program's night, and each of its chunks, for one process at a time; what a killed night left open is closed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from operations.leasing import Unit, alone
from rubric.failure import Failure
from store import runs
from store.session import Store

log = logging.getLogger(__name__)

CHUNK_WAITS = timedelta(hours=1)
"""How long a chunk that is tried again waits for whoever began it and still lives."""


def unit_of_night(as_of: date) -> Unit:
    """What one process at a time has of a program's nights, whatever their days."""
    return Unit("night", f"the night of {as_of.isoformat()}")


def unit_of_chunk(failures: Sequence[Failure]) -> Unit:
    """What one process at a time has of these failures: the finding of their evidence."""
    keys = "\n".join(f"{one.key!r} {one.rubric_version}" for one in failures)
    calls = len({one.call_id for one in failures})
    digest = hashlib.sha256(keys.encode("utf-8", "backslashreplace")).hexdigest()
    return Unit(f"chunk:{digest[:32]}", f"the evidence of {calls} calls from {failures[0].call_id!r} on")


@contextmanager
def alone_at_night(store: Store, as_of: date) -> Iterator[Store]:
    """Have the night, or raise AlreadyAtWork. Runs that are not done by then were killed, and are noted as failed."""
    with alone(store, unit_of_night(as_of)) as mine:
        with mine.begin() as session:
            killed = runs.close_killed(session, datetime.now(UTC))
        for run in killed:
            log.warning("run %s for %s was killed; what it did is taken up", run.run_id, run.as_of.isoformat())
        yield mine


@contextmanager
def alone_with_chunk(store: Store, failures: Sequence[Failure]) -> Iterator[Store]:
    """Have a chunk; a living worker who has it is waited for, and what is found by then is not searched again."""
    with alone(store, unit_of_chunk(failures), CHUNK_WAITS) as mine:
        yield mine
