"""An evaluation as a QA tool has it, before its questions are a rubric's criteria; and a score with its origin.

Structure common to the tools: one evaluation of one call by one evaluator at one time, under a version of a form, with
an answer a question.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nlp.noun import Id, Noun, Text
from nlp.set_aside import SetAside
from rubric.score import Score
from rubric.score_scale import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question of a form, answered.

    ``score`` is on ``span``, the tool's own scale; ``span`` None is the rubric's. ``unknown_span`` says that nobody
    told how far the scale goes. A score of None means not applicable. ``auto_fail`` is the tool's own mark that this
    answer failed the whole evaluation. ``scored`` is False for a question that never gives a score. ``problem`` says
    why the answer cannot be used, in words. ``place`` is where it stands in the document (``questions[3]``). ``raw`` is
    what stood there, where a map has made the score of it.
    """

    question_id: str
    question: str
    score: float | None = None
    span: Span | None = None
    unknown_span: bool = False
    auto_fail: bool = False
    scored: bool = True
    comment: str | None = None
    answer: str | None = None
    by_machine: bool = False
    problem: str | None = None
    place: str = ""
    raw: str | None = None

    def told(self) -> str:
        """A digest of what the tool said, whatever a map makes of it: 32 hex digits."""
        score = [self.raw] if self.raw is not None else [self.score, self.span, self.problem]
        said = [*score, self.auto_fail, self.comment, self.answer]
        return hashlib.blake2b(json.dumps(said, ensure_ascii=True).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation of one call.

    ``at`` is when it was submitted (aware). ``left_out`` says why it does not count though nothing is wrong with it: a
    draft, a calibration session, the agent's own. ``whole`` is whether all its answers are here, so that a question
    that an older version of it answered and this one does not is no longer asked. ``overall`` is what the evaluator
    said on the whole. ``weights`` are the form's, in percent, of the questions that have one. ``notes`` are sentences
    for whoever looks at the import.
    """

    vendor: str
    call_id: str
    answers: Sequence[Answer]
    evaluation_id: str | None = None
    agent_id: str | None = None
    evaluator: str | None = None
    at: datetime | None = None
    form: str | None = None
    form_id: str | None = None
    form_version: str | None = None
    rubric_version: int | None = None
    overall: str | None = None
    left_out: str | None = None
    whole: bool = True
    weights: Sequence[float] = ()
    notes: Sequence[str] = ()
    file: str = ""
    line: int | None = None

    def key_of(self, answer: Answer) -> str:
        """What makes an answer the same answer when it comes again: the evaluation, the question and the time."""
        at = self.at.isoformat() if self.at else ""
        who = [self.evaluation_id] if self.evaluation_id else ["", self.call_id, self.agent_id, self.evaluator]
        said = json.dumps([self.vendor, *who, answer.question_id, at], ensure_ascii=True)
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()

    def aside(self, reason: str, scores: int = 1, record: str = "") -> LostScores:
        """Some of its answers, set aside for ``reason``."""
        return LostScores(file=self.file, line=self.line, reason=reason, record=record, scores=scores)


class LostScores(SetAside):
    """Scores that could not be used. ``scores`` is how many the record would have given."""

    scores: int = 1


class Evaluated(Noun):
    """A score, and what a person's tool says of where it comes from.

    ``key`` is the same for the same answer whenever it comes, ``told`` a digest of what the tool said. ``auto_fail``
    is the tool's mark that this answer failed the whole evaluation. ``overall`` is what the evaluator said on the
    whole evaluation; what was said on this answer is the score's own comment.
    """

    score: Score
    key: Id
    told: Id
    vendor: Text
    question: Text
    evaluation_id: Id | None = None
    form: Text | None = None
    form_version: Text | None = None
    answer: Text | None = None
    overall: Text | None = None
    auto_fail: bool = False
    by_machine: bool = False
