"""Genesys Cloud evaluations: as its quality API has them, one by one, in a list, or under ``entities``.

Structure: ``Evaluation``, ``EvaluationScoringSet`` and ``EvaluationForm`` of Genesys' published client. A question's
score is in points, and how many there are stands in the form's answer options, where the export has the form with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.parts import identifier, moment, number, objects, text_at, under
from nlp.readers.vendor import Source
from nlp.set_aside import SetAside
from rubric.evaluation import Answer, Evaluation, LostScores
from rubric.readers.pieces import comment_of, wrong
from rubric.score_making import whole_span

NAME = "Genesys Cloud evaluations"
UNSCORED = {"freeTextQuestion", "readOnlyTextBlockQuestion"}
Question = Mapping[str, Any]


def recognises(source: Source) -> float:
    """It is of a conversation and by a form, with a status and answers."""
    return 1.0 if any(_is_one(value) for value in _evaluations(source.value)) else 0.0


def read(source: Source) -> Iterator[Evaluation | SetAside]:
    """The evaluation of the document, or each of a list or page of them."""
    for value in _evaluations(source.value):
        yield _evaluation(source, value) if _is_one(value) else wrong(source, "is no evaluation", value)


def count(source: Source) -> int | None:
    """The elements of all ``questionScores``."""
    return elements(source.raw, "questionScores")


def _evaluations(value: Any) -> list[Any]:
    if isinstance(under(value, "entities"), list):
        return list(value["entities"])
    return value if isinstance(value, list) else [value]


def _is_one(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("conversation"), Mapping)
        and isinstance(value.get("evaluationForm"), Mapping)
        and identifier(value.get("id")) is not None
        and ("status" in value or "answers" in value)
    )


def _evaluation(source: Source, value: Mapping[str, Any]) -> Evaluation | LostScores:
    answers, form = list(_answers(value)), value["evaluationForm"]
    call_id = identifier(under(value, "conversation", "id"))
    if call_id is None:
        return wrong(source, "conversation.id: a conversation's id was to be here", value, len(answers) or 1)
    written = value.get("submittedDate") or value.get("changedDate") or value.get("releaseDate")
    at = moment(written, source.hints.timezone)
    if at is None and written is not None:
        return wrong(source, f"submittedDate: {str(written)[:40]!r} is no time", value, len(answers) or 1)
    if value.get("redacted") is True:
        reason = (
            "redacted: is true, which means that whoever asked for it may not see the answers; ask with more rights"
        )
        return wrong(source, reason, None, len(answers) or 1)
    overall = under(value, "answers")
    version = identifier(form.get("id"))
    return Evaluation(
        vendor=NAME,
        evaluation_id=identifier(value["id"]),
        call_id=call_id,
        agent_id=identifier(under(value, "agent", "id")),
        evaluator=identifier(under(value, "evaluator", "id")),
        at=at,
        form=text_at(form, "name"),
        form_id=identifier(form.get("contextId")) or version,
        form_version=version,
        left_out=_left_out(value),
        overall=comment_of(text_at(overall, "comments")),
        weights=[weight for group in objects(form, "questionGroups") if (weight := _weight(group)) is not None],
        answers=answers,
        file=source.file,
        line=source.line,
    )


def _left_out(value: Mapping[str, Any]) -> str | None:
    if identifier(under(value, "calibration", "id")) is not None:
        return "of a calibration session"
    status = (text_at(value, "status") or "").upper()
    if status in ("RETRACTED", "INVALID"):
        return "retracted"
    return None if status == "FINISHED" else "a draft, which nobody has submitted"


def _answers(value: Mapping[str, Any]) -> Iterator[Answer]:
    """The answers by groups; what a whole group is marked holds of each of its questions."""
    form = value["evaluationForm"]
    asked = {
        identifier(question.get("id")): question
        for group in objects(form, "questionGroups")
        for question in objects(group, "questions")
    }
    machine = value.get("systemSubmitted") is True
    groups = under(value, "answers", "questionGroupScores")
    for at, group in enumerate(groups if isinstance(groups, list) else ()):
        scores = under(group, "questionScores")
        for index, score in enumerate(scores if isinstance(scores, list) else ()):
            place = f"answers.questionGroupScores[{at}].questionScores[{index}]"
            if isinstance(score, Mapping):
                question = asked.get(identifier(score.get("questionId")), {})
                yield _answer(score, question, place, under(group, "markedNA") is True, machine)
            else:
                yield Answer(question_id=place, question="", problem="is no object", place=place)


def _answer(score: Mapping[str, Any], question: Question, place: str, group_na: bool, machine: bool) -> Answer:
    not_applicable = group_na or score.get("markedNA") is True or score.get("systemMarkedNA") is True
    written = score.get("score")
    given = None if not_applicable else number(written)
    span = whole_span(_points(question))
    problem = None
    if written is not None and not not_applicable and (given is None or isinstance(written, bool)):
        problem = f"score: {str(written)[:40]!r} is no number"
    return Answer(
        question_id=identifier(score.get("questionId")) or place,
        question=text_at(question, "text") or "",
        score=given,
        span=span,
        unknown_span=span is None,
        auto_fail=score.get("failedKillQuestion") is True and not not_applicable,
        scored=text_at(question, "type") not in UNSCORED,
        comment=comment_of(text_at(score, "comments")),
        answer=_words(score, question),
        by_machine=machine,
        problem=problem,
        place=place,
    )


def _points(question: Question) -> list[float | None]:
    """What a question's choices give; where several may be chosen, nothing and the most that all give together."""
    own = [number(option.get("value")) for option in objects(question, "answerOptions")]
    parts = [_points(part) for part in objects(question, "multipleSelectOptionQuestions")]
    if parts:
        return [0.0, sum(max((one or 0.0 for one in part), default=0.0) for part in parts)]
    return own


def _words(score: Mapping[str, Any], question: Question) -> str | None:
    chosen = identifier(score.get("answerId"))
    options = objects(question, "answerOptions")
    return next((text_at(one, "text") for one in options if chosen and identifier(one.get("id")) == chosen), None)


def _weight(group: Mapping[str, Any]) -> float | None:
    manual = number(group.get("manualWeight"))
    return manual if manual is not None else number(group.get("weight"))
