"""Google Conversational Insights' scorecard results: alone, in a list, or inside the conversations that they score.

Structure: ``QaScorecardResult`` and ``QaAnswer`` of google.cloud.contactcenterinsights.v1, in camel case as the API
writes it or in snake case as BigQuery has it. A field that is zero, false or empty is left out of the former, so an
answer that has a potential score and no score has zero points; ``naValue`` is what says not applicable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.parts import identifier, moment, number, objects, text_at, under
from nlp.readers.vendor import Source
from nlp.set_aside import SetAside
from rubric.evaluation import Answer, Evaluation, LostScores
from rubric.readers.pieces import comment_of, last_part, wrong
from rubric.score_scale import Span

NAME = "Google scorecard results"
REVISION = re.compile(r"(?:.*/)?qaScorecards/([^/]+)/revisions/([^/]+)")
AFTER_EDIT = timedelta(microseconds=1)
"""A result keeps its time when somebody edits it: the edited one counts before the one that the machine wrote."""


def recognises(source: Source) -> float:
    """It has answers to a scorecard's questions, at the top or inside a conversation's analysis."""
    return 1.0 if any(True for _ in _results(source.value)) else 0.0


def is_all(source: Source) -> bool:
    """Whether the document holds results alone, and no conversation that somebody else may read."""
    values = source.value if isinstance(source.value, list) else [source.value]
    return not any("transcript" in value or "conversations" in value for value in values if isinstance(value, Mapping))


def read(source: Source) -> Iterator[Evaluation | SetAside]:
    """Each scorecard result of the document."""
    for conversation, result in _results(source.value):
        yield _evaluation(source, conversation, result)


def count(source: Source) -> int | None:
    """The elements of all ``qaAnswers``."""
    return elements(source.raw, "qaAnswers") or elements(source.raw, "qa_answers")


def _results(value: Any) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Results with the conversation that they lie in, an empty one where they lie in none."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, Mapping):
            continue
        if isinstance(_get(one, "qaAnswers"), list):
            yield {}, one
            continue
        for conversation in [one, *objects(one, "conversations")]:
            for result in _inside(conversation):
                yield (
                    (conversation if conversation.get("transcript") or _get(conversation, "latestAnalysis") else {}),
                    result,
                )


def _inside(conversation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    analysis = _get(_get(conversation, "latestAnalysis"), "analysisResult")
    for holder in (conversation, _get(analysis, "callAnalysisMetadata")):
        found = _get(holder, "qaScorecardResults")
        for result in found if isinstance(found, list) else ():
            if isinstance(result, Mapping) and isinstance(_get(result, "qaAnswers"), list):
                yield result


def _evaluation(source: Source, conversation: Mapping[str, Any], result: Mapping[str, Any]) -> Evaluation | LostScores:
    given = _get(result, "qaAnswers")
    call_id = last_part(result.get("conversation")) or last_part(conversation.get("name")) or _conversation_of(given)
    if call_id is None:
        return wrong(source, "conversation: a conversation's name was to be here", result, len(given) or 1)
    at = moment(_get(result, "createTime"), source.hints.timezone)
    revision = REVISION.fullmatch(
        text_at(result, "qaScorecardRevision") or text_at(result, "qa_scorecard_revision") or ""
    )
    answers = [_answer(index, one) for index, one in enumerate(given)]
    return Evaluation(
        vendor=NAME,
        evaluation_id=last_part(result.get("name")),
        call_id=call_id,
        agent_id=identifier(_get(result, "agentId")) or _agent_of(conversation),
        at=_edited(at, answers),
        form=revision[1] if revision else None,
        form_id=revision[1] if revision else None,
        form_version=revision[2] if revision else None,
        answers=answers,
        weights=_weights(answers),
        file=source.file,
        line=source.line,
    )


def _answer(index: int, value: Any) -> Answer:
    place = f"qaAnswers[{index}]"
    if not isinstance(value, Mapping):
        return Answer(question_id=place, question="", problem="is no object, and an answer is one", place=place)
    given = _get(value, "answerValue")
    skipped = _get(given, "naValue") is True or _get(given, "skipValue") is True
    score, span, problem = (None, None, None) if skipped else _points(given)
    sources = _get(value, "answerSources")
    kinds = [_get(one, "sourceType") for one in sources] if isinstance(sources, list) else []
    return Answer(
        question_id=last_part(_get(value, "qaQuestion")) or place,
        question=text_at(value, "questionBody") or text_at(value, "question_body") or "",
        score=score,
        span=span,
        comment=comment_of(text_at(value, "rationale"), text_at(given, "rationale")),
        answer=_words(given),
        by_machine="MANUAL_EDIT" not in kinds,
        problem=problem,
        place=place,
    )


def _points(given: Any) -> tuple[float | None, Span | None, str | None]:
    """An answer's points, of how many, and what is wrong with it."""
    score, most, share = (_get(given, name) for name in ("score", "potentialScore", "normalizedScore"))
    for name, written in (("score", score), ("potentialScore", most), ("normalizedScore", share)):
        if written is not None and (isinstance(written, bool) or number(written) is None):
            return None, None, f"answerValue.{name}: {str(written)[:40]!r} is no number"
    points = number(most)
    if points is not None and points > 0:
        return number(score) or 0.0, Span(0, points), None
    if share is not None:
        return number(share), Span(0, 1), None
    return None, None, "has an answer and no score: are there points to the scorecard's answers?"


def _words(given: Any) -> str | None:
    for name in ("strValue", "numValue", "boolValue"):
        value = _get(given, name)
        if value is not None and not isinstance(value, list | Mapping):
            return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return identifier(_get(given, "key"))


def _weights(answers: Sequence[Answer]) -> list[float]:
    """What each question is worth, in percent: its points, of all that were to be had."""
    points = [one.span.high for one in answers if one.span is not None]
    return [round(100 * one / sum(points), 3) for one in points] if points else []


def _edited(at: datetime | None, answers: Sequence[Answer]) -> datetime | None:
    return at + AFTER_EDIT if at is not None and not all(one.by_machine for one in answers) else at


def _conversation_of(answers: Any) -> str | None:
    return next((found for one in answers if (found := last_part(under(one, "conversation")))), None)


def _agent_of(conversation: Mapping[str, Any]) -> str | None:
    agent = next(objects(conversation, "qualityMetadata", "agentInfo"), {})
    return identifier(_get(conversation, "agentId")) or identifier(agent.get("agentId"))


def _get(value: Any, name: str) -> Any:
    """The value of a key in camel case, or of the same key in snake case."""
    if not isinstance(value, Mapping):
        return None
    found = value.get(name)
    return value.get(re.sub(r"([A-Z])", lambda capital: f"_{capital[0].lower()}", name)) if found is None else found
