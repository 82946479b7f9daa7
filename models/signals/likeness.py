"""Likeness to what failing and good sound like, to the definition and to the expected behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.examples import plain_examples, sentences
from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family(
    "like_failing",
    "like_good",
    "like_definition",
    "like_part_of_definition",
    "like_expected",
    "contrast",
    "like_failing_on_the_whole",
    "like_good_on_the_whole",
    "stands_out_as_failing",
    "stands_out_by_contrast",
)
def likeness(scene: Scene) -> dict[str, Values]:
    """Cosines: an example shows better than a definition what failing sounds like, a definition what it is about.

    The nearest example and their mean differ: one is a phrase that fits, the other a manner.
    """
    criterion = scene.criterion
    failing, good = plain_examples(criterion.broken_by), plain_examples(criterion.met_by)
    broken, met = scene.likeness(failing), scene.likeness(good)
    return {
        "like_failing": broken,
        "like_good": met,
        "like_definition": scene.likeness([criterion.definition]),
        "like_part_of_definition": scene.likeness(sentences(criterion.definition)),
        "like_expected": scene.likeness([criterion.expected_behavior]),
        "contrast": broken - met,
        "like_failing_on_the_whole": scene.mean_likeness(failing),
        "like_good_on_the_whole": scene.mean_likeness(good),
        "stands_out_as_failing": _standing_out(broken),
        "stands_out_by_contrast": _standing_out(broken - met),
    }


SHARPNESS = 12.0


def _standing_out(values: Values) -> Values:
    """Near 1 for a sentence that is alone at the top of its call."""
    import numpy as np

    grown: Values = np.exp((values - values.max()) * SHARPNESS)
    shares: Values = grown / grown.sum()
    return shares
