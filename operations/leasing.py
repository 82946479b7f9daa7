"""Leasing: a unit of work is one process's at a time, and a killed one's work is taken up without asking anybody.

The owner says in the background that he goes on. Whoever comes second on the same machine asks the operating system
whether he lives; on another one waits at most as long as a lease lasts: who is heard of meanwhile lives, and who is
not is taken for dead. That wait is by the waiter's own monotonic clock, so a clock that was set wrong holds nobody up.
"""

from __future__ import annotations

import getpass
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import lru_cache
from pathlib import Path

from nlp.errors import VerbatimError
from store import leases
from store.leases import Claim, GuardedStore, Lease, LeaseLost
from store.session import Store

log = logging.getLogger(__name__)

LASTS = timedelta(minutes=1)
"""How long nothing may be heard of an owner before his work is taken up."""

LOOKS_A_SECOND = 4
"""How often a waiter looks."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of work: its key, and what it is in words. ``lasts`` is how long an owner is believed to live unheard."""

    key: str
    task: str
    lasts: timedelta = LASTS


class AlreadyAtWork(VerbatimError):
    """Somebody else does the same work right now."""

    def __init__(self, lease: Lease) -> None:
        since = lease.taken_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        super().__init__(f"{lease.task} is at work since {since}: {lease.held_by}; run this again when that is done")
        self.lease = lease


@contextmanager
def alone(store: Store, unit: Unit, patience: timedelta | None = None) -> Iterator[Store]:
    """Have a unit of work for oneself; the store that comes out writes only as long as that is so.

    A living owner is waited for as long as ``patience``, not at all where that is None; a dead one is outlasted.
    Raises AlreadyAtWork in one line that says who has it and since when.
    """
    claim = Claim(unit.key, unit.task, uuid.uuid4().hex, _words(), process_name(), unit.lasts)
    _take(store, claim, time.monotonic() + patience.total_seconds() if patience else 0.0)
    done = threading.Event()
    beating = threading.Thread(target=_beat, args=(store, claim, done), daemon=True, name=f"lease of {unit.key}")
    beating.start()
    try:
        yield GuardedStore(store, claim)
    finally:
        done.set()
        beating.join()
        _let_go(store, claim)


def look_at(store: Store, unit: Unit) -> None:
    """Raise AlreadyAtWork where a process of this machine that lives has the unit; nothing is taken or waited for."""
    with store.read() as session:
        held = leases.lease_of(session, unit.key)
    if held is not None and is_alive(held.process):
        raise AlreadyAtWork(held)


def _take(store: Store, claim: Claim, until: float) -> None:
    seen, unheard_from = None, 0.0
    while True:
        with store.begin() as session:
            held = leases.take(session, claim)
        if held is None:
            return
        if seen is None or (held.owner, held.beats) != (seen.owner, seen.beats):
            lives_for_sure = seen is not None and held.owner == seen.owner
            seen, unheard_from = held, time.monotonic()
        else:
            lives_for_sure = False
        lives = is_alive(held.process)
        unheard = time.monotonic() - unheard_from > claim.lasts.total_seconds()
        if lives is False or (unheard and lives is None):
            with store.begin() as session:
                if leases.take_from(session, claim, held):
                    log.warning("%s: %s ended without a word; taken up", held.task, held.held_by)
                    return
        elif (lives or lives_for_sure) and time.monotonic() >= until:
            raise AlreadyAtWork(held)
        time.sleep(1 / LOOKS_A_SECOND)


def _beat(store: Store, claim: Claim, done: threading.Event) -> None:
    """Say again and again that the work goes on. A store that does not answer is asked again at the next beat."""
    while not done.wait(claim.lasts.total_seconds() / 6):
        try:
            with store.begin() as session:
                if not leases.renew(session, claim):
                    return
        except VerbatimError as error:
            log.warning("%s: lease not renewed: %s", claim.task, error)


def _let_go(store: Store, claim: Claim) -> None:
    try:
        with store.begin() as session:
            leases.let_go(session, claim)
    except VerbatimError as error:
        # it runs out by itself, and what went wrong in the work itself is not to be covered up
        log.warning("%s: lease not given back: %s", claim.task, error)


def process_name() -> str | None:
    """What the operating system knows this process by: machine, number and when it began; None where it cannot say."""
    began = _began(os.getpid())
    machine = _machine()
    return f"{machine}/{os.getpid()}/{began}" if machine and began else None


def is_alive(process: str | None) -> bool | None:
    """Whether a process of this machine lives; None where it is another machine's, or cannot be asked."""
    machine, _, rest = (process or "").partition("/")
    number, _, began = rest.partition("/")
    if not number.isdigit() or machine != _machine():
        return None
    return _began(int(number)) == began


def _words() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        user = str(os.getuid())
    return f"process {os.getpid()} of {user} on {socket.gethostname()}"


@lru_cache(maxsize=1)
def _machine() -> str | None:
    """This run of this machine; containers on it count their processes apart."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return None


def _began(pid: int) -> str | None:
    """When a process began, in ticks since the machine did: numbers are given out again. None where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


__all__ = ["AlreadyAtWork", "LeaseLost", "Unit", "alone", "is_alive", "look_at", "process_name"]
