"""What an agent sees who opened the link to the own plan: that plan, and nothing else; and what they answer to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coaching.answers import OUTCOME_WORDS
from coaching.plan import Plan
from nlp.errors import WrongInput
from operations.agents_answer import NotAnswerable, acknowledge, answers_of, dispute_item, may_dispute, scored_items
from operations.edit_plan import see_plan
from operations.judge import NoSuchItem
from operations.review import ReasonNeeded
from operations.sign_in import plan_link_ends
from review.access import allows, the_plan_seen, viewer_of
from review.desk import Desk, with_form, word
from review.documents import pdf_response
from review.routes.calls import call_values

DONE = {
    "read": "Saved: you have read this plan.",
    "disputed": "Saved. Another reviewer looks at it, and the answer shows here.",
}


def my_plan_routes(desk: Desk) -> list[Route]:
    """``/my-plan/{plan_id}``, its calls, and the two answers."""
    pages, own = MyPlanPages(desk), allows("agent")
    return [
        Route("/my-plan/{plan_id}", own(pages.show)),
        Route("/my-plan/{plan_id}/pdf", own(pages.pdf)),
        Route("/my-plan/{plan_id}/calls/{call_id:path}", own(pages.call)),
        Route("/my-plan/{plan_id}/acknowledge", own(with_form(pages.acknowledge)), methods=["POST"]),
        Route("/my-plan/{plan_id}/items/{item_id}/dispute", own(with_form(pages.dispute)), methods=["POST"]),
    ]


@dataclass(frozen=True)
class MyPlanPages:
    desk: Desk

    def show(self, request: Request) -> Response:
        return self._page(request, self._plan(request), done=DONE.get(request.query_params.get("done", ""), ""))

    def pdf(self, request: Request) -> Response:
        return pdf_response(self.desk, self._plan(request))

    def call(self, request: Request) -> Response:
        return self.desk.page(request, "my_call.html", **call_values(self.desk, request, self._plan(request)))

    def acknowledge(self, request: Request, form: FormData) -> Response:
        plan = self._plan(request)
        return self._answer(
            request, "read", lambda: acknowledge(self.desk.store, plan.plan_id, plan.agent_id, self.desk.now())
        )

    def dispute(self, request: Request, form: FormData) -> Response:
        plan, item_id, reason = self._plan(request), request.path_params["item_id"], word(form, "reason")

        def act() -> object:
            return dispute_item(self.desk.store, plan.plan_id, item_id, plan.agent_id, reason, self.desk.now())

        return self._answer(request, "disputed", act, typed=reason)

    def _answer(self, request: Request, done: str, act: Callable[[], object], typed: str = "") -> Response:
        try:
            act()
        except WrongInput as error:
            item_id = request.path_params.get("item_id")
            return self._page(request, self._plan(request), 422, problem=_said(error), typed=typed, open_item=item_id)
        plan_id = request.path_params["plan_id"]
        return RedirectResponse(f"/my-plan/{quote(plan_id, safe='')}?done={done}", 303)

    def _plan(self, request: Request) -> Plan:
        seen = see_plan(self.desk.store, request.path_params["plan_id"])
        return the_plan_seen(viewer_of(request), seen.plan if seen else None)

    def _page(
        self, request: Request, plan: Plan, status: int = 200, *, problem: str = "", done: str = "", typed: str = "",
        open_item: str | None = None,
    ) -> Response:  # fmt: skip
        desk = self.desk
        scored = scored_items(desk.store, plan.plan_id)
        return desk.page(
            request,
            "my_plan.html",
            status,
            plan=plan,
            answers=answers_of(desk.store, plan),
            disputable={item.item_id for item in plan.items if may_dispute(plan, item, scored)},
            outcome_words=OUTCOME_WORDS,
            link_until=plan_link_ends(desk.store, plan, desk.now()),
            problem=problem,
            done=done,
            typed=typed,
            open_item=open_item,
        )


def _said(error: WrongInput) -> str:
    """Why an answer was not saved, for who does not know our words."""
    if isinstance(error, ReasonNeeded):
        return "Not saved: say why, so that another reviewer can look at it."
    if isinstance(error, NoSuchItem):
        return "Not saved: that item is not in your plan any more."
    if isinstance(error, NotAnswerable):
        return f"Not saved: {error.problem}."
    return "Not saved."
