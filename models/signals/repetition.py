"""Repeating oneself, and asking for what was given before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from models.signals.phrases import said as said_family

if TYPE_CHECKING:
    from models.scene import Scene, Values


@family("says_again", "asks_what_was_given", of_the_call=True)
def repetition(scene: Scene) -> dict[str, Values]:
    """Likeness to what the agent said earlier, and, for a question, to what the customer has said already."""
    import numpy as np

    view = scene.view
    said = view.vectors[view.candidates]
    agent = np.tril(said @ said.T, k=-1)
    customers = np.array([n for n, one in enumerate(view.utterances) if one.speaker == "customer"], dtype=int)
    given = np.zeros(len(said))
    if len(customers):
        earlier = customers[None, :] < np.array(view.candidates)[:, None]
        given = np.where(earlier, said @ view.vectors[customers].T, 0.0).max(axis=1)
    asks = np.array([float("?" in text) for text in scene.texts]) + said_family("identity_question", scene.texts)
    return {
        "says_again": np.maximum(agent.max(axis=1), 0.0),
        "asks_what_was_given": np.maximum(given, 0.0) * np.minimum(asks, 1.0),
    }
