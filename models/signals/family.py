"""A family of signals: a pure function of a scene that knows the names of what it measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.scene import Scene, Values

    Measuring = Callable[[Scene], dict[str, Values]]


@dataclass(frozen=True)
class Family:
    """``measure`` gives a number for each candidate under each of ``signals``, shape (candidates,).

    ``of_the_call``: it looks at the call alone, so that all criteria of a call share what it found.
    """

    name: str
    signals: tuple[str, ...]
    measure: Measuring
    of_the_call: bool = False

    def __call__(self, scene: Scene) -> dict[str, Values]:
        if self.of_the_call:
            return scene.view.remembered(self.name, lambda: self.measure(scene))
        return self.measure(scene)


def family(*signals: str, of_the_call: bool = False) -> Callable[[Measuring], Family]:
    """Make a family of a function that measures ``signals``; its name is the function's."""
    return lambda measure: Family(measure.__name__, signals, measure, of_the_call)
