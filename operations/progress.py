"""How long work tells of itself: a callable that a door supplies, and silence where none does."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, how many are done, and of how many (None where that is not known yet)."""


def silent(stage: str, done: int, total: int | None) -> None:
    """No progress shown."""
