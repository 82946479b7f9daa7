"""The pages of a program in one app: who may what stands before each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from review.access import EVERY_ROLE, allows, viewer_of
from review.api.app import PREFIX, Counted, make_api
from review.desk import Desk
from review.errors import failed, refused
from review.gate import Gate
from review.guarding import refuse_unguarded
from review.routes.agents import agent_routes
from review.routes.agreement import agreement_routes
from review.routes.calls import call_routes
from review.routes.dashboard import dashboard_routes
from review.routes.deliveries import delivery_routes
from review.routes.evidence import evidence_routes
from review.routes.follow_ups import follow_up_routes
from review.routes.health import health_routes
from review.routes.my_plan import my_plan_routes
from review.routes.nights import night_routes
from review.routes.plans import PlanPages, plan_routes
from review.routes.provider import provider_routes
from review.routes.queue import QueuePages, queue_routes
from review.routes.sign_in import sign_in_routes
from review.routes.trail import trail_routes

if TYPE_CHECKING:
    from app.wiring import Program


def make_app(program: Program, now: Callable[[], datetime] | None = None) -> Starlette:
    """The pages of ``program`` behind the gate. Raises Unguarded where a route does not say who may use it."""
    desk, gate = (Desk(program, now), Gate.of(program, now)) if now else (Desk(program), Gate.of(program))
    routes: list[BaseRoute] = [
        Route("/", allows(*EVERY_ROLE)(_start(desk))),
        *health_routes(desk),
        *night_routes(desk),
        *queue_routes(desk),
        *evidence_routes(desk),
        *call_routes(desk),
        *plan_routes(desk),
        *follow_up_routes(desk),
        *agreement_routes(desk),
        *dashboard_routes(desk),
        *agent_routes(desk),
        *delivery_routes(desk),
        *trail_routes(desk),
        *my_plan_routes(desk),
        *sign_in_routes(gate),
        *provider_routes(gate),
        Mount(PREFIX, Counted(make_api(program, gate), program.settings.review.api_requests_per_minute)),
    ]
    refuse_unguarded(routes)
    return Starlette(
        routes=routes, middleware=gate.middleware(), exception_handlers={HTTPException: refused, Exception: failed}
    )


def _start(desk: Desk) -> Callable[[Request], Response]:
    """What somebody sees first: who judges evidence the queue, the others the plans."""
    queue, plans = QueuePages(desk), PlanPages(desk)

    def start(request: Request) -> Response:
        return (queue.show if viewer_of(request).role in ("admin", "qa_manager") else plans.index)(request)

    return start
