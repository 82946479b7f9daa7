"""Acknowledgement, and its absence between the cue and the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("acknowledges", "nothing_acknowledged", of_the_call=True)
def acknowledging(scene: Scene) -> dict[str, Values]:
    """Whether a sentence acknowledges or apologises, and whether nothing in its turn up to it does."""
    import numpy as np

    texts = scene.texts
    kind = np.maximum(said("acknowledgement", texts), said("apology", texts))
    missing, heard = np.zeros(len(texts)), False
    for index, place in enumerate(scene.view.place_in_turn):
        heard = bool(kind[index]) or (heard and place > 0)
        missing[index] = float(not heard)
    return {"acknowledges": kind, "nothing_acknowledged": missing}
