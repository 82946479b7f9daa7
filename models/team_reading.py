"""A criterion as one team scores it: the scorer's heads leant on the team's own scores, and how well they then agree.

The shipped heads give one number; a team's scores say how much it is worth there, and which traits count besides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.evaluating import folds_of, leave_out
from models.evidence import Answer
from models.head import Head
from models.scorer_training import fit_curve, was_due, was_met

if TYPE_CHECKING:
    from models.scene import Values

STRENGTH = 0.1
"""scikit-learn's C: how little a weight is held back."""
LEAN = 3.0
"""How much more the shipped head counts than a trait does."""
PLACES, DIGITS = 4, 6


@dataclass(frozen=True, slots=True)
class Heads:
    """The two questions: was there an opportunity, and was it used. ``due`` None: there always is one."""

    due: Head | None
    met: Head

    def chances(self, situation: str, traits: Mapping[str, float]) -> Chances:
        """The chances of the three answers."""
        due = self.due.chance(situation, traits) if self.due and self.due.knows(situation) else 1.0
        return Chances(round(due, DIGITS), round(self.met.chance(situation, traits), DIGITS))


@dataclass(frozen=True, slots=True)
class Chances:
    """``due``: that there was an opportunity; ``met``: that it was used, where there was one. Both 0 to 1."""

    due: float
    met: float

    @property
    def of(self) -> dict[Answer, float]:
        """The chance of each answer; they sum to 1."""
        return {
            "met": self.due * self.met,
            "not_met": self.due * (1 - self.met),
            "no_opportunity": 1 - self.due,
        }

    @property
    def answer(self) -> Answer:
        """The likeliest answer; of two alike the one that is named first."""
        chances = self.of
        return max(chances, key=lambda one: chances[one])


@dataclass(frozen=True, slots=True)
class TeamScore:
    """A person's score of a call as it is learned from: the call's traits, and what the score says."""

    call: str
    traits: dict[str, float]
    answer: Answer
    score: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the machine answers as people do, on calls that it had not seen.

    ``kappa`` is Cohen's, over the three answers; None where people gave one answer throughout.
    """

    scores: int
    accuracy: float
    kappa: float | None


@dataclass(frozen=True, slots=True)
class TeamReading:
    """Heads for one criterion of one team, its usual scores of failing and of good calls, and the agreement.

    ``unseen`` has the chances of the team's own calls by heads that had not learned from them: what is learned from a
    call would know its score, and not so those of the calls that come after.
    """

    heads: Heads
    low: float | None
    high: float | None
    agreement: Agreement
    unseen: Mapping[str, Chances]

    def chances(self, call_id: str, situation: str, traits: Mapping[str, float]) -> Chances:
        """The chances of the three answers for a call."""
        return self.unseen.get(call_id) or self.heads.chances(situation, traits)


def read_team(shipped: Heads, situation: str, scores: Sequence[TeamScore]) -> TeamReading:
    """The heads leant on a team's scores of one criterion, one a call; agreement by folds of calls left out."""
    unseen: dict[str, Chances] = {}
    for learn, test in leave_out(folds_of([one.call for one in scores])):
        heads = _lean(shipped, situation, [scores[n] for n in learn])
        unseen.update((scores[n].call, heads.chances(situation, scores[n].traits)) for n in test)
    answers = [(one.answer, unseen[one.call].answer) for one in scores]
    points = {answer: [one.score for one in scores if one.answer == answer] for answer in ("met", "not_met")}
    return TeamReading(
        heads=_lean(shipped, situation, scores),
        low=_mean(points["not_met"]),
        high=_mean(points["met"]),
        agreement=agreement_of(answers),
        unseen=unseen,
    )


def agreement_of(answers: Sequence[tuple[str, str]]) -> Agreement:
    """Of pairs of a person's and the machine's answer: accuracy and Cohen's kappa (Cohen 1960, by scikit-learn)."""
    from sklearn.metrics import cohen_kappa_score

    theirs, ours = [one for one, _ in answers], [other for _, other in answers]
    same = sum(one == other for one, other in answers)
    kappa = None
    if len(set(theirs)) > 1:
        kappa = round(float(cohen_kappa_score(theirs, ours)), 3)
    return Agreement(len(answers), round(same / max(1, len(answers)), 3), kappa)


def _lean(shipped: Heads, situation: str, scores: Sequence[TeamScore]) -> Heads:
    due = None
    if any(one.answer == "no_opportunity" for one in scores):
        due = _leant_head(shipped.due or shipped.met, situation, scores, was_due)
    return Heads(due, _leant_head(shipped.met, situation, scores, was_met))


def _leant_head(
    shipped: Head, situation: str, scores: Sequence[TeamScore], question: Callable[[Answer], bool | None]
) -> Head:
    """The head of one situation: the shipped one and the traits, weighed by what the team's scores say."""
    asked = [(one, question(one.answer)) for one in scores]
    rows = [one.traits for one, yes in asked if yes is not None]
    answers = [yes for _, yes in asked if yes is not None]
    if len(set(answers)) < 2:
        return _constant(shipped, situation, answers)
    weights, intercept = _fit(shipped, situation, rows, answers)
    head = _of_one_situation(shipped, situation, weights, intercept)
    slope, shift = fit_curve(*_unseen(shipped, situation, rows, answers))
    return head.model_copy(update={"slope": slope, "shift": shift})


def _fit(
    shipped: Head, situation: str, rows: Sequence[Mapping[str, float]], answers: Sequence[bool]
) -> tuple[Values, float]:
    """Weights of the traits and an intercept, with the shipped head's own weights worked into them."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    known = shipped.knows(situation)
    base = np.array(shipped.weights[situation] if known else [0.0] * len(shipped.traits))
    start = shipped.intercepts[situation] if known else 0.0
    standard = np.array([shipped.standard(row) for row in rows])
    design = np.column_stack([LEAN * (standard @ base + start), standard])
    fitted = LogisticRegression(C=STRENGTH, max_iter=2000).fit(design, np.array(answers))
    lean = float(fitted.coef_[0, 0]) * LEAN
    return fitted.coef_[0, 1:] + lean * base, float(fitted.intercept_[0]) + lean * start


def _unseen(
    shipped: Head, situation: str, rows: Sequence[Mapping[str, float]], answers: Sequence[bool]
) -> tuple[list[float], list[bool]]:
    """Sums of rows that the weights had not seen, five folds in the order of the rows, and their answers."""
    logits, found = [], []
    for learn, test in leave_out([str(n % 5) for n in range(len(rows))]):
        some = [answers[n] for n in learn]
        if len(set(some)) < 2:
            continue
        weights, intercept = _fit(shipped, situation, [rows[n] for n in learn], some)
        head = _of_one_situation(shipped, situation, weights, intercept)
        logits += [head.plain(situation, rows[n]) for n in test]
        found += [answers[n] for n in test]
    return logits, found


def _of_one_situation(shipped: Head, situation: str, weights: Values, intercept: float) -> Head:
    return shipped.model_copy(
        update={
            "weights": {situation: tuple(weights.round(PLACES).tolist())},
            "intercepts": {situation: round(intercept, PLACES)},
            "slope": 1.0,
            "shift": 0.0,
        }
    )


def _constant(shipped: Head, situation: str, answers: Sequence[bool]) -> Head:
    """What is always answered alike: the chance after Laplace, whatever the traits."""
    import numpy as np

    logit = math.log((sum(answers) + 1) / (len(answers) - sum(answers) + 1))
    return _of_one_situation(shipped, situation, np.zeros(len(shipped.traits)), logit)


def _mean(points: Sequence[float | None]) -> float | None:
    known = [one for one in points if one is not None]
    return round(math.fsum(known) / len(known), 2) if known else None
