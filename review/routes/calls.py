"""A whole call, for who may see a plan that quotes it: the way from a score to the line where it was earned."""

from __future__ import annotations

from dataclasses import dataclass

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
from review.seeing import MOST_TURNS, length_of


@dataclass(frozen=True, slots=True)
class ScoreInCall:
    """A score that a plan has of a call, and the turn where it was earned, where that is known."""

    name: str
    score: float | None
    turn: int | None


def call_routes(desk: Desk) -> list[Route]:
    """``/plans/{plan_id}/calls/{call_id}``."""
    return [Route("/plans/{plan_id}/calls/{call_id:path}", allows(*EVERY_ROLE)(CallPages(desk).show))]


@dataclass(frozen=True)
class CallPages:
    desk: Desk

    def show(self, request: Request) -> Response:
        viewer, call_id = viewer_of(request), request.path_params["call_id"]
        seen = see_plan(self.desk.store, request.path_params["plan_id"])
        plan = the_plan_seen(viewer, seen.plan if seen else None)
        call = call_of_plan(self.desk.store, plan, call_id)
        if call is None:
            raise HTTPException(404, "There is no such call in this plan.")
        blind = may_judge_evidence(viewer, plan) and self._is_blind(plan, call_id)
        scores, marks = ([], Marks()) if blind else _scores(plan, call)
        began = call.started_at
        start = request.query_params.get("from", "")
        first = min(int(start), len(call.turns)) if start.isdecimal() and len(start) < 8 else 0
        last = min(first + MOST_TURNS, len(call.turns))
        rest = len(call.turns) - last
        return self.desk.page(
            request,
            "call.html",
            plan=plan,
            call=call,
            called_on=began.astimezone(self.desk.program.settings.timezone).date() if began else None,
            length=length_of(call),
            scores=scores,
            turns=spoken_turns(call, marks, self.desk.redacted, first, last),
            before=(max(0, first - MOST_TURNS), first) if first else None,
            after=(last, rest) if rest else None,
        )

    def _is_blind(self, plan: Plan, call_id: str) -> bool:
        blind = self.desk.blind_items(plan)
        return any(item.call_id == call_id and item.item_id in blind for item in plan.items)


def _scores(plan: Plan, call: Call) -> tuple[list[ScoreInCall], Marks]:
    scores, marks = [], Marks()
    for item in plan.items:
        if item.call_id == call.call_id:
            scores.append(ScoreInCall(item.criterion_name, item.score, item.evidence.turn))
            marks = Marks.of(item.evidence) if marks.quote is None else marks
        for one in item.further:
            if one.call_id == call.call_id:
                where = _find(call, one.quote)
                scores.append(ScoreInCall(item.criterion_name, one.score, where[0] if where else None))
                marks = Marks(where) if marks.quote is None else marks
    return scores, marks


def _find(call: Call, quote: str) -> tuple[int, int, int] | None:
    """Where the agent said it."""
    for n in call.agent_turns() if quote else ():
        start = call.turns[n].text.find(quote)
        if start >= 0:
            return n, start, start + len(quote)
    return None
