"""The agreement of reviewers with the machine and with each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from operations.agreement import see_agreement
from review.access import allows
from review.desk import Desk

SPANS = {"30": "the last 30 days", "90": "the last 90 days", "365": "the last year"}


def agreement_routes(desk: Desk) -> list[Route]:
    """``/agreement``."""
    return [Route("/agreement", allows("admin", "qa_manager")(AgreementPages(desk).show))]


@dataclass(frozen=True)
class AgreementPages:
    desk: Desk

    def show(self, request: Request) -> Response:
        span = request.query_params.get("days", "90")
        span = span if span in SPANS else "90"
        found = see_agreement(self.desk.store, self.desk.now() - timedelta(days=int(span)))
        names = {one.id: one.title for one in self.desk.program.rubric.criteria}
        by_criterion = [(names.get(name, name), share) for name, share in found.by_criterion]
        return self.desk.page(
            request,
            "agreement.html",
            found=found,
            tables={"Criterion": by_criterion, "Reviewer": found.by_reviewer, "Model": found.by_model},
            span=span,
            spans=SPANS,
            doubled=self.desk.doubled,
        )
