"""The audit trail for who has to answer for it: who changed what, when, and whether it is what was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nlp.errors import VerbatimError
from operations.audit import Verified, changed_facts, latest_entries, verify_audit
from review.access import allows
from review.desk import Desk, with_form, word

PAGE = 50
LONGEST_PLAN = 500


def trail_routes(desk: Desk) -> list[Route]:
    """``/trail`` and ``/trail/verify``, for admins alone: it names everybody who decided anything."""
    pages, looks = TrailPages(desk), allows("admin")
    return [
        Route("/trail", looks(pages.index)),
        Route("/trail/verify", looks(with_form(pages.verify)), methods=["POST"]),
    ]


@dataclass(frozen=True)
class TrailPages:
    desk: Desk

    def index(self, request: Request) -> Response:
        return self._page(request)

    def verify(self, request: Request, form: FormData) -> Response:
        """Hold the trail against itself. Changes nothing; a POST, as it reads every entry there is."""
        try:
            held = verify_audit(self.desk.store, word(form, "expected") or None)
        except VerbatimError as error:
            return self._page(request, problem=str(error))
        return self._page(request, held)

    def _page(self, request: Request, held: Verified | None = None, problem: str | None = None) -> Response:
        plan, day, before = _asked(request)
        zone = self.desk.program.settings.timezone
        found = latest_entries(
            self.desk.store,
            PAGE + 1,
            before=before,
            subject=f"plan {plan}" if plan else None,
            until=datetime.combine(day + timedelta(days=1), time(), zone) if day else None,
        )
        kept = {"plan": plan, "day": day.isoformat() if day else None}
        further = None
        if len(found) > PAGE:
            further = urlencode({**{name: one for name, one in kept.items() if one}, "before": found[PAGE - 1].place})
        return self.desk.page(
            request,
            "trail.html",
            entries=found[:PAGE],
            changed=changed_facts,
            further=further,
            chosen=kept,
            held=held,
            problem=problem,
        )


def _asked(request: Request) -> tuple[str | None, date | None, int | None]:
    """The plan, the day and the place that were asked for; what is none of them is as if it was not there."""
    asked = request.query_params
    plan = asked.get("plan", "").strip()[:LONGEST_PLAN].replace("\x00", "") or None
    try:
        day = date.fromisoformat(asked["day"]) if asked.get("day") else None
    except ValueError:
        day = None
    place = asked.get("before", "")
    before = int(place) if place.isascii() and place.isdecimal() and len(place) < 10 else None
    return plan, None if day == date.max else day, before
