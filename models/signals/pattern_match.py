"""The rubric's own token patterns: where a team wrote down how failing sounds, that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.patterns import matches
from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("pattern")
def pattern_match(scene: Scene) -> dict[str, Values]:
    """1 where a pattern of ``broken_by`` matches, -1 where one of ``met_by`` does."""
    import numpy as np

    found = np.zeros(len(scene.view.candidates))
    if scene.criterion.broken_by.patterns:
        found += matches(scene.texts, scene.criterion.broken_by.patterns)
    if scene.criterion.met_by.patterns:
        found -= matches(scene.texts, scene.criterion.met_by.patterns)
    return {"pattern": found}
