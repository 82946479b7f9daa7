"""A refusal without an alternative: a no that leaves the customer where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("refuses", "refuses_without_alternative", of_the_call=True)
def refusal(scene: Scene) -> dict[str, Values]:
    """Whether the sentence refuses, and whether the same turn offers nothing instead."""
    import numpy as np

    view, texts = scene.view, scene.texts
    refuses = said("refusal", texts)
    turns = [view.call.turns[view.utterances[position].turn].text for position in view.candidates]
    return {
        "refuses": refuses,
        "refuses_without_alternative": refuses * (1 - np.minimum(1, said("alternative", turns))),
    }
