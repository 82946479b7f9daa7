"""The customer's reaction: the clearest sign of a lapse is what it brings about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.scene import highest_cosine, once_a_run
from models.signals.family import family
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("customer_objects", "customer_asks", "customer_says_again", of_the_call=True)
def reaction(scene: Scene) -> dict[str, Values]:
    """Whether the customer objects next, asks next, or says again what they said before the sentence."""
    import numpy as np

    view = scene.view
    texts = view.words_after

    def likest(before: list[int], after: list[int]) -> float:
        return float(highest_cosine(view.vectors[after], view.vectors[before]).max()) if before and after else 0.0

    return {
        "customer_objects": said("customer_reacts", texts),
        "customer_asks": np.array([float("?" in text) for text in texts]),
        "customer_says_again": np.array(once_a_run(likest, view.previous_customer, view.next_customer)),
    }
