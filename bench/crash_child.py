"""A process of its own that lives some stages of the company, and is killed at a moment of them."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from bench.crash_world import Desk, Stage, World
from store.session import open_store

PROBLEM, MOMENTS = "problem.txt", "moments.json"
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True, slots=True)
class Life:
    """How a process ended. ``moments`` counts those that it came past by kind, where it got to its end."""

    killed: bool
    done: bool
    problem: str
    seconds: float
    moments: dict[str, int]


@dataclass(frozen=True)
class Place:
    """Where a process works: the store's URL, its folder, and how many were killed there before it."""

    url: str
    folder: Path
    attempt: int = 0


def live(
    world: World, place: Place, some: Sequence[Stage], at: int | None = None, after_s: float | None = None
) -> Life:
    """Live these stages in a process of its own, killed (SIGKILL) at its ``at``-th moment or ``after_s`` seconds.

    A moment is before or after a statement, before a commit or after it, and before a file is opened to be written or
    given its name. The caller must hold no connection to the store.
    """
    for name in (PROBLEM, MOMENTS):
        (place.folder / name).unlink(missing_ok=True)
    begun = time.monotonic()
    pid = os.fork()
    if not pid:
        _be_born(world, place, some, at)
    if after_s is not None:
        time.sleep(after_s)
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    problem, moments = place.folder / PROBLEM, place.folder / MOMENTS
    return Life(
        killed,
        status == 0,
        problem.read_text(encoding="utf-8") if problem.exists() else "",
        time.monotonic() - begun,
        json.loads(moments.read_text(encoding="utf-8")) if status == 0 else {},
    )


def draw_moment(draw: random.Random, moments: dict[str, int]) -> int:
    """One of a stage's moments, each as likely as any other; the first is 1."""
    return draw.randint(1, sum(moments.values()))


def _be_born(world: World, place: Place, some: Sequence[Stage], at: int | None) -> None:
    status = 1
    try:
        logging.disable(logging.CRITICAL)
        with open_store(place.url) as store:
            seen = _count_moments(store.engine, place.folder, at)
            desk = Desk(store, place.folder, place.attempt)
            for _, stage in some:
                stage(world, desk)
            counted = dict(seen)
        (place.folder / MOMENTS).write_text(json.dumps(counted), encoding="utf-8")
        status = 0
    except BaseException:
        (place.folder / PROBLEM).write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        # nothing of the parent's is to be closed or written twice
        os._exit(status)


def _count_moments(engine: Any, folder: Path, at: int | None) -> Counter[str]:
    seen: Counter[str] = Counter()
    parts = str(folder)

    def moment(kind: str) -> None:
        seen[kind] += 1
        if at is not None and seen.total() >= at:
            os.kill(os.getpid(), signal.SIGKILL)

    def audited(name: str, given: tuple[Any, ...]) -> None:
        if name == "os.rename" or (name == "open" and isinstance(given[2], int) and given[2] & WRITES):
            # a file of the company's: the bench's own notes are told of after the last moment
            path = given[0]
            if isinstance(path, (str, os.PathLike)) and str(path).startswith(parts) and MOMENTS not in str(path):
                moment("files")

    event.listen(engine, "before_cursor_execute", lambda *_: moment("before a statement"))
    event.listen(engine, "after_cursor_execute", lambda *_: moment("after a statement"))
    event.listen(engine, "commit", lambda *_: moment("before a commit"))
    event.listen(Session, "after_commit", lambda *_: moment("after a commit"))
    sys.addaudithook(audited)
    return seen
