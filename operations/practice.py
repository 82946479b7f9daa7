"""Practice done, from a person or a file: it stands beside the follow-up of its plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.orm import Session

from coaching.follow_up import PracticeDone
from coaching.plan import Plan
from coaching.practice_reader import read_practice
from nlp.errors import WrongInput
from nlp.ledger import Ledger
from nlp.noun import explain, nearest
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


class NotASession(WrongInput):
    """What was written is no practice session."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"practice session: {problem}")


class NotYet(WrongInput):
    """A session of a day that is still to come has not taken place."""

    def __init__(self, plan_id: str, done_on: date, as_of: date) -> None:
        day = done_on.isoformat()
        super().__init__(f"plan {plan_id}: {day} is after {as_of.isoformat()}; note a session when it has taken place")
        self.plan_id, self.done_on, self.as_of = plan_id, done_on, as_of


class SessionThere(WrongInput):
    """That session of the day is noted already, and says something else."""

    def __init__(self, known: PracticeDone) -> None:
        which = f"session {known.session} of {known.done_on.isoformat()}"
        super().__init__(
            f"plan {known.plan_id}, {known.criterion_id}: {which} is noted already; "
            "give another number for another session, or replace it"
        )
        self.known = known


@dataclass(frozen=True, slots=True)
class PracticeReport:
    """What came of a file: how many sessions are kept, and what could not be used. ``repeated`` said nothing new."""

    read: int
    kept: int
    repeated: int
    set_aside: tuple[SetAside, ...]


def session_of(**values: object) -> PracticeDone:
    """A session of these values, named as its fields. Raises NotASession, which says which is wrong and why."""
    try:
        return PracticeDone.model_validate(values)
    except ValidationError as error:
        raise NotASession(explain(error, PracticeDone)[1]) from None


def record_session(store: Store, done: PracticeDone, as_of: date, *, replace: bool = False) -> PracticeDone:
    """Note one session, of the plan whose id begins as ``done`` has it; the same twice is once.

    ``replace``: whether one that says something else of the same session may take its place. Raises NoSuchPlan,
    NoSuchItem, NotAssigned, NotYet, SessionThere; then nothing is written.
    """
    with store.begin() as transaction:
        plan = the_plan(transaction, done.plan_id)
        _check(plan, done, as_of)
        whole = done.model_copy(update={"plan_id": plan.plan_id})
        noted = practice.practice_of(transaction, [plan.plan_id])[plan.plan_id, done.criterion_id]
        known = next((one for one in noted if (one.done_on, one.session) == (done.done_on, done.session)), whole)
        if known != whole and not replace:
            raise SessionThere(known)
        practice.put_practice(transaction, [whole])
    return whole


def import_practice(store: Store, path: Path, as_of: date) -> PracticeReport:
    """Keep the sessions of a file; one that says something else of a known session replaces it.

    Those of unknown plans, of criteria that are not coached, of drafts and of days after ``as_of`` are set aside.
    Raises NoSuchInput.
    """
    ledger = Ledger()
    sessions = list(ledger.keep(read_practice(path)))
    kept: list[PracticeDone] = []
    refused: list[SetAside] = []
    with store.begin() as transaction:
        for one in sessions:
            if problem := _problem(transaction, one, as_of):
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


def _problem(session: Session, one: PracticeDone, as_of: date) -> str:
    """Why a session cannot be kept; empty where it can. A file names plans by their whole id."""
    plan = plans.get_plan(session, one.plan_id)
    if plan is None:
        return f"no plan {one.plan_id!r}"
    try:
        _check(plan, one, as_of)
    except WrongInput as error:
        return str(error)
    return ""


def _check(plan: Plan, done: PracticeDone, as_of: date) -> None:
    if plan.status not in ("approved", "closed"):
        raise NotAssigned(plan)
    if done.criterion_id not in [item.criterion_id for item in plan.items]:
        raise NoSuchItem(plan, done.criterion_id)
    if done.done_on > as_of:
        raise NotYet(plan.plan_id, done.done_on, as_of)
