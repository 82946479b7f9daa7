"""What a criterion of a call is judged from: its candidates, what stands around them, and the vectors of it all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from nlp.segment import segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nlp.call import Call
    from nlp.encoder import Encoder
    from nlp.utterance import Utterance
    from rubric.criterion import Criterion

    Values = NDArray[np.float64]

Found = TypeVar("Found")
BLOCK = 256
BEFORE = 300
"""Characters of the customer's words that go before a sentence in its pair: their last ones."""
"""Sentences that are compared at once with all others of a call."""

SITUATIONS = ("violation", "cue", "opening", "closing", "account_action", "anywhere")


def situation_of(criterion: Criterion) -> str:
    """Where to look: everywhere for a violation, after a cue or at a moment for an omission."""
    if criterion.failure != "omission":
        return "violation"
    if criterion.due is None:
        return "anywhere"
    return criterion.due.moment or "cue"


class CallView:
    """A call seen once for all of its failing criteria: utterances and their vectors."""

    def __init__(self, call: Call, encoder: Encoder) -> None:
        self.call, self.encoder = call, encoder
        self.utterances: list[Utterance] = list(segment(call))
        self.candidates = [n for n, one in enumerate(self.utterances) if one.speaker == "agent"]
        """Positions in ``utterances`` of what the agent said."""
        self.customers = [n for n, one in enumerate(self.utterances) if one.speaker == "customer"]
        self._remembered: dict[str, dict[str, Values]] = {}

    def remembered(self, name: str, compute: Callable[[], dict[str, Values]]) -> dict[str, Values]:
        """What ``compute`` gave the first time under that name: the same for every criterion of the call."""
        if name not in self._remembered:
            self._remembered[name] = compute()
        return self._remembered[name]

    @cached_property
    def vectors(self) -> Values:
        """Unit vectors, shape (utterances, dimensions)."""
        return self.encode([one.text for one in self.utterances])

    def encode(self, texts: Sequence[str]) -> Values:
        import numpy as np

        return self.encoder.encode(texts).astype(np.float64)

    @cached_property
    def _runs(self) -> list[list[int]]:
        """Positions of what one side said until the other spoke, run by run; the system's words are in none."""
        runs: list[list[int]] = []
        speaker = ""
        for position, one in enumerate(self.utterances):
            if one.speaker == "system":
                continue
            if one.speaker != speaker:
                runs.append([])
                speaker = one.speaker
            runs[-1].append(position)
        return runs

    def _neighbours(self, step: int) -> list[list[int]]:
        """For each candidate the customer's run that stands ``step`` runs from its own; empty where there is none."""
        found: list[list[int]] = []
        for number, run in enumerate(self._runs):
            if self.utterances[run[0]].speaker != "agent":
                continue
            at = number + step
            found += [self._runs[at] if 0 <= at < len(self._runs) else []] * len(run)
        return found

    @cached_property
    def previous_customer(self) -> list[list[int]]:
        """For each candidate the positions of what the customer said before the agent took over."""
        return self._neighbours(-1)

    @cached_property
    def next_customer(self) -> list[list[int]]:
        """For each candidate the positions of what the customer said when the agent had finished."""
        return self._neighbours(1)

    @cached_property
    def words_before(self) -> list[str]:
        """For each candidate what the customer said before the agent took over; one text a run, however long."""
        return self._words(self.previous_customer)

    @cached_property
    def words_after(self) -> list[str]:
        """For each candidate what the customer said when the agent had finished."""
        return self._words(self.next_customer)

    def _words(self, runs: list[list[int]]) -> list[str]:
        return once_a_run(lambda run: " ".join(self.utterances[n].text for n in run), runs)

    @cached_property
    def pairs(self) -> list[str]:
        """For each candidate the customer's words before it and itself, as one text."""
        said = [self.utterances[n].text for n in self.candidates]
        return [
            f"Customer: {before[-BEFORE:]} Agent: {text}" for before, text in zip(self.words_before, said, strict=True)
        ]

    @property
    def texts(self) -> list[str]:
        """Every text of the call that signals compare by its vector; some stand in it twice."""
        around = [one for one in (*self.words_before, *self.words_after) if one.strip()]
        return [*(one.text for one in self.utterances), *around, *self.pairs]

    @cached_property
    def place_in_turn(self) -> list[int]:
        """For each candidate how many of the agent's sentences of the same turn stand before it."""
        places, count, last = [], 0, -1
        for position in self.candidates:
            turn = self.utterances[position].turn
            count = count + 1 if turn == last else 0
            last = turn
            places.append(count)
        return places


@dataclass(frozen=True)
class Scene:
    """One criterion of one call. Signals look at it and give a number for each candidate."""

    view: CallView
    criterion: Criterion

    @property
    def texts(self) -> list[str]:
        """What the agent said, candidate by candidate."""
        return [self.view.utterances[position].text for position in self.view.candidates]

    def likeness(self, texts: Sequence[str]) -> Values:
        """The highest cosine of each candidate to one of ``texts``, shape (candidates,); zeros without texts."""
        return self.likeness_of(self.texts, texts)

    def likeness_of(self, said: Sequence[str], texts: Sequence[str]) -> Values:
        """The highest cosine of each of ``said`` to one of ``texts``; zero where nothing was said or none are given."""
        import numpy as np

        found: Values = np.zeros(len(said))
        spoken = [n for n, one in enumerate(said) if one.strip()]
        if texts and spoken:
            found[spoken] = (self.view.encode([said[n] for n in spoken]) @ self.view.encode(texts).T).max(axis=1)
        return found

    def mean_likeness(self, texts: Sequence[str]) -> Values:
        """The mean cosine of each candidate to ``texts``, shape (candidates,); zeros without texts."""
        import numpy as np

        if not texts:
            return np.zeros(len(self.view.candidates))
        found: Values = self.view.vectors[self.view.candidates] @ self.view.encode(texts).mean(axis=0)
        return found

    @cached_property
    def cue_strengths(self) -> Values:
        """How much each utterance of the cue's speaker is like the cue, shape (utterances,); zero for the others."""
        import numpy as np

        strengths = np.zeros(len(self.view.utterances))
        cue = self.criterion.due.cue if self.criterion.due else None
        if cue is None:
            return strengths
        spoken = [n for n, one in enumerate(self.view.utterances) if one.speaker == cue.speaker]
        if cue.examples and spoken:
            strengths[spoken] = (self.view.vectors[spoken] @ self.view.encode(cue.examples).T).max(axis=1)
        if cue.patterns:
            from models.patterns import matches

            texts = [self.view.utterances[n].text for n in spoken]
            strengths[spoken] = np.maximum(strengths[spoken], matches(texts, cue.patterns))
        return strengths

    @cached_property
    def cue_before(self) -> list[int | None]:
        """For each candidate the position of the strongest cue in what the customer said just before it."""
        strengths = self.cue_strengths

        def strongest(run: list[int]) -> int | None:
            return max(run, key=lambda n: (strengths[n], -n)) if run else None

        return once_a_run(strongest, self.view.previous_customer)


def once_a_run(compute: Callable[..., Found], *runs: Sequence[list[int]]) -> list[Found]:
    """``compute`` of each candidate's runs, once for neighbours that share them: a run may be as long as the call."""
    found: list[Found] = []
    last: tuple[list[int], ...] = ()
    for here in zip(*runs, strict=True):
        same = bool(found) and all(one is other for one, other in zip(here, last, strict=True))
        found.append(found[-1] if same else compute(*here))
        last = here
    return found


def highest_cosine(ours: Values, theirs: Values) -> Values:
    """The highest cosine of each of ``ours`` to one of ``theirs``, shape (ours,), in blocks that memory holds.

    Both are unit vectors, shape (texts, dimensions), at least one each.
    """
    import numpy as np

    return np.concatenate([(ours[at : at + BLOCK] @ theirs.T).max(axis=1) for at in range(0, len(ours), BLOCK)])
