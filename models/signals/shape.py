"""The shape of a sentence: its length, whether it asks, and what kind of small talk it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values

CURT_WORDS = 3
LONG_TURN_WORDS = 60


@family("length", "asks", "curt", "filler", "thanks", "greets", "offers_help", "long_turn", of_the_call=True)
def shape(scene: Scene) -> dict[str, Values]:
    """Words (log), a question, a curt fragment, a filler, thanks, a greeting, an offer of help, a long instruction."""
    import numpy as np

    texts, view = scene.texts, scene.view
    words = np.array([len(text.split()) for text in texts], dtype=float)
    in_turn = np.array(
        [len(view.call.turns[view.utterances[position].turn].text.split()) for position in view.candidates], dtype=float
    )
    return {
        "length": np.log1p(words),
        "asks": np.array([float("?" in text) for text in texts]),
        "curt": (words <= CURT_WORDS).astype(float),
        "filler": said("filler", texts),
        "thanks": said("thanks", texts),
        "greets": said("greeting", texts),
        "offers_help": said("offer_of_help", texts),
        "long_turn": (in_turn > LONG_TURN_WORDS).astype(float),
    }
