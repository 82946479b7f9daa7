"""Who has which item open: in this process's memory, forgotten when they leave or say nothing for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

STAYS = 120.0
"""Seconds after which somebody who was not heard of is gone."""


class Presence:
    """Items under somebody's eyes, by their names. ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._seen: dict[str, dict[str, tuple[str, float]]] = {}

    def look(self, item: str, user_id: str, name: str) -> list[str]:
        """Note that somebody has the item open; the names of the others who have."""
        with self._lock:
            self._forget()
            for people in self._seen.values():
                people.pop(user_id, None)
            self._seen.setdefault(item, {})[user_id] = (name, self._clock() + STAYS)
            return sorted(name for who, (name, _) in self._seen[item].items() if who != user_id)

    def leave(self, item: str, user_id: str) -> None:
        """Note that somebody is done with the item."""
        with self._lock:
            self._seen.get(item, {}).pop(user_id, None)

    def open_to_others(self, user_id: str) -> dict[str, list[str]]:
        """The items that others have open, each with the names of those who have."""
        with self._lock:
            self._forget()
            named = {
                item: sorted(name for who, (name, _) in people.items() if who != user_id)
                for item, people in self._seen.items()
            }
        return {item: names for item, names in named.items() if names}

    def _forget(self) -> None:
        now = self._clock()
        for item, people in list(self._seen.items()):
            stay = {who: seen for who, seen in people.items() if seen[1] > now}
            if stay:
                self._seen[item] = stay
            else:
                del self._seen[item]
