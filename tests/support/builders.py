"""Small real nouns for tests: name what the test is about, the rest is filled in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from models.evidence import Pick
from nlp.call import Call, Turn
from rubric.criterion import Criterion
from rubric.failure import Failure
from rubric.rubric import Rubric
from rubric.score import Flag, Score

STARTED_AT = datetime(2026, 11, 2, 14, 3, tzinfo=UTC)

_LINE = re.compile(r"(?P<speaker>\w+)(?: (?P<start>[\d.]+)-(?P<end>[\d.]+))?: ?(?P<text>.*)", re.DOTALL)


def a_turn(line: str) -> Turn:
    """``agent: Hello`` as a turn; ``agent 0.5-2.1: Hello`` is one with times, in seconds."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"a line reads like 'agent: Hello' or 'agent 0.5-2.1: Hello', not {line!r}")
    times = {name: float(found[name]) for name in ("start", "end") if found[name] is not None}
    return Turn.model_validate({"speaker": found["speaker"], "text": found["text"], **times})


def a_call(*lines: str, **fields: Any) -> Call:
    """A call of these lines, by default a short one. Any field of Call may be given."""
    spoken = lines or ("agent: Thank you for calling.", "customer: I was charged twice!", "agent: Order number?")
    usual = {"call_id": "c-1", "agent_id": "a-1", "started_at": STARTED_AT, "channel": "phone", "language": "en"}
    return Call.model_validate({**usual, "turns": [a_turn(line) for line in spoken], **fields})


def a_criterion(id: str = "empathy", **fields: Any) -> Criterion:
    """A criterion with weight 100 and threshold 60, an omission after a cue. Any field may be given.

    A violation or talk_over has no ``due`` unless one is given.
    """
    usual: dict[str, Any] = {
        "id": id,
        "name": id.replace("_", " ").capitalize(),
        "weight": 100,
        "threshold": 60,
        "definition": "The agent names the customer's trouble before asking for details.",
        "expected_behavior": "Say in one sentence what the trouble means for the customer, then ask.",
        "failure": "omission",
        "met_by": {"examples": ["That must have been a shock, I'm sorry."]},
        "broken_by": {"examples": ["What is your order number?"]},
    }
    if fields.get("failure", "omission") == "omission":
        usual["due"] = {"cue": {"speaker": "customer", "examples": ["I was charged twice!"]}}
    return Criterion.model_validate({**usual, **fields})


def a_rubric(*criteria: Criterion | str, **fields: Any) -> Rubric:
    """A rubric of these criteria. A name alone is a criterion of that id; names share the weight left over."""
    given = criteria or ("empathy",)
    left = 100 - sum(one.weight for one in given if isinstance(one, Criterion))
    names = [one for one in given if isinstance(one, str)]
    whole = [a_criterion(one, weight=left / len(names)) if isinstance(one, str) else one for one in given]
    usual = {"schema": 1, "id": "support-core", "version": 1, "name": "Customer support"}
    return Rubric.model_validate({**usual, "criteria": whole, **fields})


def a_score(score: float | None = 42, **fields: Any) -> Score:
    """Agent a-1's score of call c-1 for empathy. Any field of Score may be given."""
    usual = {"call_id": "c-1", "criterion_id": "empathy", "agent_id": "a-1", "scored_at": STARTED_AT}
    return Score.model_validate({**usual, "score": score, **fields})


def a_flag(call_id: str = "c-1", **fields: Any) -> Flag:
    """A supervisor's flag on a whole call, unless ``criterion_id`` is given."""
    return Flag.model_validate({"call_id": call_id, "flagged_by": "s-1", **fields})


def a_failure(criterion: Criterion, score: float | None = 42, **fields: Any) -> Failure:
    """A failure of agent a-1 in call c-1, with weight and threshold of the criterion."""
    usual = {
        "call_id": "c-1",
        "criterion_id": criterion.id,
        "threshold": criterion.threshold,
        "weight": criterion.weight,
        "critical": criterion.critical,
        "rubric_id": "support-core",
        "rubric_version": 1,
        "agent_id": "a-1",
        "at": STARTED_AT,
    }
    return Failure.model_validate({**usual, "score": score, **fields})


def a_pick(call: Call, turn: int, *, cue: int | None = None, **fields: Any) -> Pick:
    """A pick that quotes a whole turn of the call, with another turn as its cue where one is given."""
    text = call.turns[turn].text
    usual: dict[str, Any] = {
        "call_id": call.call_id,
        "criterion_id": "empathy",
        "rubric_id": "support-core",
        "rubric_version": 1,
        "score": 42,
        "threshold": 60,
        "status": "found",
        "kind": "omission",
        "turn": turn,
        "start": 0,
        "end": len(text),
        "quote": text,
        "words": len(text.split()),
        "speaker": "agent",
        "confidence": 0.8,
        "sure": True,
        "why": "It asks for details and acknowledges nothing.",
    }
    if cue is not None:
        said = call.turns[cue]
        usual["cue"] = {"turn": cue, "start": 0, "end": len(said.text), "quote": said.text, "speaker": said.speaker}
    return Pick.model_validate({**usual, **fields})
