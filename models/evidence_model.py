"""What decides between candidates: signals, a ranker over them, and how sure its first choice is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models.signals import measure

if TYPE_CHECKING:
    from models.reranker import Reranker
    from models.scene import Scene, Values

SHOWN_SIGNALS = 6


class Ranker(Protocol):
    """Scores the candidates of a scene from their signals."""

    @property
    def name(self) -> str: ...

    def scores(self, scene: Scene, signals: dict[str, Values]) -> Values:
        """A score for each candidate, higher is better evidence; shape (candidates,)."""
        ...

    def shares(self, scene: Scene, signals: dict[str, Values], index: int) -> dict[str, float]:
        """What each signal adds to the score of a candidate, against the mean of its call."""
        ...


class Confidence(Protocol):
    """Says how likely each candidate is the one that a careful reader would accept."""

    def confidences(self, scene: Scene, scores: Values) -> Values:
        """Between 0 and 1, in the order of the scores; shape (candidates,)."""
        ...


@dataclass(frozen=True)
class EvidenceModel:
    """A ranker, maybe a second stage behind it, and how sure they are.

    ``sure`` is the confidence from which a pick counts as sure.
    """

    version: str
    ranker: Ranker
    confidence: Confidence
    sure: float
    reranker: Reranker | None = None
    without: tuple[str, ...] = ()
    """Signals that the ranker does without, and that are not measured."""

    def signals(self, scene: Scene) -> dict[str, Values]:
        """The signals of the scene: name to a number for each candidate."""
        return measure(scene, self.without)

    def scores(self, scene: Scene, signals: dict[str, Values]) -> Values:
        """A score for each candidate, by both stages where there are two; higher is better evidence."""
        first = self.ranker.scores(scene, signals)
        return first if self.reranker is None else self.reranker.joined(scene, first)

    def decided(self, scene: Scene, signals: dict[str, Values], index: int) -> dict[str, float]:
        """The signals that spoke loudest for the candidate, the loudest first, with what each added to its score."""
        shares = self.ranker.shares(scene, signals, index)
        loud = sorted(((round(share, 3), name) for name, share in shares.items()), key=lambda one: (-one[0], one[1]))
        return {name: share for share, name in loud[:SHOWN_SIGNALS] if share > 0}
