"""Repeating oneself, and asking for what was given before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.scene import BLOCK
from models.signals.family import family
from models.signals.phrases import said as said_family

if TYPE_CHECKING:
    from models.scene import CallView, Scene, Values


@family("says_again", "asks_what_was_given", of_the_call=True)
def repetition(scene: Scene) -> dict[str, Values]:
    """Likeness to what the agent said earlier, and, for a question, to what the customer has said already."""
    import numpy as np

    asks = np.array([float("?" in text) for text in scene.texts]) + said_family("identity_question", scene.texts)
    return {
        "says_again": _likest_before(scene.view, scene.view.candidates),
        "asks_what_was_given": _likest_before(scene.view, scene.view.customers) * np.minimum(asks, 1.0),
    }


def _likest_before(view: CallView, others: list[int]) -> Values:
    """The highest cosine of each candidate to one of ``others`` that was said before it, at least 0."""
    import numpy as np

    found, places = np.zeros(len(view.candidates)), np.array(others, dtype=int)
    for at in range(0, len(found), BLOCK):
        said = np.array(view.candidates[at : at + BLOCK])
        before = places[places < said[-1]]
        if len(before):
            cosines = view.vectors[said] @ view.vectors[before].T
            found[at : at + BLOCK] = np.where(before[None, :] < said[:, None], cosines, 0.0).max(axis=1)
    return np.maximum(found, 0.0)
