"""How sure a pick is: from the lead of the best score over the others to a share of right picks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.scene import Scene, Values


@dataclass(frozen=True)
class PlainConfidence:
    """A softmax over the scores, damped: nothing was learned about how often a lead is right."""

    temperature: float = 0.1
    ceiling: float = 0.5

    def confidences(self, scene: Scene, scores: Values) -> Values:
        """See models.evidence_model.Confidence."""
        shares = softmax(scores / self.temperature)
        return shares * self.ceiling


def softmax(scores: Values) -> Values:
    """Positive numbers that sum to 1, in the order of the scores."""
    import numpy as np

    grown: Values = np.exp(scores - scores.max())
    shares: Values = grown / grown.sum()
    return shares
