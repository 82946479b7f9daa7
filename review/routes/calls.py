"""A whole call, for who may see a plan that quotes it: the way from a score to the line where it was earned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coaching.plan import Plan
from coaching.transcript import Marks, spoken_turns
from nlp.call import Call
from operations.edit_plan import call_of_plan, see_plan
from review.access import EVERY_ROLE, allows, may_judge_evidence, the_plan_seen, viewer_of
from review.desk import Desk
from review.originals import may_see_originals, original_wanted
from review.seeing import MOST_TURNS, length_of

Span = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ScoreInCall:
    """A score that a plan has of a call, and the words by which it was earned, where they are known."""

    criterion_id: str
    name: str
    score: float | None
    marks: Marks

    @property
    def turn(self) -> int | None:
        return self.marks.quote[0] if self.marks.quote else None


def call_routes(desk: Desk) -> list[Route]:
    """``/plans/{plan_id}/calls/{call_id}``; ``?criterion=`` names the score of which the line is marked."""
    return [Route("/plans/{plan_id}/calls/{call_id:path}", allows(*EVERY_ROLE)(CallPages(desk).show))]


@dataclass(frozen=True)
class CallPages:
    desk: Desk

    def show(self, request: Request) -> Response:
        viewer = viewer_of(request)
        seen = see_plan(self.desk.store, request.path_params["plan_id"])
        plan = the_plan_seen(viewer, seen.plan if seen else None)
        blind = may_judge_evidence(viewer, plan) and self._is_blind(plan, request.path_params["call_id"])
        return self.desk.page(request, "call.html", **call_values(self.desk, request, plan, blind=blind))

    def _is_blind(self, plan: Plan, call_id: str) -> bool:
        blind = self.desk.blind_items(plan)
        return any(item.call_id == call_id and item.item_id in blind for item in plan.items)


def call_values(desk: Desk, request: Request, plan: Plan, *, blind: bool = False) -> dict[str, Any]:
    """What the template of a call asks for; nothing of a score where ``blind``. Raises HTTPException 404."""
    call = call_of_plan(desk.store, plan, request.path_params["call_id"])
    if call is None:
        raise HTTPException(404, "There is no such call in this plan.")
    allowed = desk.program.settings.review.originals
    original = original_wanted(request, plan, allowed, call.call_id)
    scores = [] if blind else scores_in_call(plan, call)
    marks = _marked(scores, request.query_params.get("criterion", ""))
    first = _first(request, call, marks)
    last = min(first + MOST_TURNS, len(call.turns))
    began, rest = call.started_at, len(call.turns) - last
    return {
        "plan": plan,
        "call": call,
        "called_on": began.astimezone(desk.program.settings.timezone).date() if began else None,
        "length": length_of(call),
        "scores": scores,
        "turns": spoken_turns(call, marks, desk.redacted and not original, first, last),
        "original": original,
        "may_see_original": desk.redacted and may_see_originals(viewer_of(request), plan, allowed),
        "shown": range(first, last),
        "before": (max(0, first - MOST_TURNS), first) if first else None,
        "after": (last, rest) if rest else None,
    }


def scores_in_call(plan: Plan, call: Call) -> list[ScoreInCall]:
    """The scores that the plan has of the call, each with its words."""
    scores = []
    for item in plan.items:
        if item.call_id == call.call_id:
            scores.append(ScoreInCall(item.criterion_id, item.criterion_name, item.score, Marks.of(item.evidence)))
        for one in item.further:
            if one.call_id == call.call_id:
                marks = Marks(_find(call, one.quote))
                scores.append(ScoreInCall(item.criterion_id, item.criterion_name, one.score, marks))
    return scores


def _marked(scores: list[ScoreInCall], criterion_id: str) -> Marks:
    """The words of the score that was asked for, else the first that are known."""
    known = [one for one in scores if one.marks.quote is not None]
    wanted = [one for one in known if one.criterion_id == criterion_id] or known
    return wanted[0].marks if wanted else Marks()


def _first(request: Request, call: Call, marks: Marks) -> int:
    """From which turn on the call is shown: where the address says, else so that the marked words are there."""
    start = request.query_params.get("from", "")
    if start.isdecimal() and len(start) < 8:
        return min(int(start), len(call.turns))
    return marks.quote[0] // MOST_TURNS * MOST_TURNS if marks.quote else 0


def _find(call: Call, quote: str) -> Span | None:
    """Where the agent said it."""
    for n in call.agent_turns() if quote else ():
        start = call.turns[n].text.find(quote)
        if start >= 0:
            return n, start, start + len(quote)
    return None
