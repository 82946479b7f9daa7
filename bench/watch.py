"""A watch of stages: what each takes, without what stands inside it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Watch:
    """Seconds and counts by stage. What an inner stage takes is not its outer stage's."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.counts: dict[str, int] = defaultdict(int)
        self._inside: list[str] = []

    @contextmanager
    def stage(self, name: str, count: int = 0) -> Iterator[None]:
        self._inside.append(name)
        started = time.perf_counter()
        yield
        spent = time.perf_counter() - started
        self._inside.pop()
        self.seconds[name] += spent
        self.counts[name] += count
        if self._inside:
            self.seconds[self._inside[-1]] -= spent
