"""Answering something else: a reply that has little to do with what the customer just said."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from models.scene import highest_cosine
from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("like_what_was_said", "was_asked", of_the_call=True)
def answering(scene: Scene) -> dict[str, Values]:
    """Likeness to what the customer said just before, and whether that was a question; 0 where they said nothing."""
    import numpy as np

    view = scene.view
    like = np.zeros(len(view.candidates))
    for _, group in groupby(range(len(like)), key=lambda index: id(view.previous_customer[index])):
        inside = list(group)
        before = view.previous_customer[inside[0]]
        if before:
            said = [view.candidates[index] for index in inside]
            like[inside] = highest_cosine(view.vectors[said], view.vectors[before])
    asked = np.array([float("?" in words) for words in view.words_before])
    return {"like_what_was_said": like, "was_asked": asked}
