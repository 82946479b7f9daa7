"""Practice done, from a person or a file: it stands beside the follow-up of its plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from coaching.follow_up import PracticeDone
from coaching.plan import Plan, PlanItem
from coaching.practice_reader import read_practice
from nlp.errors import WrongInput
from nlp.ledger import Ledger
from nlp.noun import nearest
from nlp.set_aside import SetAside
from operations.review import the_plan
from store import plans, practice
from store.session import Store


class NoSuchItem(WrongInput):
    """The plan does not coach that criterion."""

    def __init__(self, plan: Plan, criterion_id: str) -> None:
        names = [item.criterion_id for item in plan.items]
        like = nearest(criterion_id, names)
        hint = f"; did you mean {like!r}?" if like else f"; it coaches {', '.join(names)}"
        super().__init__(f"plan {plan.plan_id} does not coach {criterion_id!r}{hint}")
        self.plan_id, self.criterion_id = plan.plan_id, criterion_id


class NotAssigned(WrongInput):
    """Nobody practises for a plan that is not approved."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"plan {plan.plan_id} is {plan.status}; practice is noted for approved and closed plans")
        self.plan_id, self.status = plan.plan_id, plan.status


@dataclass(frozen=True, slots=True)
class PracticeReport:
    """What came of a file: how many sessions are kept, and what could not be used. ``repeated`` said nothing new."""

    read: int
    kept: int
    repeated: int
    set_aside: tuple[SetAside, ...]


def record_session(
    store: Store,
    plan_id: str,
    criterion_id: str,
    done_on: date,
    *,
    session: int = 1,
    score: float | None = None,
    by: str | None = None,
    note: str | None = None,
) -> PracticeDone:
    """Note one session; the same again replaces it. Raises NoSuchPlan, NoSuchItem, NotAssigned."""
    with store.begin() as transaction:
        plan = the_plan(transaction, plan_id)
        _item(plan, criterion_id)
        done = PracticeDone(
            plan_id=plan.plan_id,
            criterion_id=criterion_id,
            done_on=done_on,
            session=session,
            score=score,
            by=by,
            note=note,
        )
        practice.put_practice(transaction, [done])
    return done


def import_practice(store: Store, path: Path) -> PracticeReport:
    """Keep the sessions of a file. Those of unknown plans, criteria and drafts are set aside. Raises NoSuchInput."""
    ledger = Ledger()
    sessions = list(ledger.keep(read_practice(path)))
    kept: list[PracticeDone] = []
    refused: list[SetAside] = []
    with store.begin() as transaction:
        for one in sessions:
            if problem := _problem(transaction, one):
                refused.append(SetAside(file=str(path), line=None, reason=problem, record=one.model_dump_json()))
            else:
                kept.append(one)
        practice.put_practice(transaction, kept)
    return PracticeReport(ledger.read, len(kept), ledger.repeated, (*ledger.set_aside, *refused))


def sessions_of(store: Store, plan_id: str) -> list[PracticeDone]:
    """The sessions of a plan, by criterion and day. Raises NoSuchPlan."""
    with store.read() as session:
        plan = the_plan(session, plan_id)
        found = practice.practice_of(session, [plan.plan_id])
    return [one for key in sorted(found) for one in found[key]]


def _problem(session: Session, one: PracticeDone) -> str:
    """Why a session cannot be kept; empty where it can. A file names plans by their whole id."""
    plan = next((plan for plan in plans.plans_like(session, one.plan_id) if plan.plan_id == one.plan_id), None)
    if plan is None:
        return f"no plan {one.plan_id!r}"
    try:
        _item(plan, one.criterion_id)
    except WrongInput as error:
        return str(error)
    return ""


def _item(plan: Plan, criterion_id: str) -> PlanItem:
    if plan.status not in ("approved", "closed"):
        raise NotAssigned(plan)
    for item in plan.items:
        if item.criterion_id == criterion_id:
            return item
    raise NoSuchItem(plan, criterion_id)
