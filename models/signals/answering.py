"""Answering something else: a reply that has little to do with what the customer just said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("like_what_was_said", "was_asked", of_the_call=True)
def answering(scene: Scene) -> dict[str, Values]:
    """Likeness to what the customer said just before, and whether that was a question; 0 where they said nothing."""
    import numpy as np

    view = scene.view
    like = np.zeros(len(view.candidates))
    asked = np.zeros(len(view.candidates))
    for index, (position, block) in enumerate(zip(view.candidates, view.previous_customer, strict=True)):
        if block:
            like[index] = float((view.vectors[block] @ view.vectors[position]).max())
            asked[index] = float(any("?" in view.utterances[n].text for n in block))
    return {"like_what_was_said": like, "was_asked": asked}
