"""Whether the server lives, whether it can work, and its figures: for machines that watch over it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.log_settings import metrics_token
from app.metrics import CONTENT_TYPE, exposition
from nlp.errors import VerbatimError
from operations.watch import last_night
from review.access import anyone
from review.access_log import noted
from review.desk import Desk
from store.migrating import standing

KNOWN_SECONDS = 10
LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def health_routes(desk: Desk) -> list[Route]:
    """``/healthz``, ``/readyz`` and ``/metrics``. Nobody signs in for these; figures ask for a token."""
    pages = HealthPages(desk)
    return [Route("/healthz", healthz), Route("/readyz", pages.readyz), Route("/metrics", pages.metrics)]


@anyone
def healthz(request: Request) -> Response:
    """This process answers. It does not ask the store: who restarts what does not live helps no database."""
    return PlainTextResponse("ok")


@dataclass(frozen=True)
class HealthPages:
    desk: Desk
    known: dict[str, tuple[float, bool]] = field(default_factory=dict)

    @anyone
    def readyz(self, request: Request) -> Response:
        """Whether the store answers and has the tables of this version; and how the last night stands.

        200 where it can work, 503 where it cannot. A night that was missed is told, and no reason to send nobody here.
        """
        try:
            current = self._current()
            done, missed = last_night(self.desk.store, self.desk.program.watch_rules(), self.desk.now())
        except Exception as error:
            said = str(error) if isinstance(error, VerbatimError) else ""
            noted("failed", path="/readyz", error=type(error).__name__, problem=said)
            return JSONResponse({"ready": False, "store": "does not answer"}, 503)
        told = {
            "ready": current,
            "store": "answers",
            "tables": "up to date" if current else "of another version",
            "last_night": done.isoformat(timespec="seconds") if done else None,
            "night_missed": missed,
        }
        return JSONResponse(told, 200 if current else 503)

    @anyone
    def metrics(self, request: Request) -> Response:
        """The figures, for who shows the token, or asks on this machine itself and not through a proxy."""
        if not (_shows_token(request) or self._is_here(request)):
            noted("refused", path="/metrics", client=request.client.host if request.client else "-")
            return PlainTextResponse("A token is needed.", 401, {"WWW-Authenticate": "Bearer"})
        found = self.desk.program.standing(self.desk.now())
        return Response(exposition(found), media_type=CONTENT_TYPE)

    def _current(self) -> bool:
        """Whether the tables are of this version; asked again after a few seconds, for everybody may ask here."""
        at, current = self.known.get("tables", (0.0, False))
        if not current or monotonic() - at > KNOWN_SECONDS:
            tables = standing(self.desk.store.engine)
            current = tables.revision == tables.head
            self.known["tables"] = (monotonic(), current)
        return current

    def _is_here(self, request: Request) -> bool:
        """Behind a proxy everybody seems to be on this machine: then only the token counts."""
        behind = self.desk.program.settings.review.public_url is not None
        behind = behind or any(name in request.headers for name in FORWARDED)
        return not behind and request.client is not None and request.client.host in LOOPBACK


def _shows_token(request: Request) -> bool:
    token, (kind, _, shown) = metrics_token(), request.headers.get("authorization", "").partition(" ")
    right = token is not None and hmac.compare_digest(shown.strip().encode(), token.encode())
    return kind.lower() == "bearer" and right
