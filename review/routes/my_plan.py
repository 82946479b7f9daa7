"""What an agent sees who opened the link to the own plan: that plan, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from coaching.page import plan_html
from operations.edit_plan import see_plan
from review.access import allows, the_plan_seen, viewer_of
from review.headers import document_policy

if TYPE_CHECKING:
    from app.wiring import Program


def my_plan_routes(program: Program) -> list[Route]:
    """``/my-plan/{plan_id}``."""
    scale = (program.rubric.scale.min, program.rubric.scale.max)
    redacted = program.settings.report.redact

    @allows("agent")
    def my_plan(request: Request) -> Response:
        seen = see_plan(program.store, request.path_params["plan_id"])
        plan = the_plan_seen(viewer_of(request), seen.plan if seen else None)
        html = plan_html(plan, scale=scale, redacted=redacted)
        return HTMLResponse(html, headers={"Content-Security-Policy": document_policy(html)})

    return [Route("/my-plan/{plan_id}", my_plan)]
