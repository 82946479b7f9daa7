"""The customer's reaction: the clearest sign of a lapse is what it brings about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("customer_objects", "customer_asks", "customer_says_again", of_the_call=True)
def reaction(scene: Scene) -> dict[str, Values]:
    """Whether the customer objects next, asks next, or says again what they said before the sentence."""
    import numpy as np

    view = scene.view
    texts = [" ".join(view.utterances[n].text for n in block) for block in view.next_customer]
    repeated = np.zeros(len(texts))
    for index, (before, after) in enumerate(zip(view.previous_customer, view.next_customer, strict=True)):
        if before and after:
            repeated[index] = float((view.vectors[before] @ view.vectors[after].T).max())
    return {
        "customer_objects": said("customer_reacts", texts),
        "customer_asks": np.array([float("?" in text) for text in texts]),
        "customer_says_again": repeated,
    }
