"""Training the scorer: two logistic heads over traits, one for whether a behaviour was due, one for whether it came."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.evaluating import folds_of, leave_out
from models.evidence import Answer
from models.head import Head
from models.scene import SITUATIONS, CallView, Scene, situation_of
from models.signals import measure
from models.traits import DUE_TRAITS, due_traits_of, traits_of
from models.verdicts import Verdict

if TYPE_CHECKING:
    from models.labels import Label
    from models.scene import Values
    from nlp.call import Call
    from nlp.encoder import Encoder
    from rubric.criterion import Criterion

MET_STRENGTH = 0.01
"""scikit-learn's C: how little a weight is held back. Few verdicts of many kinds: much."""
DUE_STRENGTH = 1.0
PLACES = 4
MAY_BE_UNDUE = ("cue",)
"""Situations in which the shipped head may see no opportunity; in the others a team's own scores may teach it to."""
CONTRASTS, CONTRAST_SHARE = 2, 0.25
FEWEST = 3
"""Answers of each kind below which a curve is not fitted."""


@dataclass(frozen=True)
class Judged:
    """A criterion of a call with its traits, and what each reader answered.

    ``share`` is how much of a call's one vote it has where it is learned from.
    """

    call: str
    source: str
    criterion: str
    situation: str
    traits: dict[str, float]
    answers: tuple[Answer, ...]
    share: float = 1.0


Question = Callable[[Answer], bool | None]
"""What a head is asked of an answer: yes, no, or None where the answer says nothing about it."""


def was_due(answer: Answer) -> bool | None:
    """Whether there was an opportunity."""
    return answer != "no_opportunity"


def was_met(answer: Answer) -> bool | None:
    """Whether it was used; nothing where there was none."""
    return None if answer == "no_opportunity" else answer == "met"


def judged_of(
    verdicts: Iterable[Verdict],
    calls: Mapping[str, Call],
    criteria: Mapping[str, Criterion],
    encoder: Encoder,
    source_of: Callable[[str], str],
) -> Iterator[Judged]:
    """One for each call and criterion that was judged, in their order; not of talk-over, which times decide.

    What names an unknown call or criterion is left out too. ``source_of`` gives the source of a call's id.
    """
    answers: dict[tuple[str, str], list[tuple[int, Answer]]] = defaultdict(list)
    for one in verdicts:
        answers[one.call, one.criterion].append((one.reader, one.answer))
    view: CallView | None = None
    for (call_id, criterion_id), given in sorted(answers.items()):
        criterion = criteria.get(criterion_id)
        if call_id not in calls or criterion is None or criterion.failure == "talk_over":
            continue
        if view is None or view.call.call_id != call_id:
            view = CallView(calls[call_id], encoder)
        if view.candidates:
            scene = Scene(view, criterion)
            traits = traits_of(scene, measure(scene))
            said = tuple(answer for _, answer in sorted(given))
            yield Judged(call_id, source_of(call_id), criterion_id, situation_of(criterion), traits, said)


def contrasted_of(
    labels: Iterable[Label], calls: Mapping[str, Call], encoder: Encoder, source_of: Callable[[str], str]
) -> Iterator[Judged]:
    """Of failures after a cue: the call itself, where the behaviour was due, and others where it hardly ever was.

    Readers seldom meet a call without an opportunity. A criterion that was written for one call finds its cue in few
    others of the same source, so two of those stand for such calls; some are wrong, so they count little.
    """
    views: dict[str, CallView] = {}
    for label in labels:
        if situation_of(label.criterion) != "cue" or label.call not in calls:
            continue
        source = source_of(label.call)
        others = sorted(one for one in calls if source_of(one) == source and one != label.call)
        chosen = random.Random(label.criterion.id).sample(others, min(CONTRASTS, len(others)))
        for call_id in (label.call, *chosen):
            if call_id not in views:
                views[call_id] = CallView(calls[call_id], encoder)
            own = call_id == label.call
            if views[call_id].candidates:
                yield _contrast(Scene(views[call_id], label.criterion), source, own)


def _contrast(scene: Scene, source: str, own: bool) -> Judged:
    answers: tuple[Answer, ...] = ("not_met",) if own else ("no_opportunity",)
    traits = due_traits_of(scene)
    share = 1.0 if own else CONTRAST_SHARE
    return Judged(scene.view.call.call_id, source, scene.criterion.id, "cue", traits, answers, share)


def train_heads(examples: Sequence[Judged], contrasts: Sequence[Judged] = ()) -> tuple[Head, Head]:
    """The head for due and the one for met, each with its curve from sources that were left out in turn.

    ``contrasts`` help to tell a cue; nothing but what readers said of ``examples`` goes into the curve.
    """
    undue = [one for one in examples if one.situation in MAY_BE_UNDUE]
    due = fit_head([*undue, *contrasts], was_due, DUE_TRAITS, DUE_STRENGTH)
    # too few sources have calls without an opportunity to leave one out: calls are left out instead
    due = _with_curve(due, undue, contrasts, folds_of([one.call for one in undue]), was_due, DUE_STRENGTH)
    met = fit_head(examples, was_met, tuple(examples[0].traits), MET_STRENGTH)
    return due, _with_curve(met, examples, (), [one.source for one in examples], was_met, MET_STRENGTH)


def _with_curve(
    head: Head,
    examples: Sequence[Judged],
    besides: Sequence[Judged],
    groups: Sequence[str],
    question: Question,
    strength: float,
) -> Head:
    """The head with a curve by what its like say of each group when they were fitted without it."""
    logits, answers = [], []
    for learn, test in leave_out(groups):
        calls = {examples[n].call for n in test}
        known = [*(examples[n] for n in learn), *(one for one in besides if one.call not in calls)]
        if len({yes for _, yes, _ in _rows(known, question)}) < 2:
            continue
        other = fit_head(known, question, head.traits, strength)
        for example, yes, _ in _rows([examples[n] for n in test], question):
            if other.knows(example.situation):
                logits.append(other.plain(example.situation, example.traits))
                answers.append(yes)
    slope, shift = fit_curve(logits, answers)
    return head.model_copy(update={"slope": slope, "shift": shift})


def fit_head(examples: Sequence[Judged], question: Question, names: Sequence[str], strength: float) -> Head:
    """The weights, shared by all situations and adjusted for each; two readers of one call count half each."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = list(_rows(examples, question))
    values = np.array([[one.traits[name] for name in names] for one, _, _ in rows])
    mean, spread = values.mean(axis=0).round(PLACES), np.maximum(values.std(axis=0), 1e-3).round(PLACES)
    design = _by_situation((values - mean) / spread, [one.situation for one, _, _ in rows])
    fitted = LogisticRegression(C=strength, max_iter=3000).fit(
        design, [yes for _, yes, _ in rows], sample_weight=[share for _, _, share in rows]
    )
    blocks = fitted.coef_[0].reshape(1 + len(SITUATIONS), -1)
    kept = {name: blocks[0] + own for name, own in zip(SITUATIONS, blocks[1:], strict=True)}
    known = sorted({one.situation for one in examples})
    return Head(
        traits=tuple(names),
        mean=tuple(mean.tolist()),
        spread=tuple(spread.tolist()),
        weights={name: tuple(kept[name][:-1].round(PLACES).tolist()) for name in known},
        intercepts={name: round(float(fitted.intercept_[0] + kept[name][-1]), PLACES) for name in known},
    )


def fit_curve(logits: Sequence[float], answers: Sequence[bool]) -> tuple[float, float]:
    """Slope and shift after Platt, of logits out of sample; as they are where a kind of answer is too rare."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    if min(sum(answers), len(answers) - sum(answers)) < FEWEST:
        return 1.0, 0.0
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(np.array(logits)[:, None], np.array(answers))
    return max(0.0, round(float(fitted.coef_[0, 0]), PLACES)), round(float(fitted.intercept_[0]), PLACES)


def _rows(examples: Sequence[Judged], question: Question) -> Iterator[tuple[Judged, bool, float]]:
    """Each answer that says something about the question, with its share of a call's one vote."""
    for one in examples:
        for answer in one.answers:
            yes = question(answer)
            if yes is not None:
                yield one, yes, one.share / len(one.answers)


def _by_situation(values: Values, situations: Sequence[str]) -> Values:
    """The traits and a one, and again for each situation, zero in the rows of the others."""
    import numpy as np

    with_one = np.hstack([values, np.ones((len(values), 1))])
    kinds = np.array(situations)
    found: Values = np.hstack([with_one, *[with_one * (kinds == name)[:, None] for name in SITUATIONS]])
    return found
