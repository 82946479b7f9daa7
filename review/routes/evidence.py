"""The evidence page: a quote in its call, one key for each decision, and the next item by itself."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coaching.account import Role
from coaching.judged import Choice
from coaching.judging import NoSuchChoice
from coaching.transcript import words_between
from coaching.urgency import queue_key
from nlp.utterance import NotASlice
from operations.disputes import standing_choice
from operations.judge import (
    CannotUndo,
    DecidedBefore,
    ItemChanged,
    Look,
    NoSuchItem,
    judge,
    last_decisions,
    look_at,
    undo,
)
from operations.queue import next_in_queue
from review.access import allows, may_judge_evidence, viewer_of
from review.desk import Desk, number, with_form, word
from review.filters import Filters
from review.seeing import VERDICT_WORDS, evidence_values, just_saved

JUDGES: tuple[Role, ...] = ("admin", "qa_manager")


def evidence_routes(desk: Desk) -> list[Route]:
    """``/evidence/…``, ``/undo`` and ``/decisions``."""
    pages = EvidencePages(desk)
    guarded = allows(*JUDGES)
    return [
        Route("/evidence/next", guarded(pages.following)),
        Route("/evidence/{plan_id}/{item_id}", guarded(pages.show)),
        Route("/evidence/{plan_id}/{item_id}", guarded(with_form(pages.decide)), methods=["POST"]),
        Route("/evidence/{plan_id}/{item_id}/eyes", guarded(pages.eyes)),
        Route("/undo", guarded(with_form(pages.take_back)), methods=["POST"]),
        Route("/decisions", guarded(pages.decisions)),
    ]


@dataclass(frozen=True)
class EvidencePages:
    desk: Desk

    def following(self, request: Request) -> Response:
        """To what comes after a place in the queue, or to the queue where nothing waits."""
        after = request.query_params.get("after", "")
        return RedirectResponse(self._next(request, after, {}), 303)

    def show(self, request: Request) -> Response:
        look = self._look(request)
        return self._page(request, look, saved=just_saved(self.desk, request))

    def decide(self, request: Request, form: FormData) -> Response:
        """Keep the decision and go on; where that cannot be, the same page with what was typed."""
        look = self._look(request)
        reviewer, seen = self.desk.reviewer(request), word(form, "seen")
        try:
            choice = _choice(form, look)
            judgement = judge(
                self.desk.store, look.plan.plan_id, look.item.item_id, choice, reviewer, self.desk.now(), seen,
                self.desk.doubled,
            )  # fmt: skip
        except ItemChanged:
            return self._conflict(request, form)
        except (NoSuchChoice, NotASlice) as error:
            problem = f"Not saved: {error.problem if isinstance(error, NoSuchChoice) else error.reason}."
            return self._page(request, look, status=422, problem=problem, reason=word(form, "reason"))
        except DecidedBefore as error:
            raise HTTPException(403, "Another reviewer decides on this dispute.") from error
        self.desk.presence.leave(look.name, reviewer.user_id)
        key = queue_key(look.plan, look.item) or ""
        return RedirectResponse(self._next(request, key, {"saved": judgement.judgement_id}), 303)

    def eyes(self, request: Request) -> Response:
        """Who else has the item open; asking says that one has it open still."""
        look = self._look(request)
        stage, others = look.stage(self.desk.doubled), self._others(request, look)
        return self.desk.page(request, "eyes.html", plan=look.plan, item=look.item, stage=stage, others=others)

    def take_back(self, request: Request, form: FormData) -> Response:
        filters = Filters.of(request.query_params)
        try:
            undone = undo(self.desk.store, word(form, "judgement"), self.desk.reviewer(request), self.desk.now())
        except CannotUndo as error:
            return self._my_decisions(request, 409, f"Not undone: {error.because}.")
        return RedirectResponse(f"{item_path(undone.plan_id, undone.item_id)}{filters.query()}", 303)

    def decisions(self, request: Request) -> Response:
        return self._my_decisions(request)

    def _my_decisions(self, request: Request, status: int = 200, problem: str = "") -> Response:
        mine = last_decisions(self.desk.store, self.desk.reviewer(request))
        names = {one.id: one.title for one in self.desk.program.rubric.criteria}
        return self.desk.page(
            request, "decisions.html", status, mine=mine, names=names, verdict_words=VERDICT_WORDS, saved=None,
            problem=problem, filters=Filters(),
        )  # fmt: skip

    def _look(self, request: Request) -> Look:
        try:
            look = look_at(self.desk.store, request.path_params["plan_id"], request.path_params["item_id"])
        except NoSuchItem:
            look = None
        if look is None or not may_judge_evidence(viewer_of(request), look.plan):
            raise HTTPException(404, "There is no such item, or it is not in its plan any more.")
        return look

    def _page(self, request: Request, look: Look, status: int = 200, **more: object) -> Response:
        values = evidence_values(self.desk, request, look, self._others(request, look))
        given = {"saved": None, "problem": "", "reason": "", **more}
        return self.desk.page(request, "evidence.html", status, **{**values, **given})

    def _conflict(self, request: Request, form: FormData) -> Response:
        """What has changed, beside what was decided here; nothing that was typed is lost."""
        look = self._look(request)
        values = evidence_values(self.desk, request, look, self._others(request, look))
        typed = {name: word(form, name) for name in ("decision", "turn", "first", "last", "reason")}
        return self.desk.page(
            request, "changed.html", 409, **values, typed=typed, yours=_in_words(self.desk, look, form), saved=None,
            problem="",
        )  # fmt: skip

    def _others(self, request: Request, look: Look) -> list[str]:
        viewer = viewer_of(request)
        return self.desk.presence.look(look.name, viewer.user_id, viewer.name)

    def _next(self, request: Request, after: str, more: dict[str, str]) -> str:
        viewer, filters = viewer_of(request), Filters.of(request.query_params)
        wanted = self.desk.wanted(viewer, filters)
        skip = frozenset(self.desk.presence.open_to_others(viewer.user_id))
        entry = next_in_queue(self.desk.store, wanted, after, skip)
        if entry is None:
            return f"/queue{filters.query(**more)}"
        return f"{item_path(entry.plan_id, entry.item.item_id)}{filters.query(**more)}"


def item_path(plan_id: str, item_id: str) -> str:
    """Where an item's evidence is judged."""
    return f"/evidence/{quote(plan_id, safe='')}/{quote(item_id, safe='')}"


def _choice(form: FormData, look: Look) -> Choice:
    """What the form says. Raises NoSuchChoice where it says nothing that can be chosen."""
    verdict, _, rank = word(form, "decision").partition(":")
    if verdict == "upheld":
        return standing_choice(look.item, word(form, "reason") or None)
    chosen: dict[str, object] = {"verdict": verdict, "reason": word(form, "reason") or None}
    if rank:
        chosen["rank"] = int(rank) if rank.isdecimal() and len(rank) < 4 else None
    if verdict == "other":
        turn, first, last = (number(form, name) for name in ("turn", "first", "last"))
        if turn is None or first is None or last is None:
            raise NoSuchChoice(look.item, "no words are marked")
        words = words_between(look.call, turn, first, last)
        chosen |= {"turn": words.turn, "start": words.start, "end": words.end}
    try:
        return Choice.model_validate(chosen)
    except ValidationError:
        raise NoSuchChoice(look.item, "that is no decision of this page") from None


def _in_words(desk: Desk, look: Look, form: FormData) -> str:
    verdict, _, rank = word(form, "decision").partition(":")
    if verdict == "alternative":
        return f"{VERDICT_WORDS['alternative']}, number {rank}"
    return VERDICT_WORDS.get(verdict, "no decision")
