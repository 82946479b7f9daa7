"""Deciding on a plan from another program, on the version that it saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, FastAPI, Header, Request, Response
from starlette.exceptions import HTTPException

from coaching.plan import Plan
from coaching.record import PlanShape
from coaching.recording import View, plan_shape
from nlp.errors import VerbatimError
from operations.edit_plan import PlanChanged, approve_judged
from operations.review import Decision, NotToBeDecided, ReasonNeeded, dismiss_plan, return_plan
from review.access import may_decide_plan, viewer_of
from review.access_log import noted
from review.api import etags
from review.api.describing import problems
from review.api.reading import PlanId, plan_in_reach
from review.api.scopes import needs
from review.api.shapes import NewDecision
from review.gate import Gate
from store.plans import OpenPlanThere

if TYPE_CHECKING:
    from app.wiring import Program

STATUSES: dict[type[VerbatimError], int] = {
    PlanChanged: 412,
    NotToBeDecided: 409,
    OpenPlanThere: 409,
    ReasonNeeded: 422,
}
IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag of the plan that was decided on.")]


def add_deciding(routes: FastAPI, program: Program, gate: Gate) -> None:
    """``POST /plans/{plan_id}/decisions``."""
    answers = problems(404, 409, 412, 413, 428)

    @routes.post(
        "/plans/{plan_id}/decisions",
        status_code=201,
        dependencies=[Depends(needs("plans:read", "decisions:write"))],
        responses=answers,
    )
    def decide(
        request: Request, response: Response, plan_id: PlanId, wanted: NewDecision, expected: IfMatch = None
    ) -> PlanShape:
        """Approve a plan, return it or dismiss it. The answer is the plan as it then is, with its new ETag."""
        decision = decision_on(program, gate, request, plan_id, expected, wanted.reason)
        with telling(STATUSES):
            _decide(program, plan_id, wanted, decision)
        noted("decided", plan=plan_id, decision=wanted.decision, user=viewer_of(request).user_id)
        return plan_now(program, request, response, plan_id)


def _decide(program: Program, plan_id: str, wanted: NewDecision, decision: Decision) -> Plan:
    if wanted.decision == "approve":
        return approve_judged(program.store, plan_id, decision, program.settings.plan.rules(), None)
    return (return_plan if wanted.decision == "return" else dismiss_plan)(program.store, plan_id, decision)


def decision_on(
    program: Program, gate: Gate, request: Request, plan_id: str, expected: str | None, reason: str | None
) -> Decision:
    """The decision of a token, now, on the version of the plan that ``expected`` (If-Match) names.

    Raises HTTPException: 404 for none and for another team's plan, 403, 428 without a version, 412 for another one.
    """
    viewer = viewer_of(request)
    seen = plan_in_reach(program.store, viewer, plan_id)
    if not may_decide_plan(viewer, seen.what):
        raise HTTPException(403, "The token may not decide on this plan.")
    if expected is None:
        raise HTTPException(428, "Name the version that was decided on: If-Match with the plan's ETag.")
    if not etags.names(expected, seen.version, strongly=True):
        raise HTTPException(412, f"The plan is at version {seen.version}; look at it again.")
    now = gate.now().astimezone(program.settings.timezone)
    return Decision(f"{viewer.name} (API)", now, now.date(), (reason or "").strip() or None, seen.version)


@contextmanager
def telling(statuses: Mapping[type[VerbatimError], int]) -> Iterator[None]:
    """What an operation refuses becomes a problem with its status."""
    try:
        yield
    except tuple(statuses) as error:
        raise HTTPException(statuses[type(error)], str(error)) from None


def plan_now(program: Program, request: Request, response: Response, plan_id: str) -> PlanShape:
    """The plan as it is after a decision; its ETag goes into the response."""
    viewer = viewer_of(request)
    done = plan_in_reach(program.store, viewer, plan_id)
    response.headers["ETag"] = etags.etag(done.version)
    view = View("evidence:read" in viewer.scopes, program.settings.report.redact)
    return plan_shape(done.what, done.version, done.at, view)
