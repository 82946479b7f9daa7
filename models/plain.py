"""The plain ranker: what can be said without having learned anything, one rule for each situation.

It serves encoders that no learned ranker was made for, and is the floor that the learned one is held against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.scene import situation_of

if TYPE_CHECKING:
    from models.scene import Scene, Values

SMALL_TALK = -0.3
"""Small talk is evidence only when it is itself the lapse, which only an example of failing can say."""

LIKENESS = {"like_failing": 1.0, "like_good": -0.3, "like_definition": 0.3, "pattern": 1.0}
NO_SMALL_TALK = {"filler": SMALL_TALK, "thanks": SMALL_TALK, "greets": SMALL_TALK}
WEIGHTS: dict[str, dict[str, float]] = {
    "violation": LIKENESS | NO_SMALL_TALK,
    "anywhere": LIKENESS | NO_SMALL_TALK,
    "cue": LIKENESS | NO_SMALL_TALK | {"cue_before": 1.0, "first_sentence_of_reply": 0.2},
    "opening": {"first_of_substance": 1.0, "opening": 0.5, "pattern": 1.0},
    "closing": {"last_of_substance": 1.0, "closing": 0.5, "pattern": 1.0},
    "account_action": LIKENESS | NO_SMALL_TALK | {"first_account_action": 0.5, "account_action": 0.3},
}


class PlainRanker:
    """Weighs a few signals by hand."""

    name = "plain"

    def scores(self, scene: Scene, signals: dict[str, Values]) -> Values:
        """See models.evidence_model.Ranker."""
        import numpy as np

        total: Values = np.zeros(len(scene.view.candidates))
        for signal, weight in WEIGHTS[situation_of(scene.criterion)].items():
            total = total + weight * signals[signal]
        return total

    def shares(self, scene: Scene, signals: dict[str, Values], index: int) -> dict[str, float]:
        """See models.evidence_model.Ranker."""
        weights = WEIGHTS[situation_of(scene.criterion)]
        return {name: weight * float(signals[name][index] - signals[name].mean()) for name, weight in weights.items()}
