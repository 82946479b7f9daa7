"""Holding every kept quote against its call, to the letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from coaching.plan import PlanItem
from models.evidence import CueSpan, Pick
from nlp.call import Call
from nlp.errors import VerbatimError
from nlp.noun import explain
from store.tables import CallRow, EvidenceRow, PlanItemRow


@dataclass(frozen=True, slots=True)
class WrongQuote:
    """A kept quote that is not what stands in its call. ``kept_in`` is the table, ``key`` the row."""

    kept_in: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kept_in} {self.key}: {self.reason}"


def verify_quotes(session: Session) -> Iterator[WrongQuote]:
    """Each kept quote that is not a slice of an agent's turn of its call. None is what is expected.

    It looks at the picks of models and at the items of plans, call by call; memory holds one call.
    """
    yield from _verify(session, "evidence", _kept_picks(), _why_wrong_pick)
    yield from _verify(session, "plan item", _kept_items(), _why_wrong_item)


def _kept_picks() -> Select[Any]:
    row = EvidenceRow
    columns = select(row.call_id, row.evidence_id, row.pick, row.turn, row.start, row.end, row.quote)
    return columns.order_by(row.call_id, row.evidence_id)


def _kept_items() -> Select[Any]:
    row = PlanItemRow
    return select(row.call_id, row.item_id, row.content).order_by(row.call_id, row.item_id)


def _verify(
    session: Session, kept_in: str, kept: Select[Any], why_wrong: Callable[[Call, list[Any]], str | None]
) -> Iterator[WrongQuote]:
    rows = session.execute(kept.execution_options(yield_per=200))
    for call_id, of_call in groupby(rows, key=itemgetter(0)):
        call = _call(session, call_id)
        for _, key, *values in of_call:
            reason = call if isinstance(call, str) else why_wrong(call, values)
            if reason:
                yield WrongQuote(kept_in, key, reason)


def _call(session: Session, call_id: str) -> Call | str:
    content = session.scalar(select(CallRow.content).where(CallRow.call_id == call_id))
    if content is None:
        return f"there is no call {call_id!r} to hold it against"
    try:
        return Call.model_validate(content)
    except ValidationError as error:
        return f"call {call_id!r} is damaged: {explain(error, Call)[1]}"


def _why_wrong_pick(call: Call, values: list[Any]) -> str | None:
    content, *beside = values
    try:
        pick = Pick.model_validate(content)
    except ValidationError as error:
        return f"is damaged: {explain(error, Pick)[1]}"
    if beside != [pick.turn, pick.start, pick.end, pick.quote]:
        return "its columns and its pick say different things"
    return _why_wrong(call, pick)


def _why_wrong_item(call: Call, values: list[Any]) -> str | None:
    try:
        item = PlanItem.model_validate(values[0])
    except ValidationError as error:
        return f"is damaged: {explain(error, PlanItem)[1]}"
    for turn in item.context:
        if not (0 <= turn.turn < len(call.turns) and call.turns[turn.turn].text == turn.text):
            return f"turn {turn.turn} of its context is not what stands in call {call.call_id}"
    return _why_wrong(call, item.evidence)


def _why_wrong(call: Call, pick: Pick) -> str | None:
    try:
        pick.verify(call)
    except VerbatimError as error:
        return str(error)
    return None if pick.cue is None or _is_slice(call, pick.cue) else f"its cue is not what stands in {call.call_id}"


def _is_slice(call: Call, cue: CueSpan) -> bool:
    if not 0 <= cue.turn < len(call.turns):
        return False
    turn = call.turns[cue.turn]
    return turn.speaker == cue.speaker and cue.start >= 0 and turn.text[cue.start : cue.end] == cue.quote
