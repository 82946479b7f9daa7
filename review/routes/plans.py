"""Plans: the list, and the page of one, where its supervisor changes it, approves it, sends it back or dismisses it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import quote, urlencode

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coaching.answers import OUTCOME_WORDS
from coaching.calendar import follow_up_date
from coaching.plan import Plan, PlanStatus
from nlp.errors import WrongInput
from nlp.noun import explain
from operations.agents_answer import LINKED, NotAnswerable, answers_of, link_to_plan
from operations.edit_plan import (
    Editor,
    Listed,
    Place,
    PlanChanged,
    SeenPlan,
    WrittenPractice,
    approve_judged,
    calls_per_day,
    has_accepted_quote,
    move_up,
    see_plan,
    see_plans,
    take_out,
    write_practice,
)
from operations.judge import NoSuchItem
from operations.review import Decision, dismiss_plan, return_plan
from review.access import (
    EVERY_ROLE,
    Viewer,
    allows,
    may_decide_plan,
    may_judge_evidence,
    teams_seen,
    the_plan_seen,
    viewer_of,
)
from review.access_log import noted
from review.desk import Desk, number, with_form, word
from review.documents import markdown_response, pdf_response
from review.seeing import VERDICT_WORDS

Tab = PlanStatus | Literal[""]
TABS: dict[Tab, str] = {
    "draft": "To decide",
    "returned": "Sent back",
    "approved": "Approved",
    "closed": "Closed",
    "dismissed": "Dismissed",
    "": "All",
}
DONE = {
    "approve": "Approved. The plan is assigned, and its follow-up scoring is promised.",
    "return": "Sent back.",
    "dismiss": "Dismissed. Its failures are not planned again.",
    "practice": "The practice is saved.",
    "up": "Moved.",
    "out": "Taken out. The criterion waits until this plan is over.",
}
YOURS = {
    "approve": "You approved it.",
    "return": "You sent it back.",
    "dismiss": "You dismissed it.",
    "practice": "You changed the practice.",
    "up": "You moved an item up.",
    "out": "You took an item out.",
}
LABELS = {"on": "Follow-up scoring", "reason": "Reason", "skill": "Skill", "scenario": "Scene", "sessions": "Sessions",
          "method": "Method"}  # fmt: skip
FIELDS = ("decision", *LABELS)


def plan_routes(desk: Desk) -> list[Route]:
    """``/plans`` and ``/plans/{plan_id}``."""
    pages = PlanPages(desk)
    sees, decides = allows(*EVERY_ROLE), allows("admin", "supervisor")
    return [
        Route("/plans", sees(pages.index)),
        Route("/plans/{plan_id}", sees(pages.show)),
        Route("/plans/{plan_id}/markdown", sees(pages.markdown)),
        Route("/plans/{plan_id}/pdf", sees(pages.pdf)),
        Route("/plans/{plan_id}/link", decides(with_form(pages.link)), methods=["POST"]),
        Route("/plans/{plan_id}/decide", decides(with_form(pages.decide)), methods=["POST"]),
        Route("/plans/{plan_id}/items/{item_id}/{change}", decides(with_form(pages.change)), methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was just made, and until when it works."""

    address: str
    until: datetime


@dataclass(frozen=True)
class PlanPages:
    desk: Desk

    def index(self, request: Request) -> Response:
        viewer, query = viewer_of(request), request.query_params
        status: Tab = next((tab for tab in TABS if tab == query.get("status")), "draft")
        agent, team = query.get("agent", "").strip()[:500], query.get("team", "")
        seen = teams_seen(viewer)
        chosen = seen if not team else (team,) if seen is None or team in seen else ()
        listed = Listed(
            status=status or None,
            agent_id=agent if agent.isprintable() and agent else None,
            teams=chosen,
            supervisor=viewer.user_id if seen is not None and not team and viewer.role == "supervisor" else None,
        )
        page = see_plans(self.desk.store, listed, _place(query.get("after", "")))
        further = urlencode({"status": status, "agent": agent, "team": team, "after": _written(page.further)})
        return self.desk.page(
            request,
            "plan_list.html",
            page=page,
            blind=self._blind(viewer, page.plans),
            tabs=TABS,
            tab=status,
            agent=agent,
            team=team,
            further=further,
        )

    def _blind(self, viewer: Viewer, plans: Iterable[Plan]) -> set[str]:
        """The items of these plans of which the line is not to be shown to who is to judge it unseen."""
        mine = (plan for plan in plans if may_judge_evidence(viewer, plan))
        return {item_id for plan in mine for item_id in self.desk.blind_items(plan)}

    def show(self, request: Request) -> Response:
        seen = self._seen(request)
        return self._page(request, seen, done=DONE.get(request.query_params.get("done", ""), ""))

    def markdown(self, request: Request) -> Response:
        return markdown_response(self.desk, self._as_document(request))

    def pdf(self, request: Request) -> Response:
        return pdf_response(self.desk, self._as_document(request))

    def link(self, request: Request, form: FormData) -> Response:
        """A link to the agent's own page, which is told this once."""
        seen, desk, viewer = self._to_decide(request), self.desk, viewer_of(request)
        rules = desk.program.settings.review.session_rules()
        try:
            secret = link_to_plan(desk.store, seen.plan, desk.now(), rules)
        except NotAnswerable as error:
            return self._page(request, seen, 422, problem=f"No link: {error.problem}.")
        noted("made a link to a plan", user=viewer.user_id, plan=seen.plan.plan_id)
        made = MadeLink(f"{_origin(desk, request)}/enter/{secret}", desk.now() + rules.plan_link)
        return self._page(request, seen, made=made)

    def decide(self, request: Request, form: FormData) -> Response:
        seen, wanted = self._to_decide(request), word(form, "decision")
        if wanted not in ("approve", "return", "dismiss"):
            raise HTTPException(400, "That is no decision on a plan.")
        desk, plan_id = self.desk, seen.plan.plan_id
        decision = Decision(
            viewer_of(request).name, desk.now(), desk.today(), word(form, "reason") or None, _version(form)
        )

        def act() -> Plan:
            if wanted == "approve":
                rules = desk.program.settings.plan.rules()
                return approve_judged(desk.store, plan_id, decision, rules, _day(word(form, "on")))
            return (return_plan if wanted == "return" else dismiss_plan)(desk.store, plan_id, decision)

        return self._done(request, form, wanted, act)

    def change(self, request: Request, form: FormData) -> Response:
        seen, wanted = self._to_decide(request), request.path_params["change"]
        editor = Editor(viewer_of(request).name, self.desk.now(), _version(form))
        where = (self.desk.store, seen.plan.plan_id, request.path_params["item_id"])

        def act() -> Plan:
            if wanted == "practice":
                return write_practice(*where, _practice(form), editor)
            return take_out(*where, word(form, "reason"), editor) if wanted == "out" else move_up(*where, editor)

        if wanted not in ("practice", "up", "out"):
            raise HTTPException(404, "There is no such change.")
        return self._done(request, form, wanted, act)

    def _done(self, request: Request, form: FormData, wanted: str, act: Callable[[], Plan]) -> Response:
        try:
            act()
        except (PlanChanged, NoSuchItem):
            return self._conflict(request, form, wanted)
        except WrongInput as error:
            return self._page(request, self._seen(request), 422, problem=_said(error), typed=_typed(form),
                              open_item=request.path_params.get("item_id"))  # fmt: skip
        return RedirectResponse(f"{plan_path(request.path_params['plan_id'])}?done={wanted}", 303)

    def _seen(self, request: Request) -> SeenPlan:
        seen = see_plan(self.desk.store, request.path_params["plan_id"])
        the_plan_seen(viewer_of(request), seen.plan if seen else None)
        assert seen is not None
        return seen

    def _as_document(self, request: Request) -> Plan:
        """The plan, unless the document would show what the viewer is to judge without having seen it."""
        seen = self._seen(request)
        if may_judge_evidence(viewer_of(request), seen.plan) and self.desk.blind_items(seen.plan):
            raise HTTPException(409, "Two people judge this plan's evidence unseen; this is there when they have.")
        return seen.plan

    def _to_decide(self, request: Request) -> SeenPlan:
        seen = self._seen(request)
        if not may_decide_plan(viewer_of(request), seen.plan):
            raise HTTPException(403, "Your role does not allow this.")
        return seen

    def _page(
        self, request: Request, seen: SeenPlan, status: int = 200, *, problem: str = "", done: str = "",
        typed: Mapping[str, str] | None = None, open_item: str | None = None, made: MadeLink | None = None,
    ) -> Response:  # fmt: skip
        desk, plan, viewer = self.desk, seen.plan, viewer_of(request)
        editable = plan.undecided
        judges = may_judge_evidence(viewer, plan)
        today, rules = desk.today(), desk.program.settings.plan.rules()
        values = {
            "plan": plan,
            "version": seen.version,
            "editable": editable,
            "may_edit": editable and may_decide_plan(viewer, plan),
            "may_judge": judges,
            "may_link": plan.status in LINKED and may_decide_plan(viewer, plan),
            "made": made,
            "answers": answers_of(desk.store, plan),
            "outcome_words": OUTCOME_WORDS,
            "blind": desk.blind_items(plan) if judges else set(),
            "not_accepted": [item.criterion_name for item in plan.items if not has_accepted_quote(item)],
            "proposed": _proposed(plan, today, rules.follow_up.max_days, self._by_rule(plan, today)),
            "first_day": today + timedelta(days=1),
            "last_day": today + timedelta(days=rules.follow_up.max_days),
            "last_count": rules.follow_up.max_days,
            "others": desk.presence.look(plan.plan_id, viewer.user_id, viewer.name),
            "verdict_words": VERDICT_WORDS,
        }
        return desk.page(
            request, "plan_page.html", status, **values, problem=problem, done=done, typed=typed or {},
            open_item=open_item,
        )  # fmt: skip

    def _by_rule(self, plan: Plan, today: date) -> date:
        rules = self.desk.program.settings.plan.rules()
        return follow_up_date(today, calls_per_day(self.desk.store, plan.agent_id), rules.follow_up, rules.calendar)

    def _conflict(self, request: Request, form: FormData, wanted: str) -> Response:
        seen = self._seen(request)
        there = request.path_params.get("item_id")
        stands = there is None or any(item.item_id == there for item in seen.plan.items)
        return self.desk.page(
            request,
            "plan_changed.html",
            409,
            plan=seen.plan,
            version=seen.version,
            typed=_typed(form),
            yours=YOURS.get(wanted, ""),
            labels=LABELS,
            again=request.url.path,
            editable=seen.plan.undecided and stands,
            verdict_words=VERDICT_WORDS,
        )


def _origin(desk: Desk, request: Request) -> str:
    """Where people reach the page: as configured, else as this one was asked for."""
    return desk.program.settings.review.public_url or f"{request.url.scheme}://{request.url.netloc}"


def plan_path(plan_id: str) -> str:
    """Where a plan is."""
    return f"/plans/{quote(plan_id, safe='')}"


def _proposed(plan: Plan, today: date, most: int, by_rule: date) -> date:
    """The plan's own date where it can still be promised, else the one that the rules give today."""
    return plan.follow_up_on if today < plan.follow_up_on <= today + timedelta(days=most) else by_rule


def _version(form: FormData) -> int:
    seen = number(form, "seen")
    return -1 if seen is None else seen


def _typed(form: FormData) -> dict[str, str]:
    return {name: word(form, name) for name in FIELDS if name in form}


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotADate(written) from None


class NotADate(WrongInput):
    """What should be the follow-up's date is none."""

    def __init__(self, written: str) -> None:
        super().__init__(f"follow-up scoring: {written[:40]!r} is no date; write it like 2026-11-30")


class NotAPractice(WrongInput):
    """What was written is no practice."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"practice: {problem}")


def _practice(form: FormData) -> WrittenPractice:
    """Raises NotAPractice, which says which field and why."""
    values = {name: word(form, name) for name in ("skill", "scenario", "method")}
    try:
        return WrittenPractice.model_validate({**values, "sessions": number(form, "sessions") or 0})
    except ValidationError as error:
        raise NotAPractice(explain(error, WrittenPractice)[1]) from None


def _said(error: WrongInput) -> str:
    return f"Not saved: {error}."


def _place(written: str) -> Place | None:
    """Where the list goes on, from the address; None where it says nothing of sense."""
    try:
        day, agent, plan = json.loads(written)
        return date.fromisoformat(day), str(agent), str(plan)
    except (ValueError, TypeError):
        return None


def _written(place: Place | None) -> str:
    return json.dumps([place[0].isoformat(), place[1], place[2]]) if place else ""
