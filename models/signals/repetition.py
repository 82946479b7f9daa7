"""Repeating oneself, and asking for what was given before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values


def repetition(scene: Scene) -> dict[str, Values]:
    """Likeness to what the agent said earlier, and, for a question, to what the customer has said already."""
    import numpy as np

    view = scene.view
    agent = np.zeros(len(view.candidates))
    given = np.zeros(len(view.candidates))
    customers = [n for n, one in enumerate(view.utterances) if one.speaker == "customer"]
    for index, position in enumerate(view.candidates):
        vector = view.vectors[position]
        if index:
            agent[index] = float((view.vectors[view.candidates[:index]] @ vector).max())
        earlier = [n for n in customers if n < position]
        if earlier:
            given[index] = float((view.vectors[earlier] @ vector).max())
    asks = np.array([float("?" in text) for text in scene.texts]) + said("identity_question", scene.texts)
    return {"says_again": agent, "asks_what_was_given": given * np.minimum(asks, 1.0)}
