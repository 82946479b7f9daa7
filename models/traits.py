"""Traits: what a whole call shows of a criterion, each a number; what met, not met and no opportunity is told from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from models.omission import Window, window_of
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values

MANNERS = (
    "acknowledges",
    "greets",
    "offers_help",
    "thanks",
    "identity_question",
    "asks",
    "refuses_without_alternative",
    "hedge",
    "vague_time",
    "disclosure",
    "blame",
    "pressure",
    "guarantee",
)
"""Signals of which it counts whether a sentence of the window, or of the call, has them."""
SHARES = ("customer_objects", "refuses", "hedge", "curt", "asks")
"""Signals of which it counts how many sentences have them."""
PEAKS = ("customer_says_again", "asks_what_was_given", "says_again")


def traits_of(scene: Scene, signals: Mapping[str, Values]) -> dict[str, float]:
    """All traits of a scene with at least one candidate; ``signals`` are those of ``models.signals.measure``."""
    window = window_of(scene, signals)
    return {
        name: float(value) for part in (_likeness, _manner, _setting) for name, value in part(scene, signals, window)
    }


DUE_TRAITS = ("cue", "call: account_action", "call: identity_question")
"""What tells whether a behaviour was due at all. How long a call is tells the sources apart, and is not among them."""


def due_traits_of(scene: Scene) -> dict[str, float]:
    """The traits of DUE_TRAITS alone, without the other signals."""
    found = {
        "cue": scene.cue_strengths.max(),
        "call: account_action": said("account_action", scene.texts).max(),
        "call: identity_question": said("identity_question", scene.texts).max(),
    }
    return {name: float(found[name]) for name in DUE_TRAITS}


def _likeness(scene: Scene, signals: Mapping[str, Values], window: Window) -> Iterator[tuple[str, float]]:
    """How near the call, and the window, came to good and to failing, also against the ordinary of the call."""
    inside = {name: signals[name][window.slice] for name in LIKE}
    for name in ("like_good", "like_expected", "pair_like_good", "words_of_good", "like_failing"):
        yield f"window: {name}", inside[name].max()
    for name in ("like_good", "pair_like_good", "like_failing"):
        yield f"call: {name}", signals[name].max()
    good, failing, contrast = signals["like_good"], signals["like_failing"], signals["contrast"]
    yield "call: like_good over its mean", good.max() - good.mean()
    yield "call: like_failing over its mean", failing.max() - failing.mean()
    yield "call: contrast", contrast.max()
    yield "window: lowest contrast", -inside["contrast"].min()
    yield "call: good less failing", good.max() - failing.max()
    yield "window: good less failing", inside["like_good"].max() - inside["like_failing"].max()
    yield "call: pattern of failing", max(0.0, signals["pattern"].max())
    yield "call: pattern of good", max(0.0, -signals["pattern"].min())


LIKE = ("like_good", "like_expected", "pair_like_good", "words_of_good", "like_failing", "contrast")


def _manner(scene: Scene, signals: Mapping[str, Values], window: Window) -> Iterator[tuple[str, float]]:
    """Whether the window, and the call, have an acknowledgement, a greeting, a hedge and so on."""
    for name in MANNERS:
        yield f"window: {name}", signals[name][window.slice].max()
        yield f"call: {name}", signals[name].max()
    for name in SHARES:
        yield f"share: {name}", signals[name].mean()
    for name in PEAKS:
        yield f"call: {name}", signals[name].max()


def _setting(scene: Scene, signals: Mapping[str, Values], window: Window) -> Iterator[tuple[str, float]]:
    """What called for the behaviour, and how much was said."""
    import numpy as np

    yield "cue", scene.cue_strengths.max()
    yield "call: account_action", signals["account_action"].max()
    yield "sentences", np.log1p(len(scene.view.candidates))
    yield "sentences of the window", np.log1p(window.sentences)
    yield "words of a sentence", signals["length"].mean()
