"""Another process of this machine that has a unit of work for itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from operations.leasing import Unit

HOLD = """
import sys, time
from operations.leasing import Unit, alone
from store.session import open_store
with open_store(sys.argv[1]) as store, alone(store, Unit(*sys.argv[2:])):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def held_by_another(url: str, unit: Unit) -> Iterator[subprocess.Popen[str]]:
    """The process that has it, until the block ends."""
    command = [sys.executable, "-c", HOLD, url, unit.key, unit.task]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


__all__ = ["held_by_another"]
