"""The loop from another program: practice that took place, the date of a follow-up, and what follows from a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, Request, Response

from coaching.follow_up import CycleAccount
from coaching.record import MovementShape, PlanShape, PracticeSession
from coaching.recording import movement_shape, practice_shape
from nlp.errors import VerbatimError
from operations.edit_plan import PlanChanged
from operations.feeds import From, tell_movements
from operations.overruling import (
    DecidedMeanwhile,
    NextCycleBegan,
    NotConcluded,
    WrongActions,
    checked_actions,
    overrule,
)
from operations.practice import NoSuchItem, NotAssigned, NotYet, SessionThere, record_session, session_of, sessions_of
from operations.review import NotToBeDecided, ReasonNeeded, WrongDay, cancel_plan
from operations.schedule import NothingToMove, move_date
from review.access import viewer_of
from review.access_log import noted
from review.api.deciding import IfMatch, decision_on, plan_now, telling
from review.api.describing import problems
from review.api.reading import ItemId, PlanId, item_in_reach, plan_in_reach
from review.api.scopes import needs, reach_of
from review.api.shapes import Cancellation, NewDate, NewOverruling, NewPracticeSession
from review.gate import Gate

if TYPE_CHECKING:
    from app.wiring import Program

STATUSES: dict[type[VerbatimError], int] = {
    NoSuchItem: 404,
    NotConcluded: 409,
    NotAssigned: 409,
    SessionThere: 409,
    NotToBeDecided: 409,
    NothingToMove: 409,
    NextCycleBegan: 409,
    PlanChanged: 412,
    DecidedMeanwhile: 412,
    NotYet: 422,
    WrongDay: 422,
    WrongActions: 422,
    ReasonNeeded: 422,
}
MOST_CYCLES = 1000
"""More than one plan ever has: an item has one for each approval."""

DECIDES: dict[str, Any] = {
    "status_code": 201,
    "dependencies": [Depends(needs("plans:read", "decisions:write"))],
    "responses": problems(404, 409, 412, 413, 428),
}


def add_looping(routes: FastAPI, program: Program, gate: Gate) -> None:
    """The routes under ``/plans/{plan_id}`` of practice and of the follow-up."""
    _add_practice(routes, program, gate)
    _add_decisions(routes, program, gate)


def _add_practice(routes: FastAPI, program: Program, gate: Gate) -> None:
    redacted = program.settings.report.redact
    reads: dict[str, Any] = {"dependencies": [Depends(needs("plans:read"))], "responses": problems(404)}
    writes: dict[str, Any] = {
        "dependencies": [Depends(needs("plans:read", "practice:write"))],
        "responses": problems(404, 409, 413),
    }

    @routes.get("/plans/{plan_id}/practice", **reads)
    def list_practice(request: Request, plan_id: PlanId) -> list[PracticeSession]:
        """The practice sessions of a plan that took place, by criterion and day."""
        plan_in_reach(program.store, viewer_of(request), plan_id)
        return [practice_shape(one, redacted) for one in sessions_of(program.store, plan_id)]

    @routes.post("/plans/{plan_id}/practice", status_code=201, **writes)
    def note_practice(request: Request, plan_id: PlanId, wanted: NewPracticeSession) -> PracticeSession:
        """Note a practice session that took place. The same again is once."""
        viewer = viewer_of(request)
        plan_in_reach(program.store, viewer, plan_id)
        today = gate.now().astimezone(program.settings.timezone).date()
        done = session_of(plan_id=plan_id, **wanted.model_dump(exclude={"replace"}))
        with telling(STATUSES):
            kept = record_session(program.store, done, today, replace=wanted.replace)
        noted("practice", plan=plan_id, user=viewer.user_id)
        return practice_shape(kept, redacted)


def _add_decisions(routes: FastAPI, program: Program, gate: Gate) -> None:
    @routes.post("/plans/{plan_id}/follow-up/date", **DECIDES)
    def move(
        request: Request, response: Response, plan_id: PlanId, wanted: NewDate, expected: IfMatch = None
    ) -> PlanShape:
        """Score a plan's new calls on another working day, at most the last one after its approval."""
        decision = decision_on(program, gate, request, plan_id, expected, wanted.reason)
        with telling(STATUSES):
            move_date(program.store, plan_id, wanted.to, decision, program.settings.plan.rules())
        noted("moved", plan=plan_id, user=viewer_of(request).user_id)
        return plan_now(program, request, response, plan_id)

    @routes.post("/plans/{plan_id}/follow-up/cancellation", **DECIDES)
    def cancel(
        request: Request, response: Response, plan_id: PlanId, wanted: Cancellation, expected: IfMatch = None
    ) -> PlanShape:
        """Take an approval back: the plan is returned and its follow-up is off."""
        decision = decision_on(program, gate, request, plan_id, expected, wanted.reason)
        with telling(STATUSES):
            cancel_plan(program.store, plan_id, decision)
        noted("cancelled", plan=plan_id, user=viewer_of(request).user_id)
        return plan_now(program, request, response, plan_id)

    @routes.post("/plans/{plan_id}/items/{item_id}/overrulings", **DECIDES)
    def overrule_next(
        request: Request,
        response: Response,
        plan_id: PlanId,
        item_id: ItemId,
        wanted: NewOverruling,
        expected: IfMatch = None,
    ) -> MovementShape:
        """Decide what follows from an item's last cycle, in the place of the machine or where it asks."""
        decision = decision_on(program, gate, request, plan_id, expected, wanted.reason)
        item = item_in_reach(plan_in_reach(program.store, viewer_of(request), plan_id).what, item_id)
        with telling(STATUSES):
            decided = overrule(
                program.follow_up_work(),
                plan_id,
                item.criterion_id,
                checked_actions(wanted.actions),
                decision,
                decided_before=wanted.decided_before,
            )
        noted("overruled", plan=plan_id, user=viewer_of(request).user_id)
        plan_now(program, request, response, plan_id)
        return _movement_now(program, request, decided)


def _movement_now(program: Program, request: Request, decided: CycleAccount) -> MovementShape:
    """A cycle as the list of movements tells it."""
    cycle, reach = decided.cycle, reach_of(viewer_of(request))
    told = tell_movements(program.store, reach, From(), MOST_CYCLES, plan_id=cycle.plan_id).entries
    return next(movement_shape(one.what, one.at) for one in told if one.what.cycle == cycle)
