"""Telling programs what has changed: plans, follow-ups, movements, decisions, page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from coaching.follow_up import CycleAccount, FollowUp
from coaching.plan import Plan
from store import feeds
from store.decisions import KeptDecision
from store.feeds import Changed, From, Reach
from store.session import Store

__all__ = ["Changed", "From", "Page", "Reach"]

Told = TypeVar("Told")
Ask = Callable[[Session, int], list[Changed[Told]]]


@dataclass(frozen=True, slots=True)
class Page(Generic[Told]):
    """Some of what has changed; ``further`` says whether there is more after the last one."""

    entries: tuple[Changed[Told], ...]
    further: bool


def tell_plans(
    store: Store, reach: Reach, start: From, limit: int, *, status: str | None = None, agent_id: str | None = None
) -> Page[Plan]:
    """Plans as they are now, the last written last."""
    return _page(store, limit, lambda s, n: feeds.changed_plans(s, reach, start, n, status=status, agent_id=agent_id))


def tell_plan(store: Store, plan_id: str) -> Changed[Plan] | None:
    """The plan of exactly that id with its version, or None."""
    with store.read() as session:
        return feeds.changed_plan(session, plan_id)


def tell_follow_ups(
    store: Store, reach: Reach, start: From, limit: int, *, plan_id: str | None = None, state: str | None = None
) -> Page[FollowUp]:
    """Follow-ups as they are now, the last written last."""
    return _page(store, limit, lambda s, n: feeds.changed_follow_ups(s, reach, start, n, plan_id=plan_id, state=state))


def tell_movements(
    store: Store, reach: Reach, start: From, limit: int, *, plan_id: str | None = None, agent_id: str | None = None
) -> Page[CycleAccount]:
    """Concluded cycles and what people decided on them, the last written last."""
    wanted = {"plan_id": plan_id, "agent_id": agent_id}
    return _page(store, limit, lambda s, n: feeds.changed_movements(s, reach, start, n, **wanted))


def tell_decisions(
    store: Store, reach: Reach, start: From, limit: int, *, plan_id: str | None = None
) -> Page[KeptDecision]:
    """Decisions about plans, the last made last."""
    return _page(store, limit, lambda s, n: feeds.made_decisions(s, reach, start, n, plan_id=plan_id))


def _page(store: Store, limit: int, ask: Ask[Told]) -> Page[Told]:
    with store.read() as session:
        found = ask(session, limit + 1)
    return Page(tuple(found[:limit]), len(found) > limit)
