"""The type of a call that names none: the rubric's type whose examples are nearest to how the customer begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.segment import segment

if TYPE_CHECKING:
    from nlp.call import Call
    from nlp.encoder import Encoder
    from rubric.rubric import Rubric

FIRST_UTTERANCES = 6
"""Of the customer: what a call is about is said at its beginning."""
SHARPNESS = 12.0
"""How fast a lead in likeness becomes certainty."""


@dataclass(frozen=True, slots=True)
class CallTypeGuess:
    """A call type of the rubric and its share of the certainty, 0 to 1."""

    call_type: str
    confidence: float


def classify_call_type(call: Call, rubric: Rubric, encoder: Encoder) -> CallTypeGuess | None:
    """The likeliest type; None where the rubric has no types with examples or the customer says nothing."""
    import numpy as np

    known = {name: list(kind.examples) for name, kind in rubric.call_types.items() if kind.examples}
    said = [one.text for one in segment(call) if one.speaker == "customer"][:FIRST_UTTERANCES]
    if not known or not said:
        return None
    spoken = encoder.encode(said).astype(np.float64)
    likeness = {name: float((spoken @ encoder.encode(texts).T).max()) for name, texts in known.items()}
    weights = {name: float(np.exp(SHARPNESS * like)) for name, like in likeness.items()}
    best = min(weights, key=lambda name: (-round(weights[name], 6), name))
    return CallTypeGuess(best, round(weights[best] / sum(weights.values()), 4))
