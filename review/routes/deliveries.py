"""What others were told of, each attempt at it, and what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from operations.delivering import count_deliveries, put_back, see_deliveries, wanted
from operations.endpoints import list_endpoints
from review.access import allows
from review.desk import Desk, with_form, word
from store.deliveries import STATES, Delivery
from store.events import EVENT_TYPES

PAGE = 50
WORDS = {"waiting": "waiting", "done": "delivered", "dead": "given up", "dropped": "dropped"}


def delivery_routes(desk: Desk) -> list[Route]:
    """``/deliveries`` and ``/deliveries/retry``, for admins alone: addresses and problems of other systems."""
    pages, looks = DeliveryPages(desk), allows("admin")
    return [
        Route("/deliveries", looks(pages.index)),
        Route("/deliveries/retry", looks(with_form(pages.retry)), methods=["POST"]),
    ]


@dataclass(frozen=True)
class DeliveryPages:
    desk: Desk

    def index(self, request: Request) -> Response:
        endpoints, chosen = list_endpoints(self.desk.store), _chosen(request)
        asked = wanted(chosen["state"], chosen["endpoint"], chosen["type"], chosen["plan"])
        found = see_deliveries(self.desk.store, asked, PAGE + 1, _start(request))
        further = _further(chosen, found[PAGE - 1]) if len(found) > PAGE else None
        return self.desk.page(
            request,
            "deliveries.html",
            endpoints=endpoints,
            counts=count_deliveries(self.desk.store),
            deliveries=found[:PAGE],
            further=further,
            chosen=chosen,
            words=WORDS,
            types=EVENT_TYPES,
        )

    def retry(self, request: Request, form: FormData) -> Response:
        name = word(form, "endpoint")
        if any(one.endpoint_id == name for one in list_endpoints(self.desk.store)):
            put_back(self.desk.store, self.desk.now(), name)
        return RedirectResponse(f"/deliveries?{urlencode({'endpoint': name})}", 303)


def _chosen(request: Request) -> dict[str, str | None]:
    """The filters; what is none is as if it was not there."""
    given = {name: request.query_params.get(name) or None for name in ("state", "endpoint", "type", "plan")}
    known = {"state": STATES, "type": EVENT_TYPES}
    return {name: None if name in known and value not in known[name] else value for name, value in given.items()}


def _start(request: Request) -> tuple[datetime, str, str] | None:
    asked = request.query_params
    try:
        at = datetime.fromisoformat(asked["at"])
        return None if at.tzinfo is None else (at, asked["event"], asked["to"])
    except (KeyError, ValueError):
        return None


def _further(chosen: dict[str, str | None], last: Delivery) -> str:
    keys = {"at": last.written_at.isoformat(), "event": last.event_id, "to": last.endpoint_id}
    return urlencode({name: value for name, value in {**chosen, **keys}.items() if value})
