"""Follow-ups: the list, and the loop of one plan, where its supervisor notes practice, moves, cancels, overrules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coaching.accountability import action_words, by_itself_words, delta_words, sample_words
from coaching.charts import MOVEMENT_WIDTH, movement_marks
from nlp.errors import WrongInput
from nlp.written import number as written_number
from operations.edit_plan import PlanChanged
from operations.overruling import DecidedMeanwhile, checked_actions, overrule
from operations.practice import NotASession, SessionThere, record_session, session_of
from operations.review import Decision, cancel_plan
from operations.schedule import move_date
from operations.see_follow_up import Listed, SeenFollowUp, see_follow_up, see_follow_ups
from review.access import EVERY_ROLE, allows, may_decide_plan, teams_seen, the_plan_seen, viewer_of
from review.desk import Desk, number, with_form, word
from review.routes.plans import plan_path

DONE = {
    "practice": "The session is noted.",
    "date": "The date is moved.",
    "cancel": "The approval is taken back. The plan is returned: approve it again, or dismiss it.",
    "overrule": "Decided. Both words stay on record, the machine’s and yours.",
}
FIELDS = ("criterion", "done_on", "session", "score", "by", "note", "replace", "to", "reason", "action", "escalate")
WORDS: dict[str, Any] = {
    "action_words": action_words,
    "by_itself_words": by_itself_words,
    "delta_words": delta_words,
    "sample_words": sample_words,
    "marks": movement_marks,
    "marks_width": MOVEMENT_WIDTH,
}
"""What the templates say figures with: the same words as in a terminal."""


def follow_up_routes(desk: Desk) -> list[Route]:
    """``/follow-ups`` and ``/plans/{plan_id}/follow-up``."""
    pages = FollowUpPages(desk)
    sees, decides = allows(*EVERY_ROLE), allows("admin", "supervisor")
    return [
        Route("/follow-ups", sees(pages.index)),
        Route("/plans/{plan_id}/follow-up", sees(pages.show)),
        Route("/plans/{plan_id}/follow-up/{deed}", decides(with_form(pages.do)), methods=["POST"]),
    ]


@dataclass(frozen=True)
class FollowUpPages:
    desk: Desk

    def index(self, request: Request) -> Response:
        viewer = viewer_of(request)
        teams = teams_seen(viewer)
        own = viewer.user_id if teams is not None and viewer.role == "supervisor" else None
        seen = see_follow_ups(self.desk.store, Listed(teams=teams, supervisor=own))
        return self.desk.page(request, "follow_ups.html", seen=seen, today=self.desk.today(), **WORDS)

    def show(self, request: Request) -> Response:
        return self._page(request, self._seen(request), done=DONE.get(request.query_params.get("done", ""), ""))

    def do(self, request: Request, form: FormData) -> Response:
        seen, deed = self._seen(request), request.path_params["deed"]
        if not may_decide_plan(viewer_of(request), seen.plan):
            raise HTTPException(403, "Your role does not allow this.")
        deeds: Mapping[str, Callable[[Request, str, FormData], object]] = {
            "practice": self._note_practice,
            "date": self._move,
            "cancel": self._cancel,
            "overrule": self._overrule,
        }
        if deed not in deeds:
            raise HTTPException(404, "There is no such thing to do.")
        plan_id = seen.plan.plan_id
        try:
            deeds[deed](request, plan_id, form)
        except (PlanChanged, DecidedMeanwhile, SessionThere, WrongInput) as error:
            status = 422 if isinstance(error, WrongInput) and not isinstance(error, SessionThere) else 409
            return self._page(request, self._seen(request), status, problem=f"Not saved: {error}.", form=form)
        return RedirectResponse(f"{plan_path(plan_id)}/follow-up?done={deed}", 303)

    def _note_practice(self, request: Request, plan_id: str, form: FormData) -> None:
        done = session_of(
            plan_id=plan_id,
            criterion_id=word(form, "criterion"),
            done_on=self.desk.program.day(word(form, "done_on")),
            session=number(form, "session") or 0,
            score=_score(word(form, "score")),
            by=word(form, "by") or None,
            note=word(form, "note") or None,
        )
        record_session(self.desk.store, done, self.desk.today(), replace=word(form, "replace") == "yes")

    def _move(self, request: Request, plan_id: str, form: FormData) -> None:
        rules, to = self.desk.program.settings.plan.rules(), self.desk.program.day(word(form, "to"))
        move_date(self.desk.store, plan_id, to, self._decision(request, form), rules)

    def _cancel(self, request: Request, plan_id: str, form: FormData) -> None:
        cancel_plan(self.desk.store, plan_id, self._decision(request, form))

    def _overrule(self, request: Request, plan_id: str, form: FormData) -> None:
        wanted = [word(form, "action"), *(["escalate"] if word(form, "escalate") == "yes" else [])]
        overrule(
            self.desk.program.follow_up_work(),
            plan_id,
            word(form, "criterion"),
            checked_actions([one for one in wanted if one]),
            self._decision(request, form),
            decided_before=number(form, "decided_before") or 0,
        )

    def _decision(self, request: Request, form: FormData) -> Decision:
        seen, reason = number(form, "seen"), word(form, "reason") or None
        return Decision(
            viewer_of(request).name, self.desk.now(), self.desk.today(), reason, -1 if seen is None else seen
        )

    def _seen(self, request: Request) -> SeenFollowUp:
        seen = see_follow_up(self.desk.store, request.path_params["plan_id"])
        the_plan_seen(viewer_of(request), seen.plan if seen else None)
        assert seen is not None
        return seen

    def _page(
        self, request: Request, seen: SeenFollowUp, status: int = 200, *, problem: str = "", done: str = "",
        form: FormData | None = None,
    ) -> Response:  # fmt: skip
        today, promise = self.desk.today(), seen.open
        return self.desk.page(
            request,
            "follow_up.html",
            status,
            seen=seen,
            plan=seen.plan,
            version=seen.version,
            may_do=may_decide_plan(viewer_of(request), seen.plan),
            first_day=max(today, promise.approved_on + timedelta(days=1)) if promise else None,
            today=today,
            problem=problem,
            done=done,
            tried=request.path_params.get("deed", ""),
            typed={name: word(form, name) for name in FIELDS if name in form} if form else {},
            **WORDS,
        )


def _score(written: str) -> float | None:
    try:
        return written_number(written) if written else None
    except ValueError as error:
        raise NotASession(f"score: {error}") from None
