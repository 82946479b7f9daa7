"""The form of the examples: where failing is a question, a refusal or a long speech, evidence has that form too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.signals.examples import plain_examples
from models.signals.family import family

if TYPE_CHECKING:
    from models.scene import Scene, Values

NEGATION = re.compile(r"n['’]t\b|\b(?:not|no|cannot|never)\b", re.IGNORECASE)
USUAL_WORDS = 8
QUOTABLE = 2.3
"""Log of one more than the words of a sentence that is easiest to quote, about nine."""


@family("asks_like_failing", "negates_like_failing", "as_long_as_failing", "quotable")
def form(scene: Scene) -> dict[str, Values]:
    """Agreement in asking and in negating (from -1 to 1), nearness in length, and nearness to a quotable length."""
    import numpy as np

    examples = plain_examples(scene.criterion.broken_by)
    texts = scene.texts
    length = np.log1p([len(text.split()) for text in texts])
    usual = np.mean([len(text.split()) for text in examples]) if examples else USUAL_WORDS
    return {
        "asks_like_failing": _agreement([("?" in text) for text in texts], [("?" in text) for text in examples]),
        "negates_like_failing": _agreement(
            [bool(NEGATION.search(text)) for text in texts], [bool(NEGATION.search(text)) for text in examples]
        ),
        "as_long_as_failing": -np.abs(length - np.log1p(usual)),
        "quotable": -((length - QUOTABLE) ** 2),
    }


def _agreement(ours: list[bool], theirs: list[bool]) -> Values:
    import numpy as np

    share = sum(theirs) / len(theirs) if theirs else 0.5
    found: Values = np.array(ours, dtype=float) * (2 * share - 1)
    return found
