"""The second stage: a cross-encoder reads the first stage's best candidates once more, beside the criterion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from models.reranker_text import CANDIDATE_TOKENS, CRITERION_TOKENS, candidate_tokens, criterion_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.reranker_onnx import ReadCriterion, RerankerGraphs
    from models.reranker_text import Candidate
    from models.scene import CallView, Scene, Values
    from rubric.criterion import Criterion

    Read = tuple[NDArray[np.float32], Candidate]

CANDIDATES = 6
"""How many of the first stage's best are read: with more, hit@1 stays and the cost grows (docs/decisions/0010)."""
WEIGHT = 0.5
"""What a point of the second stage counts in the first one's scores."""
LENGTHS = (48, CANDIDATE_TOKENS)
"""A score's last digits depend on the length that a text is padded to, and its own length decides that."""
AT_ONCE = 6
"""Candidates that are read and scored together."""
KEPT_CRITERIA = 256


@dataclass(frozen=True)
class Reranker:
    """Joins the scores of both stages. ``adapter`` is the file with what training changed of the packaged encoder."""

    adapter: Path
    weight: float = WEIGHT
    candidates: int = CANDIDATES

    @cached_property
    def net(self) -> RerankerGraphs:
        """The packaged encoder with the adapter on it; loaded when first used. Raises AdapterDoesNotFit."""
        from models.reranker_onnx import RerankerGraphs

        return RerankerGraphs(self.adapter)

    @cached_property
    def _known(self) -> WeakKeyDictionary[CallView, dict[int, Read]]:
        return WeakKeyDictionary()

    @cached_property
    def _criteria(self) -> dict[str, ReadCriterion]:
        return {}

    def joined(self, scene: Scene, scores: Values) -> Values:
        """The first stage's ``scores`` with the second stage's added where it looked, shape (candidates,).

        What it did not look at stays behind what it thought least of.
        """
        looked = best_of(scores, self.candidates)
        if len(looked) < 2:
            return scores
        return join(scores, looked, self.second_opinion(scene, looked), self.weight)

    def second_opinion(self, scene: Scene, looked: Sequence[int]) -> Values:
        """The net's scores of these candidates of a scene, in their order."""
        import numpy as np

        read = self._candidates(scene.view, looked)
        criterion = self._criterion(scene.criterion)
        found = np.zeros(len(looked))
        for places in _batches([len(candidate.tokens.ids) for _, candidate in read]):
            rows = [read[place] for place in _two_at_least(places)]
            states = np.stack([states for states, _ in rows])
            sections = padded([candidate.tokens.sections for _, candidate in rows], states.shape[1])
            scores = self.net.score(criterion, states, sections, np.array([one.place for _, one in rows]))
            found[places] = scores[: len(places)]
        return found

    def _criterion(self, criterion: Criterion) -> ReadCriterion:
        """Read once for all calls. Chunks of a night share this: what is returned is not looked up again."""
        key = criterion.model_dump_json()
        found = self._criteria.get(key)
        if found is None:
            tokens = criterion_tokens(criterion)
            ids, sections = padded([tokens.ids], CRITERION_TOKENS), padded([tokens.sections], CRITERION_TOKENS)
            found = self.net.read_criterion(ids, sections)
            if len(self._criteria) >= KEPT_CRITERIA:
                self._criteria.clear()
            self._criteria[key] = found
        return found

    def _candidates(self, view: CallView, looked: Sequence[int]) -> list[Read]:
        """Candidates after the lower layers; each is read once a call, whatever the criteria."""
        known = self._known.setdefault(view, {})
        new = [index for index in looked if index not in known]
        if new:
            said = candidate_tokens(view.call, [view.utterances[view.candidates[index]] for index in new])
            states = self._read([one.tokens.ids for one in said])
            known.update({index: (states[n], said[n]) for n, index in enumerate(new)})
        return [known[index] for index in looked]

    def _read(self, texts: Sequence[tuple[int, ...]]) -> dict[int, NDArray[np.float32]]:
        found = {}
        for places in _batches([len(ids) for ids in texts]):
            length = _length(len(texts[places[-1]]))
            states = self.net.read(padded([texts[place] for place in _two_at_least(places)], length))
            found.update({place: states[row] for row, place in enumerate(places)})
        return found


def best_of(scores: Values, count: int) -> list[int]:
    """The candidates with the highest scores, the best first, ties as they were spoken."""
    return sorted(range(len(scores)), key=lambda index: (-scores[index], index))[:count]


def join(scores: Values, looked: Sequence[int], seen: Values, weight: float) -> Values:
    """The first stage's scores, and on the candidates looked at ``weight`` times the second one's, about its mean.

    What was not looked at gets the least of them.
    """
    level = weight * (seen - seen.mean())
    found: Values = scores + level.min()
    found[list(looked)] = scores[list(looked)] + level
    return found


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places in batches of one length each, the shorter first."""
    order = sorted(range(len(lengths)), key=lambda place: (lengths[place], place))
    for size in LENGTHS:
        inside = [place for place in order if _length(lengths[place]) == size]
        for start in range(0, len(inside), AT_ONCE):
            yield inside[start : start + AT_ONCE]


def _length(tokens: int) -> int:
    return next(size for size in LENGTHS if tokens <= size)


def _two_at_least(places: list[int]) -> list[int]:
    """A row alone goes through another kernel, with other last digits (docs/decisions/0058)."""
    return places if len(places) > 1 else places * 2


def padded(rows: Sequence[Sequence[int]], length: int) -> NDArray[np.int64]:
    """Rows of numbers as one array, filled up with zeros."""
    import numpy as np

    return np.array([[*row, *([0] * (length - len(row)))] for row in rows])
