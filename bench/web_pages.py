"""What the readers of the bench open: each kind of page and of API answer, another plan, filter or place each time."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from sqlalchemy import select

from bench.web_rows import REVIEWERS, Size
from coaching.account import SessionRules
from operations.accounts import add_token, add_user, new_user
from operations.sign_in import begin_session
from rubric.rubric import Rubric
from store.accounts import UserThere
from store.session import Store
from store.tables import PlanItemRow, PlanRow

SCOPES = ("plans:read", "evidence:read", "movements:read", "decisions:read")
Draw = Callable[[random.Random], str]
"""An address of one kind."""


@dataclass(frozen=True)
class Reader:
    """Somebody signed in, or a service with a token: ``secret`` is the cookie's or the token's."""

    name: str
    kind: str
    secret: str


def sign_in_readers(store: Store, size: Size, now: datetime) -> list[Reader]:
    """Twenty: twelve who see all plans, four supervisors of two teams each, four services, two of them one team's."""
    readers = []
    for n, name in enumerate(REVIEWERS):
        if n >= 16:
            teams = ["*"] if n % 2 else ["Team 01"]
            secret = add_token(store, name, SCOPES, teams, "bench", now, 1)[1]
            readers.append(Reader(name, "service" if n % 2 else "team service", secret))
            continue
        role = "supervisor" if n >= 12 else "admin"
        teams = [f"Team {(n + step) % size.teams + 1:02}" for step in (0, 1)] if role == "supervisor" else []
        account = new_user(name, name.title(), role, teams, now)
        with suppress(UserThere):
            add_user(store, account, None)
        readers.append(Reader(name, role, begin_session(store, account, now, SessionRules())))
    return readers


@dataclass(frozen=True)
class Drawn:
    """What is drawn from: waiting items with their keys, and how the ids of the others are made."""

    size: Size
    criteria: tuple[str, ...]
    waiting: tuple[tuple[str, str, str], ...]
    places: tuple[tuple[str, str, str], ...]
    today: datetime

    @classmethod
    def of(cls, store: Store, size: Size, rubric: Rubric, now: datetime) -> Drawn:
        item, plan = PlanItemRow, PlanRow
        queue = select(item.queue_key, item.plan_id, item.item_id).where(item.queue_key.is_not(None)).limit(5000)
        lists = select(plan.follow_up_on, plan.agent_id, plan.plan_id).where(plan.status == "closed").limit(20_000)
        with store.read() as session:
            waiting = tuple((str(key), plan_id, item_id) for key, plan_id, item_id in session.execute(queue))
            places = tuple((day.isoformat(), agent, plan_id) for day, agent, plan_id in session.execute(lists))
        return cls(size, tuple(one.id for one in rubric.criteria), waiting, places, now)

    def plan(self, chance: random.Random) -> str:
        agent = chance.randrange(self.size.agents)
        return f"p-a-{agent:05}-{chance.randrange(self.size.plans // self.size.agents):04}"

    def team(self, chance: random.Random) -> str:
        return f"Team {chance.randrange(self.size.teams) + 1:02}"

    def since(self, chance: random.Random) -> str:
        return (self.today - timedelta(days=chance.randrange(1, 700))).astimezone(UTC).isoformat()


def kinds_for(reader: str, drawn: Drawn) -> dict[str, Draw]:
    """The kinds of pages that this kind of reader opens."""
    if reader == "service":
        return {**_api_lists(drawn), **_api_plans(drawn)}
    if reader == "team service":
        return {f"{name}, one team": draw for name, draw in _api_lists(drawn).items()}
    lists = {
        "dashboard": lambda chance: "/dashboard" + chance.choice(("", "?days=30", "?days=182")),
        "dashboard's lists": lambda chance: (
            "/dashboard/" + chance.choice(("follow-ups", "not-moved", "clock", "trends"))
        ),
        "plan list": lambda chance: _list(drawn, chance),
    }
    if reader == "supervisor":
        return {f"{name}, two teams": draw for name, draw in lists.items()}
    return {**_queue(drawn), **_plans(drawn), **lists}


def _queue(drawn: Drawn) -> dict[str, Draw]:
    def filtered(chance: random.Random) -> str:
        chosen = {
            "team": drawn.team(chance),
            "criterion": chance.choice(drawn.criteria),
            "confidence": chance.choice(("low", "middle", "high")),
            "age": chance.choice(("7", "30", "older")),
            "agent": f"a-{chance.randrange(drawn.size.agents):05}",
            "version": "1",
        }
        names = chance.sample(list(chosen), chance.choice((1, 2, 3)))
        return "/queue?" + urlencode({name: chosen[name] for name in names})

    def deep(chance: random.Random) -> str:
        return "/queue?" + urlencode({chance.choice(("after", "before")): chance.choice(drawn.waiting)[0]})

    def evidence(chance: random.Random) -> str:
        _, plan_id, item_id = chance.choice(drawn.waiting)
        return f"/evidence/{quote(plan_id)}/{quote(item_id)}"

    return {
        "queue": lambda chance: "/queue",
        "queue, filtered": filtered,
        "queue, further pages": deep,
        "evidence": evidence,
        "evidence, whole call": lambda chance: evidence(chance) + "?call=whole",
    }


def _plans(drawn: Drawn) -> dict[str, Draw]:
    return {
        "plan": lambda chance: f"/plans/{drawn.plan(chance)}",
        "agent": lambda chance: f"/agents/a-{chance.randrange(drawn.size.agents):05}",
        "dashboard of a team": lambda chance: "/dashboard?" + urlencode({"team": drawn.team(chance)}),
        "my decisions": lambda chance: "/decisions",
        "agreement": lambda chance: "/agreement?days=" + chance.choice(("30", "90", "365")),
        "follow-ups": lambda chance: "/follow-ups",
        "plan's follow-up": lambda chance: f"/plans/{drawn.plan(chance)}/follow-up",
    }


def _list(drawn: Drawn, chance: random.Random) -> str:
    asked = {"status": chance.choice(("draft", "returned", "approved", "closed", "dismissed", ""))}
    if chance.random() < 0.3:
        asked["agent"] = f"a-{chance.randrange(drawn.size.agents):05}"
    if asked["status"] in ("closed", "") and chance.random() < 0.5:
        day, agent, plan_id = chance.choice(drawn.places)
        asked["after"] = f'["{day}","{agent}","{plan_id}"]'
    return "/plans?" + urlencode(asked)


def _api_lists(drawn: Drawn) -> dict[str, Draw]:
    def listed(name: str, **more: str) -> Draw:
        return lambda chance: f"/api/v1/{name}?" + urlencode({"updated_since": drawn.since(chance), **more})

    return {
        "API plans since": listed("plans"),
        "API returned plans since": listed("plans", status="returned"),
        "API evidence since": listed("evidence"),
        "API follow-ups since": listed("follow-ups"),
        "API open follow-ups since": listed("follow-ups", state="open"),
        "API movements since": listed("movements"),
        "API decisions since": listed("decisions"),
    }


def _api_plans(drawn: Drawn) -> dict[str, Draw]:
    def of_agent(name: str) -> Draw:
        return lambda chance: f"/api/v1/{name}?agent_id=a-{chance.randrange(drawn.size.agents):05}"

    return {
        "API plan": lambda chance: f"/api/v1/plans/{drawn.plan(chance)}",
        "API plans of an agent": of_agent("plans"),
        "API movements of an agent": of_agent("movements"),
    }
