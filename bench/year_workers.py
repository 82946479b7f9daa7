"""Workers of the scoring run that are killed in the middle of it, and two that run at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import date

from sqlalchemy import event

from operations.follow_up import FollowUpWork, score_due
from store.engine import make_engine, parse
from store.session import Store

MakeWork = Callable[[Store], FollowUpWork]


def run_killed(url: str, make: MakeWork, as_of: date, statements: int) -> bool:
    """A worker that is killed (SIGKILL) at its so-manieth statement; whether it died before it was done."""
    status = os.waitpid(_start(url, make, as_of, statements), 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def run_two(url: str, make: MakeWork, as_of: date) -> bool:
    """Two workers at once; whether both got to their end."""
    workers = [_start(url, make, as_of, None) for _ in range(2)]
    return all(os.waitpid(pid, 0)[1] == 0 for pid in workers)


def _start(url: str, make: MakeWork, as_of: date, statements: int | None) -> int:
    """A process of its own with a connection of its own; its id. The caller's connections must be closed."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        store = Store(make_engine(parse(url)))
        if statements is not None:
            _kill_at(store, statements)
        status = int(bool(score_due(make(store), as_of).failed))
    finally:
        os._exit(status)


def _kill_at(store: Store, statements: int) -> None:
    left = [statements]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store.engine, "after_cursor_execute", count)
