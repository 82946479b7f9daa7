"""What waits for a reviewer: a page of it, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from store import queue
from store.queue import COUNTED_TO, Entry, Wanted
from store.session import Store

__all__ = ["COUNTED_TO", "Entry", "QueuePage", "Wanted", "next_in_queue", "see_queue"]

PAGE = 25


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A stretch of the queue, the most urgent first. Counts over ``COUNTED_TO`` say only that there are more.

    ``disputed`` counts those that agents dispute, ``for_another`` those of them that this reviewer may not decide on.
    ``teams`` and ``criteria`` are those that anything waits for. ``earlier`` and ``later`` are keys to turn the page
    by, None where there is nothing.
    """

    entries: tuple[Entry, ...]
    waiting: int
    critical: int
    disputed: int
    for_another: int
    teams: tuple[str, ...]
    criteria: tuple[str, ...]
    earlier: str | None
    later: str | None


def see_queue(store: Store, wanted: Wanted, *, after: str = "", before: str = "") -> QueuePage:
    """The queue under these filters: what stands after a key, or right before one."""
    with store.read() as session:
        found = queue.entries(session, wanted, after=after, before=before, limit=PAGE + 1)
        more = len(found) > PAGE
        shown = (found[1:] if before else found[:PAGE]) if more else found
        counts = queue.count_waiting(session, wanted)
        disputed_in_all = queue.count_waiting(session, replace(wanted, disputed=True, other_than=None)).disputed
        return QueuePage(
            entries=tuple(shown),
            waiting=counts.waiting,
            critical=counts.critical,
            disputed=counts.disputed,
            for_another=disputed_in_all - counts.disputed,
            teams=tuple(queue.waiting_teams(session)),
            criteria=tuple(queue.waiting_criteria(session)),
            earlier=shown[0].key if shown and (more if before else bool(after)) else None,
            later=shown[-1].key if shown and (more or bool(before)) else None,
        )


def next_in_queue(store: Store, wanted: Wanted, after: str = "", skip: frozenset[str] = frozenset()) -> Entry | None:
    """The next that waits after a key, else the first of all. ``skip`` names items that somebody else has open.

    They come all the same where nothing else waits.
    """
    few = len(skip) + 1
    with store.read() as session:
        found = queue.entries(session, wanted, after=after, limit=few)
        if len(found) < few and after:
            found += queue.entries(session, wanted, limit=few)
    return next((one for one in found if one.name not in skip), found[0] if found else None)
