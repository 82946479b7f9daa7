"""Deciding on evidence: accept, take other words, say that nothing shows it or that the score is wrong; and undo."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from coaching.assemble import content_id
from coaching.double import Span, is_doubled, say_the_same
from coaching.judged import Choice, Judged
from coaching.judging import Chosen, choose, judged_item
from coaching.plan import Plan, PlanItem
from coaching.urgency import waits
from models.evidence import Pick
from nlp.call import Call
from nlp.errors import VerbatimError, WrongInput
from operations.disputes import promise_again, settle_disputed, take_up_again, with_item, withdraw
from operations.redraw import why_chosen
from rubric.rubric import Rubric
from store import calls, decisions, judgements, plans, rubrics
from store.judgements import Judgement, MachinePick
from store.session import Store

UNDOABLE = 20
"""A reviewer can take back this many of the last decisions."""

Stage = Literal["open", "blind", "differ", "disputed", "judged", "closed"]
"""open: one decision settles it. blind: one of two reviewers decides, and sees no pick. differ: those two did not
agree, and a third decision settles it. disputed: the agent objects, and another reviewer settles it. judged: settled.
closed: its plan does not wait for evidence any more."""


class NoSuchItem(WrongInput):
    """No plan of that id, or no such item in it."""

    def __init__(self, plan_id: str, item_id: str) -> None:
        super().__init__(f"plan {plan_id}: there is no item {item_id!r}")
        self.plan_id, self.item_id = plan_id, item_id


class ItemChanged(VerbatimError):
    """The item is not what the reviewer saw; nothing was written."""

    def __init__(self, plan_id: str, item_id: str) -> None:
        super().__init__(f"plan {plan_id}, item {item_id}: it was changed meanwhile; look at it again")
        self.plan_id, self.item_id = plan_id, item_id


class DecidedBefore(WrongInput):
    """A disputed item is for somebody who neither decided on its evidence nor approved its plan."""

    def __init__(self, item: PlanItem, name: str) -> None:
        super().__init__(
            f"item {item.item_id}: {name} decided on it or approved its plan; another reviewer decides on the dispute"
        )
        self.item_id, self.name = item.item_id, name


class CannotUndo(WrongInput):
    """The decision cannot be taken back any more."""

    def __init__(self, judgement_id: str, because: str) -> None:
        super().__init__(f"decision {judgement_id}: {because}")
        self.judgement_id, self.because = judgement_id, because


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """An item as it is judged: its plan, its call, what the machine picked, and the decisions that stand.

    ``approvers``, the names of who approved its plan, are told of a disputed item alone.
    """

    plan: Plan
    item: PlanItem
    call: Call
    machine: MachinePick | None
    standing: tuple[Judgement, ...]
    approvers: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What no other item is called."""
        return f"{self.plan.plan_id} {self.item.item_id}"

    @property
    def pick(self) -> Pick:
        """The machine's pick; where none is kept, what the item quotes."""
        return self.machine.pick if self.machine else self.item.evidence

    @property
    def seen(self) -> str:
        """What stands for the item as it is now: another one, and it has changed."""
        return hashlib.sha256(f"{self.plan.status}{self.item.model_dump_json()}".encode()).hexdigest()[:16]

    def stage(self, share: float) -> Stage:
        """What a decision would do now."""
        if not waits(self.plan, self.item):
            return "judged" if self.item.judged else "closed"
        if self.item.waits_disputed:
            return "disputed"
        blind = {one.reviewer for one in self.standing if one.blind}
        if len(blind) >= 2:
            return "differ"
        return "blind" if is_doubled(self.item, share) else "open"

    def judged_by(self, reviewer: Reviewer) -> bool:
        return any(one.reviewer == reviewer.user_id for one in self.standing)

    def is_for_another(self, reviewer: Reviewer) -> bool:
        """Whether the agent disputes what this reviewer decided or approved."""
        own = self.judged_by(reviewer) or bool(self.approvers & {reviewer.user_id, reviewer.name})
        return self.item.waits_disputed and own


def look_at(store: Store, plan_id: str, item_id: str) -> Look:
    """An item with all that a reviewer needs. Raises NoSuchItem."""
    with store.read() as session:
        return _look(session, plan_id, item_id)


def judge(
    store: Store, plan_id: str, item_id: str, choice: Choice, reviewer: Reviewer, at: datetime, seen: str, share: float
) -> Judgement:
    """Keep a reviewer's decision on an item as they saw it, and change the plan where the decision settles it.

    ``seen`` is the ``Look.seen`` of what they saw, ``share`` the part of items that two reviewers judge. Raises
    NoSuchItem; ItemChanged where it is another now, or does not wait any more, or is theirs already; DecidedBefore for
    a disputed item that is for another; what ``choose`` raises for words that cannot be quoted.
    """
    with store.begin() as session:
        look = _look(session, plan_id, item_id)
        stage = look.stage(share)
        if seen != look.seen or stage in ("judged", "closed") or (stage == "blind" and look.judged_by(reviewer)):
            raise ItemChanged(plan_id, item_id)
        if look.is_for_another(reviewer):
            raise DecidedBefore(look.item, reviewer.name)
        chosen = choose(look.item, look.pick, look.call, choice)
        settles = stage != "blind" or _agrees_with_the_first(look, chosen)
        judgement = _judgement(look, chosen, choice.reason, reviewer, at, blind=stage == "blind", settles=settles)
        if settles:
            _settle(session, look, chosen, judgement)
        judgements.add_judgement(session, judgement)
        return judgement


def last_decisions(store: Store, reviewer: Reviewer) -> list[Judgement]:
    """What the reviewer can take back, the newest first."""
    with store.read() as session:
        return judgements.latest_by(session, reviewer.user_id, UNDOABLE)


def undo(store: Store, judgement_id: str, reviewer: Reviewer, at: datetime) -> Judgement:
    """Take back one of the reviewer's last decisions: the plan is as it was before it. Raises CannotUndo."""
    with store.begin() as session:
        mine = judgements.latest_by(session, reviewer.user_id, UNDOABLE)
        judgement = next((one for one in mine if one.judgement_id == judgement_id), None)
        if judgement is None:
            raise CannotUndo(judgement_id, f"it is not among your last {UNDOABLE}")
        if judgement.settles:
            _restore(session, judgement)
        if judgement.before is not None:
            take_up_again(session, judgement.before, judgement)
        judgements.take_back(session, judgement, at)
        return judgement


def kept_rubric(store: Store, rubric_id: str, version: int) -> Rubric | None:
    """A version of a rubric as it is kept; None where it is not."""
    with store.read() as session:
        return rubrics.get_rubric(session, rubric_id, version)


def _look(session: Session, plan_id: str, item_id: str) -> Look:
    plan = plans.get_plan(session, plan_id)
    item = next((one for one in plan.items if one.item_id == item_id), None) if plan else None
    if plan is None or item is None:
        raise NoSuchItem(plan_id, item_id)
    call = calls.get_call(session, item.call_id)
    if call is None:
        raise NoSuchItem(plan_id, item_id)
    standing = tuple(judgements.standing_of(session, plan_id, item_id))
    approvers = frozenset(decisions.approvers_of(session, plan_id)) if item.waits_disputed else frozenset()
    return Look(plan, item, call, judgements.machine_pick(session, plan_id, item), standing, approvers)


def _agrees_with_the_first(look: Look, chosen: Chosen) -> bool:
    first = next((one for one in look.standing if one.blind), None)
    return first is not None and say_the_same(first.said, (chosen.verdict, _span(chosen)))


def _span(chosen: Chosen) -> Span | None:
    return None if chosen.quote is None else (chosen.quote.turn, chosen.quote.start, chosen.quote.end)


def _judgement(
    look: Look, chosen: Chosen, reason: str | None, reviewer: Reviewer, at: datetime, *, blind: bool, settles: bool
) -> Judgement:
    item, machine, quote = look.item, look.machine, chosen.quote
    return Judgement(
        judgement_id=content_id("j", look.plan.plan_id, item.item_id, reviewer.user_id, at.isoformat()),
        plan_id=look.plan.plan_id,
        item_id=item.item_id,
        call_id=item.call_id,
        criterion_id=item.criterion_id,
        rubric_id=item.rubric_id,
        rubric_version=item.rubric_version,
        evidence_id=machine.evidence_id if machine else None,
        model_version=machine.model_version if machine else None,
        verdict=chosen.verdict,
        place=chosen.place,
        agrees=chosen.agrees,
        turn=quote.turn if quote else None,
        start=quote.start if quote else None,
        end=quote.end if quote else None,
        quote=quote.text if quote else "",
        reason=reason,
        reviewer=reviewer.user_id,
        reviewer_name=reviewer.name,
        decided_at=at,
        blind=blind,
        settles=settles,
        before=look.plan if settles else None,
    )


def _settle(session: Session, look: Look, chosen: Chosen, judgement: Judgement) -> None:
    if look.item.waits_disputed:
        settle_disputed(session, look.plan, look.item, look.call, chosen, judgement)
        return
    if chosen.verdict == "wrong_score":
        withdraw(session, look.plan, look.item, judgement)
        return
    judged = Judged(
        judgement_id=judgement.judgement_id,
        verdict=judgement.verdict,
        by=judgement.reviewer_name,
        at=judgement.decided_at,
    )
    item = judged_item(look.item, look.call, chosen, judged, why_chosen(judgement.reason))
    plans.put_plan(session, with_item(look.plan, item))


def _restore(session: Session, judgement: Judgement) -> None:
    before, now = judgement.before, plans.get_plan(session, judgement.plan_id)
    if before is None or now is None:
        return  # the night took the plan back: it has nothing to restore
    if now.status == "dismissed" and now.decided_at == judgement.decided_at:
        _reopen(session, before, judgement)
        return
    if not now.undecided and now.status != before.status:
        raise CannotUndo(judgement.judgement_id, f"the plan was {now.status} since")
    was = next(item for item in before.items if item.item_id == judgement.item_id)
    stands = next((item for item in now.items if item.item_id == judgement.item_id), None)
    if stands is None:
        plans.put_plan(session, now.model_copy(update={"items": _put_back(before, now, was)}))
    elif stands.judged is None or stands.judged.judgement_id == judgement.judgement_id:
        plans.put_plan(session, with_item(now, _as_it_was(was, stands)))
    else:
        raise CannotUndo(judgement.judgement_id, f"{stands.judged.by} has decided on it since")


def _reopen(session: Session, before: Plan, judgement: Judgement) -> None:
    try:
        plans.put_plan(session, before)
    except plans.OpenPlanThere:
        raise CannotUndo(judgement.judgement_id, "the agent has another open plan since") from None
    promise_again(session, before, judgement)


def _as_it_was(was: PlanItem, stands: PlanItem) -> PlanItem:
    """The item before the decision, with what has been written or found for it since."""
    practice = stands.practice if stands.edited_by != was.edited_by else was.practice
    return was.model_copy(update={"practice": practice, "edited_by": stands.edited_by, "further": stands.further})


def _put_back(before: Plan, now: Plan, was: PlanItem) -> tuple[PlanItem, ...]:
    place = before.items.index(was)
    return (*now.items[:place], was, *now.items[place:])
