"""Holding the audit trail against itself, and the plans against the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from coaching.plan import Plan
from nlp.errors import VerbatimError
from operations.review import the_plan
from store import plans
from store.audit import Entry, entries, last_entry_of, latest, verify_trail
from store.facts import plan_digest
from store.session import Store

LONGEST = 40
"""Letters of a value, before and after, that are shown; what is longer is a digest or a list."""


class PlanNotAsWritten(VerbatimError):
    """A kept plan is another than the audit trail's last entry about it says."""

    def __init__(self, plan_id: str, problem: str) -> None:
        super().__init__(f"plan {plan_id}: {problem}")
        self.plan_id, self.problem = plan_id, problem


@dataclass(frozen=True, slots=True)
class Verified:
    """A trail that holds: its entries, the digest of the last one, and how many plans are as it says.

    ``without_entry`` counts plans from before there was a trail: it knows nothing of them.
    """

    entries: int
    digest: str
    plans: int
    without_entry: int


def verify_audit(store: Store, expected: str | None = None) -> Verified:
    """Hold every entry against its digest and the one before it, then every kept plan against its last entry.

    ``expected`` is a digest that an earlier look gave. Raises AuditDamaged for the first wrong entry, PlanNotAsWritten
    for the first wrong plan.
    """
    with store.read() as session:
        trail = verify_trail(session, expected)
        known = [_is_as_written(session, plan) for plan in plans.all_plans(session)]
    return Verified(trail.entries, trail.digest, sum(known), len(known) - sum(known))


def trail_of_plan(store: Store, plan_id: str) -> list[Entry]:
    """All that was done to the plan of which the id begins so, the earliest first. Raises NoSuchPlan."""
    with store.read() as session:
        return list(entries(session, f"plan {the_plan(session, plan_id).plan_id}"))


def latest_entries(
    store: Store, limit: int, *, before: int | None = None, subject: str | None = None, until: datetime | None = None
) -> list[Entry]:
    """The last entries of the trail, the newest first; see store.audit.latest."""
    with store.read() as session:
        return latest(session, limit, before=before, subject=subject, until=until)


def changed_facts(entry: Entry) -> list[tuple[str, str, str]]:
    """Name, before and after of what an entry changed, in words short enough to read.

    Ids and digests are left out: those are in the trail itself.
    """
    old, new = entry.before or {}, entry.after or {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name) and not name.endswith("_id")]
    said = [(name, _short(old.get(name)), _short(new.get(name))) for name in names]
    return [(name, was, now) for name, was, now in said if len(was + now) <= LONGEST]


def _short(value: object) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "+".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _is_as_written(session: Session, plan: Plan) -> bool:
    """False where the trail knows nothing of the plan. Raises PlanNotAsWritten."""
    last = last_entry_of(session, f"plan {plan.plan_id}", "plan.")
    if last is None:
        return False
    if last.after is None:
        raise PlanNotAsWritten(plan.plan_id, f"is there, but entry {last.place} says that it was taken back")
    if last.after["digest"] != plan_digest(plan):
        raise PlanNotAsWritten(plan.plan_id, f"is not as entry {last.place} of the audit trail says that it was kept")
    return True
