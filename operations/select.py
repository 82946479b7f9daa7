"""Which failures of the last weeks coaching starts from, as the store has them on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from nlp.noun import Noun
from rubric.rubric import Rubric
from rubric.trigger import Selection, Trigger, select_failures
from store import agents, calls, flags, rubrics, scores
from store.session import Store


class TriggerRules(Noun):
    """``auto`` turns from flags to scores above ``auto_limit`` active agents; older than ``lookback_days`` rests."""

    mode: Trigger = "score"
    auto_limit: Annotated[int, Field(ge=0)] = 40
    lookback_days: Annotated[int, Field(ge=1)] = 30


def select(
    store: Store, rubric: Rubric, rules: TriggerRules, as_of: date, timezone: ZoneInfo, has_flags: bool
) -> Selection:
    """The failures up to the end of ``as_of`` in the program's time zone. ``has_flags``: it has a flags file."""
    until = datetime.combine(as_of + timedelta(days=1), time(), timezone)
    after = until - timedelta(days=rules.lookback_days)
    with store.read() as session:
        recent = list(scores.scores_between(session, after, until))
        marked = flags.list_flags(session) if has_flags else None
        everybody = agents.list_agents(session)
        known = calls.call_facts(session, [record.call_id for record in (*recent, *(marked or ()))])
        earlier = [one for one in rubrics.list_versions(session, rubric.id) if one.version != rubric.version]
    return select_failures(
        recent,
        rubric,
        calls=known,
        mode=rules.mode,
        flags=marked,
        active_agents=sum(agent.active for agent in everybody) if everybody else None,
        auto_limit=rules.auto_limit,
        earlier=earlier,
    )
