"""The words as they were said, and where in them what is private stands: for tokens with a scope of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, Request

from coaching.plan import PlanItem
from coaching.showing import masks_in
from review.access import viewer_of
from review.access_log import noted
from review.api.describing import problems
from review.api.reading import ItemId, PlanId, item_in_reach, plan_in_reach
from review.api.scopes import needs
from review.api.shapes import Hidden, Original, RawSpan

if TYPE_CHECKING:
    from app.wiring import Program


def add_originals(routes: FastAPI, program: Program) -> None:
    """``GET /plans/{plan_id}/items/{item_id}/original``."""
    needed = Depends(needs("plans:read", "evidence:read", "originals:read"))
    known: dict[str, Any] = {"dependencies": [needed], "responses": problems(404)}

    @routes.get("/plans/{plan_id}/items/{item_id}/original", **known)
    def show_original(request: Request, plan_id: PlanId, item_id: ItemId) -> Original:
        """An item's quote, cue and alternatives as they were said, with what of them is masked. Every look is noted."""
        viewer = viewer_of(request)
        item = item_in_reach(plan_in_reach(program.store, viewer, plan_id).what, item_id)
        noted("original words shown", plan=plan_id, call=item.call_id, user=viewer.user_id)
        return Original(plan_id=plan_id, item_id=item_id, call_id=item.call_id, spans=list(_spans(item)))


def _spans(item: PlanItem) -> Iterator[RawSpan]:
    pick = item.evidence
    if pick.turn is not None and pick.start is not None and pick.end is not None:
        yield _span(item, "quote", pick.turn, pick.start, pick.quote)
    if pick.cue is not None:
        yield _span(item, "cue", pick.cue.turn, pick.cue.start, pick.cue.quote)
    for other in pick.alternatives:
        yield _span(item, "alternative", other.turn, other.start, other.quote)


def _span(item: PlanItem, of: Any, turn: int, start: int, words: str) -> RawSpan:
    hidden = [Hidden(start=one.start, end=one.end, label=one.label) for one in masks_in(item, turn, start, words)]
    return RawSpan(
        of=of,
        turn=turn,
        start=start,
        end=start + len(words),
        words=words,
        sha256=hashlib.sha256(words.encode()).hexdigest(),
        hidden=hidden,
    )
