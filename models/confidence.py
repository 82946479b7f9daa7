"""How sure a pick is: from the lead of the best score over the others to a share of right picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.scene import Scene, Values

FEATURES = ("constant", "share", "lead", "candidates")


@dataclass(frozen=True)
class PlainConfidence:
    """A softmax over the scores, damped: nothing was learned about how often a lead is right."""

    temperature: float = 0.1
    ceiling: float = 0.5

    def confidences(self, scene: Scene, scores: Values) -> Values:
        """See models.evidence_model.Confidence."""
        return softmax(scores / self.temperature) * self.ceiling


@dataclass(frozen=True)
class LearnedConfidence:
    """A logistic curve over the first choice's lead, fitted on picks of calls that the ranker had not seen.

    ``weights`` are those of FEATURES. The other candidates get what is left, by their shares.
    """

    weights: tuple[float, ...]

    def certainty(self, scores: Values) -> float:
        """How likely the best of these scores is right."""
        import numpy as np

        return float(1 / (1 + np.exp(-(lead_of(scores) @ np.array(self.weights)))))

    def confidences(self, scene: Scene, scores: Values) -> Values:
        """See models.evidence_model.Confidence."""
        import numpy as np

        certainty = self.certainty(scores)
        shares = softmax(scores)
        best = int(scores.argmax())
        rest = max(1e-9, 1 - float(shares[best]))
        found: Values = np.minimum(certainty, shares / rest * (1 - certainty))
        found[best] = certainty
        return found


def lead_of(scores: Values) -> Values:
    """FEATURES of a ranking: the best candidate's share as a logit, its lead over the second, the log of how many."""
    import numpy as np

    shares = softmax(scores)
    ordered = np.sort(scores)[::-1]
    top = float(np.clip(shares.max(), 1e-4, 1 - 1e-4))
    lead = float(min(ordered[0] - ordered[1], 4.0)) if len(ordered) > 1 else 4.0
    return np.array([1.0, np.log(top / (1 - top)), lead, np.log(len(scores))])


def train_confidence(rankings: Sequence[Values], right: Sequence[bool]) -> LearnedConfidence:
    """Fit the curve on rankings and whether their first choice was accepted. Use rankings out of sample."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    features = np.stack([lead_of(scores)[1:] for scores in rankings])
    if len(set(right)) < 2:
        return LearnedConfidence((2.0 if right and right[0] else -2.0, 0.0, 0.0, 0.0))
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(features, np.array(right))
    return LearnedConfidence(tuple(round(float(value), 4) for value in (*fitted.intercept_, *fitted.coef_[0])))


def softmax(scores: Values) -> Values:
    """Positive numbers that sum to 1, in the order of the scores."""
    import numpy as np

    grown: Values = np.exp(scores - scores.max())
    shares: Values = grown / grown.sum()
    return shares
