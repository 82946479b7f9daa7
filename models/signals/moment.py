"""Moments of a call: the opening, the closing, and how far along a sentence stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family(
    "opening",
    "closing",
    "first_of_substance",
    "last_of_substance",
    "how_far",
    "first_sentence_of_turn",
    "very_first",
    "very_last",
    of_the_call=True,
)
def moment(scene: Scene) -> dict[str, Values]:
    """Nearness to the first and the last sentence of substance of the agent, and to the very first and last one."""
    import numpy as np

    texts = scene.texts
    count = len(texts)
    order = np.arange(count, dtype=float)
    words = np.array([len(text.split()) for text in texts], dtype=float)
    thin = (said("filler", texts) > 0) | (words < 2)
    polite = said("thanks", texts) * (words < 9)
    substance = np.flatnonzero(~thin & (polite == 0))
    first = substance[0] if len(substance) else 0
    last = substance[-1] if len(substance) else count - 1
    return {
        "opening": np.exp(-order / 2),
        "closing": np.exp(-(count - 1 - order) / 2),
        "first_of_substance": (order == first).astype(float),
        "last_of_substance": (order == last).astype(float),
        "how_far": order / max(1, count - 1),
        "first_sentence_of_turn": np.array([float(place == 0) for place in scene.view.place_in_turn]),
        "very_first": (order == 0).astype(float),
        "very_last": (order == count - 1).astype(float),
    }
