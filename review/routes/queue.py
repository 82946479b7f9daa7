"""The queue: what waits for a decision on its evidence, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from operations.queue import see_queue
from review.access import allows, viewer_of
from review.desk import Desk
from review.filters import AGES, Filters
from review.seeing import VERDICT_WORDS, just_saved


def queue_routes(desk: Desk) -> list[Route]:
    """``/queue``."""
    return [Route("/queue", allows("admin", "qa_manager")(QueuePages(desk).show))]


@dataclass(frozen=True)
class QueuePages:
    desk: Desk

    def show(self, request: Request) -> Response:
        desk, viewer = self.desk, viewer_of(request)
        filters = Filters.of(request.query_params)
        asked = {name: request.query_params.get(name, "") for name in ("after", "before")}
        page = see_queue(desk.store, desk.wanted(viewer, filters), **asked)
        return desk.page(
            request,
            "queue.html",
            page=page,
            filters=filters,
            ages=AGES,
            names={one.id: one.title for one in desk.program.rubric.criteria},
            open=desk.presence.open_to_others(viewer.user_id),
            blind={one.name for one in page.entries if desk.is_blind(one.item) and not one.item.waits_disputed},
            saved=just_saved(desk, request),
            verdict_words=VERDICT_WORDS,
            problem="",
        )
