"""Scores of a rubric, made of an evaluation: each answer becomes a score, is left out, or is set aside with its reason.

An answer that failed the whole evaluation by itself (auto-fail) fails its criterion: it gets the lowest score of the
rubric's scale, whatever number stands beside it. The evaluation's total is never taken, so the other criteria keep
the scores that they were given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from nlp.noun import explain, nearest
from rubric.evaluation import Answer, Evaluated, Evaluation, LostScores
from rubric.naming import plain
from rubric.rubric import Rubric
from rubric.score import Score
from rubric.score_map import ScoreMap
from rubric.score_scale import OffScale, Span, onto

OWN = "the agent's own evaluation"
NOT_SCORED = "a question that gives no score"
NOT_WANTED = "a question that the map leaves out"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Scores that do not count though nothing is wrong with them, and why."""

    reason: str
    scores: int = 1


class UnknownQuestion(LostScores):
    """An answer to a question that nobody has said the criterion of; ``nearest`` is the one most like it."""

    form: str = ""
    question: str = ""
    nearest: str | None = None


def scores_of(
    evaluation: Evaluation, told: ScoreMap, rubric: Rubric, until: datetime | None = None
) -> Iterator[Evaluated | LeftOut | LostScores]:
    """What the answers of an evaluation come to, all of them. ``told`` is the map of its form or of its table, and
    ``until`` when the future begins.

    A question is the criterion that a map says; else the one whose id or name it bears, to the letter but for case.
    """
    answers = max(1, len(evaluation.answers))
    if (reason := evaluation.left_out or _own(evaluation)) is not None:
        yield LeftOut(reason, answers)
    elif (problem := _problem_of(evaluation, told, until)) is not None:
        yield evaluation.aside(problem, answers)
    elif not evaluation.answers:
        yield evaluation.aside("holds no answers, so there is no score in it")
    else:
        for answer in evaluation.answers:
            yield _score_of(answer, evaluation, told, rubric)


def criterion_named(question: str, rubric: Rubric) -> str | None:
    """The criterion whose id or name ``question`` is, case and punctuation aside."""
    wanted = plain(question)
    return next((one.id for one in rubric.criteria if wanted and wanted in (plain(one.id), plain(one.name))), None)


def nearest_criterion(question: str, rubric: Rubric) -> str | None:
    """The criterion whose id or name is most like ``question``, or None where none is like it."""
    names = {plain(name): one.id for one in rubric.criteria for name in (one.name, one.id) if plain(name)}
    like = nearest(plain(question), names)
    return names[like] if like is not None else None


def _own(evaluation: Evaluation) -> str | None:
    """An agent who scores an own call; the contract's rule that people's scores are the QA team's."""
    who = evaluation.evaluator
    return OWN if who is not None and who == evaluation.agent_id else None


def _problem_of(evaluation: Evaluation, told: ScoreMap, until: datetime | None) -> str | None:
    """Why no answer of an evaluation can be used, in words; None where they can."""
    if until is not None and evaluation.at is not None and evaluation.at >= until:
        return f"was given in the future ({evaluation.at.isoformat()}); is a clock or the order of the date wrong?"
    if told.form_versions and (evaluation.form_version or "") not in told.form_versions:
        return (
            f"is of version {evaluation.form_version} of the form {evaluation.form!r}, and the map knows "
            f"{', '.join(told.form_versions)}; look whether its questions still mean the same, and add it there"
        )
    return None


def _score_of(
    answer: Answer, evaluation: Evaluation, told: ScoreMap, rubric: Rubric
) -> Evaluated | LeftOut | LostScores:
    if not answer.scored:
        return LeftOut(NOT_SCORED)
    criterion = told.criterion_of(answer.question_id, answer.question)
    if criterion is None:
        criterion = criterion_named(answer.question, rubric) or criterion_named(answer.question_id, rubric)
    if criterion is None:
        return _unknown(answer, evaluation, rubric)
    if not criterion:
        return LeftOut(NOT_WANTED)
    try:
        version = evaluation.rubric_version or told.rubric_version
        return _evaluated(answer, evaluation, criterion, _on_scale(answer, criterion, told, rubric), version)
    except ValidationError as error:
        return evaluation.aside(f"{_at(answer)}{explain(error, Score)[1]}")
    except ValueError as error:
        return evaluation.aside(f"{_at(answer)}{error}", record=f"{answer.question}: {answer.answer}")


def _on_scale(answer: Answer, criterion: str, told: ScoreMap, rubric: Rubric) -> float | None:
    """The answer's score on the rubric's scale, None for not applicable. Raises ValueError, in words."""
    if answer.problem is not None:
        raise ValueError(answer.problem)
    if answer.auto_fail:
        return rubric.scale.min
    if answer.score is None:
        return None
    own = told.scale_of(criterion, answer.question_id, answer.question)
    span = answer.span
    if answer.unknown_span:
        if own is None:
            raise ValueError(
                f"has {answer.score:g} points, and the file does not say of how many; say it in the map's [scales], "
                f'like "{criterion}" = "0-5"'
            )
        span = own.span
    try:
        return onto(answer.score, span, rubric.scale)
    except OffScale as error:
        raise ValueError(f"score: {error}") from None


def _evaluated(
    answer: Answer, evaluation: Evaluation, criterion: str, score: float | None, version: int | None
) -> Evaluated:
    made = Score(
        call_id=evaluation.call_id,
        criterion_id=criterion,
        score=score,
        agent_id=evaluation.agent_id,
        scored_at=evaluation.at,
        scored_by=evaluation.evaluator,
        rubric_version=version,
        comment=answer.comment,
    )
    return Evaluated(
        score=made,
        key=evaluation.key_of(answer),
        told=answer.told(),
        vendor=evaluation.vendor,
        question=answer.question or answer.question_id,
        evaluation_id=evaluation.evaluation_id,
        form=evaluation.form,
        form_version=evaluation.form_version,
        answer=answer.answer,
        overall=evaluation.overall,
        auto_fail=answer.auto_fail,
        by_machine=answer.by_machine,
    )


def _unknown(answer: Answer, evaluation: Evaluation, rubric: Rubric) -> UnknownQuestion:
    question = answer.question or answer.question_id
    like = nearest_criterion(question, rubric)
    hint = f"; is it {like!r}? say so in the map's [criteria]" if like else "; say it in the map's [criteria]"
    of_form = f" of the form {evaluation.form!r}" if evaluation.form else ""
    return UnknownQuestion(
        file=evaluation.file,
        line=evaluation.line,
        reason=f"{_at(answer)}nobody has said which criterion {question!r}{of_form} is{hint}",
        form=evaluation.form or "",
        question=question,
        nearest=like,
    )


def _at(answer: Answer) -> str:
    return f"{answer.place}: " if answer.place else ""


def whole_span(points: Sequence[float | None]) -> Span | None:
    """The scale of a question whose choices give these points: from the least or 0 to the most."""
    given = [one for one in points if one is not None]
    return Span(min(0.0, *given), max(given)) if given and max(given) > min(0.0, *given) else None
