"""Reading: plans, items, evidence, follow-ups, movements, decisions. A list is told in the order of its changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from fastapi import Depends, FastAPI, Header, Path, Query, Request, Response
from pydantic import AfterValidator, AwareDatetime
from starlette.exceptions import HTTPException

from coaching.plan import Plan, PlanItem, PlanStatus
from coaching.record import Evidence, FollowUpShape, Item, MovementShape, PlanShape
from coaching.recording import View, evidence_shape, follow_up_shape, item_shape, movement_shape, plan_shape
from operations.feeds import (
    Changed,
    From,
    Page,
    tell_decisions,
    tell_follow_ups,
    tell_movements,
    tell_plan,
    tell_plans,
)
from review.access import Viewer, the_plan_seen, viewer_of
from review.api import cursor, etags
from review.api.describing import problems
from review.api.scopes import needs, reach_of
from review.api.shapes import DecisionShape, PageShape
from review.api.shaping import decision_shape

if TYPE_CHECKING:
    from app.wiring import Program
    from store.session import Store

Told = TypeVar("Told")
Entry = TypeVar("Entry")


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of the years that can be told") from None


WITHOUT_NUL = r"^[^\x00]+$"
"""No database keeps a NUL in a text, so none has to be asked for one."""

PlanId = Annotated[str, Path(max_length=500, pattern=WITHOUT_NUL)]
ItemId = Annotated[str, Path(max_length=500, pattern=WITHOUT_NUL)]
Only = Annotated[str | None, Query(max_length=500, pattern=WITHOUT_NUL)]
Since = Annotated[
    AwareDatetime | None,
    Query(description="Only what was written at or after this time, with its zone."),
    AfterValidator(lambda at: at and _in_utc(at)),
]
Cursor = Annotated[str | None, Query(max_length=5000, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]
Match = Annotated[str | None, Header(alias="If-None-Match", description="The ETag of what is at hand.")]


class Start:
    """Where a list begins, and how much of it is told at once."""

    def __init__(self, updated_since: Since = None, cursor: Cursor = None, limit: Limit = 50) -> None:
        self.since, self.word, self.limit = updated_since, cursor, limit

    def at(self, *kinds: type) -> From:
        return From(self.since, cursor.read(self.word, kinds) if self.word is not None else None)


Begin = Annotated[Start, Depends()]


def add_reading(routes: FastAPI, program: Program) -> None:
    """The routes of everything that is looked at."""
    store = program.store
    redacted = program.settings.report.redact

    def view(request: Request) -> View:
        return View("evidence:read" in viewer_of(request).scopes, redacted)

    def told(request: Request, start: Start, **only: Any) -> Page[Plan]:
        return tell_plans(store, reach_of(viewer_of(request)), start.at(str), start.limit, **only)

    @routes.get("/plans", **_for("plans:read"))
    def list_plans(
        request: Request, start: Begin, status: PlanStatus | None = None, agent_id: Only = None
    ) -> PageShape[PlanShape]:
        """Plans, with their items."""
        page, seen = told(request, start, status=status, agent_id=agent_id), view(request)
        return _page(page, lambda one: [plan_shape(one.what, one.version, one.at, seen)])

    @routes.get("/items", **_for("plans:read"))
    def list_items(request: Request, start: Begin, agent_id: Only = None) -> PageShape[Item]:
        """The items of plans. `limit` counts plans: the items of a plan are told together."""
        page, seen = told(request, start, agent_id=agent_id), view(request)
        return _page(page, lambda one: [item_shape(one.what, item, seen) for item in one.what.items])

    @routes.get("/evidence", **_for("plans:read", "evidence:read"))
    def list_evidence(request: Request, start: Begin, agent_id: Only = None) -> PageShape[Evidence]:
        """The evidence of the items of plans. `limit` counts plans, as in items."""
        page = told(request, start, agent_id=agent_id)
        return _page(page, lambda one: [evidence_shape(one.what, item, redacted) for item in one.what.items])

    @routes.get("/plans/{plan_id}", response_model=PlanShape, **_for("plans:read", of=(404,), unchanged=True))
    def show_plan(request: Request, response: Response, plan_id: PlanId, known: Match = None) -> PlanShape | Response:
        """One plan. Its ETag is what a decision on it names in If-Match."""
        seen = plan_in_reach(store, viewer_of(request), plan_id)
        if etags.names(known, seen.version):
            return Response(status_code=304, headers={"ETag": etags.etag(seen.version)})
        response.headers["ETag"] = etags.etag(seen.version)
        return plan_shape(seen.what, seen.version, seen.at, view(request))

    @routes.get("/plans/{plan_id}/items/{item_id}/evidence", **_for("plans:read", "evidence:read", of=(404,)))
    def show_evidence(request: Request, plan_id: PlanId, item_id: ItemId) -> Evidence:
        """The evidence of one item."""
        plan = plan_in_reach(store, viewer_of(request), plan_id).what
        return evidence_shape(plan, item_in_reach(plan, item_id), redacted)

    _add_follow_ups(routes, store)


def _add_follow_ups(routes: FastAPI, store: Store) -> None:
    @routes.get("/follow-ups", **_for("plans:read"))
    def list_follow_ups(
        request: Request,
        start: Begin,
        plan_id: Only = None,
        state: Literal["open", "done", "cancelled"] | None = None,
    ) -> PageShape[FollowUpShape]:
        """The dated scorings that approvals promised."""
        reach = reach_of(viewer_of(request))
        page = tell_follow_ups(store, reach, start.at(str), start.limit, plan_id=plan_id, state=state)
        return _page(page, lambda one: [follow_up_shape(one.what, one.at)])

    @routes.get("/movements", **_for("movements:read"))
    def list_movements(
        request: Request, start: Begin, plan_id: Only = None, agent_id: Only = None
    ) -> PageShape[MovementShape]:
        """What follow-ups have shown: before, after, delta, interval, verdict, and what is to be done."""
        reach = reach_of(viewer_of(request))
        page = tell_movements(store, reach, start.at(str, str), start.limit, plan_id=plan_id, agent_id=agent_id)
        return _page(page, lambda one: [movement_shape(one.what, one.at)])

    @routes.get("/decisions", **_for("decisions:read"))
    def list_decisions(request: Request, start: Begin, plan_id: Only = None) -> PageShape[DecisionShape]:
        """What people decided about plans."""
        page = tell_decisions(store, reach_of(viewer_of(request)), start.at(str, int), start.limit, plan_id=plan_id)
        return _page(page, lambda one: [decision_shape(one.what)])


def plan_in_reach(store: Store, viewer: Viewer, plan_id: str) -> Changed[Plan]:
    """A plan with its version. Raises HTTPException 404, the same for none and for another team's."""
    seen = tell_plan(store, plan_id)
    the_plan_seen(viewer, seen.what if seen else None)
    assert seen is not None
    return seen


def item_in_reach(plan: Plan, item_id: str) -> PlanItem:
    """An item of a plan that the viewer may see. Raises HTTPException 404."""
    item = next((one for one in plan.items if one.item_id == item_id), None)
    if item is None:
        raise HTTPException(404, "There is no such item.")
    return item


def _for(*scopes: Any, of: tuple[int, ...] = (), unchanged: bool = False) -> dict[str, Any]:
    answers = problems(*of)
    if unchanged:
        answers[304] = {"description": "It is as it was."}
    return {"dependencies": [Depends(needs(*scopes))], "responses": answers}


def _page(page: Page[Told], shaped: Callable[[Changed[Told]], list[Entry]]) -> PageShape[Entry]:
    last = page.entries[-1] if page.further else None
    entries = [entry for one in page.entries for entry in shaped(one)]
    return PageShape(entries=entries, next=cursor.written(last.at, last.key) if last else None)
