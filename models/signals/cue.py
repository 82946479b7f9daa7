"""The cue and the distance to it: an omission shows in the first reply that moves on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family

if TYPE_CHECKING:
    import numpy as np

    from models.scene import Scene, Values

SHARPNESS = 15.0
FADING = 1.5
"""Sentences over which the reply to a cue fades."""


NAMES = (
    "cue_before",
    "reply_to_strongest_cue",
    "first_sentence_of_reply",
    "cue_earlier",
    "cue_stands_out",
    "after_strongest_cue",
    "just_after_strongest_cue",
    "fails_after_cue",
)


@family(*NAMES)
def cue(scene: Scene) -> dict[str, Values]:
    """How strong the cue just before is, how it stands out, and the place after the call's strongest.

    All zero where the criterion has no cue.
    """
    import numpy as np

    view, strengths = scene.view, scene.cue_strengths
    if not strengths.any():
        return dict.fromkeys(NAMES, np.zeros(len(view.candidates)))
    before = np.array([strengths[at] if at is not None else 0.0 for at in scene.cue_before])
    first = np.array([float(place == 0) for place in view.place_in_turn])
    so_far = np.maximum.accumulate(np.r_[0.0, strengths])
    standing = np.exp((before - before.max()) * SHARPNESS)
    after, fading = _after(np.array(view.candidates), int(strengths.argmax()))
    values = (
        before,
        (before >= before.max() - 1e-9).astype(float) * float(before.max() > 0),
        before * first,
        so_far[view.candidates],
        standing / standing.sum(),
        after,
        fading,
        before * scene.mean_likeness(scene.criterion.broken_by.examples),
    )
    return dict(zip(NAMES, values, strict=True))


def _after(positions: np.ndarray, strongest: int) -> tuple[Values, Values]:
    """Whether a candidate stands after that position, and how closely: 1 for the next one, fading with the others."""
    import numpy as np

    after = positions > strongest
    order = np.cumsum(after) - 1
    return after.astype(float), np.where(after, np.exp(-order / FADING), 0.0)
