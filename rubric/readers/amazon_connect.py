"""Amazon Connect evaluations as it exports them to S3, a file an evaluation.

Structure: schemaVersion 3.x, "Agent evaluation form output" of the administrator guide. Every evaluation arrives twice,
in two folders; ``resubmitted`` is a newer one of the same id. A question's score is a percentage of its own, 0 to 100.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.parts import identifier, moment, number, objects, text_at, under
from nlp.readers.vendor import Source
from nlp.set_aside import SetAside
from rubric.evaluation import Answer, Evaluation, LostScores
from rubric.readers.pieces import comment_of, last_part, wrong
from rubric.score_scale import Span

NAME = "Amazon Connect evaluations"
PERCENT = Span(0, 100)
UNSCORED = {"TEXT", "DATETIME"}
"""Kinds of question that hold words and never a score."""


def recognises(source: Source) -> float:
    """It has an evaluation's id, what it is about, and questions."""
    return 1.0 if any(_is_one(value) for value in _evaluations(source.value)) else 0.0


def read(source: Source) -> Iterator[Evaluation | SetAside]:
    """The evaluation of the document, or each of an array of them."""
    for value in _evaluations(source.value):
        yield _evaluation(source, value) if _is_one(value) else wrong(source, "is no evaluation", value)


def count(source: Source) -> int | None:
    """The elements of all ``questions``."""
    return elements(source.raw, "questions")


def _evaluations(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_one(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and identifier(value.get("evaluationId")) is not None
        and isinstance(value.get("metadata"), Mapping)
        and isinstance(value.get("questions"), list)
    )


def _evaluation(source: Source, value: Mapping[str, Any]) -> Evaluation | LostScores:
    about = value["metadata"]
    call_id = identifier(about.get("contactId"))
    if call_id is None:
        return wrong(source, "metadata.contactId: a contact's id was to be here", value, len(value["questions"]) or 1)
    written = about.get("evaluationSubmitTimestamp")
    at = moment(written, source.hints.timezone)
    if at is None and written not in (None, ""):
        reason = f"metadata.evaluationSubmitTimestamp: {str(written)[:40]!r} is no time"
        return wrong(source, reason, value, len(value["questions"]) or 1)
    machine = text_at(about, "evaluationSource") == "AUTOMATED"
    sections = {text_at(one, "sectionRefId"): one for one in objects(value, "sections")}
    return Evaluation(
        vendor=NAME,
        evaluation_id=identifier(value["evaluationId"]),
        call_id=call_id,
        agent_id=last_part(about.get("agentId")),
        evaluator=last_part(about.get("evaluator")) or ("automated" if machine else None),
        at=at,
        form=text_at(about, "evaluationDefinitionTitle"),
        form_id=identifier(about.get("evaluationDefinitionId")),
        form_version=identifier(about.get("evaluationDefinitionVersion")),
        left_out=_left_out(value, about),
        overall=comment_of("\n".join(_notes(sections))),
        answers=[_answer(index, one, machine) for index, one in enumerate(value["questions"])],
        file=source.file,
        line=source.line,
    )


def _left_out(value: Mapping[str, Any], about: Mapping[str, Any]) -> str | None:
    """Why an evaluation does not count though it is sound."""
    if about.get("calibrationSessionId") or text_at(about, "evaluationType") == "CALIBRATION":
        return "of a calibration session"
    status = text_at(about, "status") or text_at(value, "status") or text_at(about, "evaluationStatus")
    if status == "DRAFT" or not about.get("evaluationSubmitTimestamp"):
        return "a draft, which nobody has submitted"
    role = text_at(about, "evaluatedParticipantRole")
    return f"of somebody else than an agent ({role})" if role not in (None, "", "AGENT") else None


def _answer(index: int, value: Any, machine: bool) -> Answer:
    place = f"questions[{index}]"
    if not isinstance(value, Mapping):
        return Answer(question_id=place, question="", problem="is no object, and a question is one", place=place)
    score = under(value, "score")
    not_applicable = (
        under(score, "notApplicable") is True or under(value, "answer", "metadata", "notApplicable") is True
    )
    percentage = under(score, "percentage")
    given = None if not_applicable else number(percentage)
    problem = None
    if percentage is not None and not not_applicable and (given is None or isinstance(percentage, bool)):
        problem = f"score.percentage: {str(percentage)[:40]!r} is no number"
    return Answer(
        question_id=identifier(value.get("questionRefId")) or place,
        question=text_at(value, "questionText") or "",
        score=given,
        span=PERCENT,
        auto_fail=under(score, "automaticFail") is True and not not_applicable,
        scored=text_at(value, "questionType") not in UNSCORED,
        comment=comment_of(text_at(value, "answer", "notes"), text_at(value, "notes")),
        answer=_words(under(value, "answer")),
        by_machine=machine,
        problem=problem,
        place=place,
    )


def _words(answer: Any) -> str | None:
    """What was answered, in the form's own words."""
    chosen = [text_at(one, "valueText") for one in objects(answer, "values") if one.get("selected") is not False]
    words = ", ".join(one for one in chosen if one)
    value = under(answer, "value")
    return words or (str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None)


def _notes(sections: Mapping[Any, Mapping[str, Any]]) -> Iterator[str]:
    """What was said on whole sections, each with its title."""
    for section in sections.values():
        note = text_at(section, "notes")
        if note and note.strip():
            title = text_at(section, "sectionTitle")
            yield f"{title}: {note}" if title else note
