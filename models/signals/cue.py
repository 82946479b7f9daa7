"""The cue and the distance to it: an omission shows in the first reply that moves on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.scene import Scene, Values


def cue(scene: Scene) -> dict[str, Values]:
    """How strong the cue just before is, whether it is the call's strongest, and the place in the reply to it.

    All zero where the criterion has no cue.
    """
    import numpy as np

    view, strengths = scene.view, scene.cue_strengths
    before = np.array([strengths[at] if at is not None else 0.0 for at in scene.cue_before])
    strongest = before.max() if len(before) else 0.0
    first = np.array([float(place == 0) for place in view.place_in_turn])
    so_far = np.maximum.accumulate(np.r_[0.0, strengths])
    near = so_far[view.candidates]
    return {
        "cue_before": before,
        "reply_to_strongest_cue": (before >= strongest - 1e-9).astype(float) * float(strongest > 0),
        "first_sentence_of_reply": before * first,
        "cue_earlier": near,
    }
