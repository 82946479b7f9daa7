"""Which failures of the last weeks coaching starts from, as the store has them on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from nlp.noun import Noun
from operations.selected import Selected, SelectedFailures
from rubric.rubric import Rubric
from rubric.score import Flag, Score
from rubric.trigger import CallFacts, NotUsed, Selection, Trigger, agents_of, current_scores, select_failures
from store import agents, calls, flags, rubrics, scores
from store.session import Store


class TriggerRules(Noun):
    """``auto`` turns from flags to scores above ``auto_limit`` active agents; older than ``lookback_days`` rests."""

    mode: Trigger = "score"
    auto_limit: Annotated[int, Field(ge=0)] = 40
    lookback_days: Annotated[int, Field(ge=1)] = 30


def select(
    store: Store, rubric: Rubric, rules: TriggerRules, as_of: date, timezone: ZoneInfo, has_flags: bool
) -> Selected:
    """The failures up to the end of ``as_of`` in the program's time zone. ``has_flags``: it has a flags file.

    Scores are read some calls at a time: memory holds those, and the scores of calls that somebody flagged.
    """
    until = datetime.combine(as_of + timedelta(days=1), time(), timezone)
    after = until - timedelta(days=rules.lookback_days)
    with store.read() as session:
        marked = flags.list_flags(session) if has_flags else None
        everybody = agents.list_agents(session)
        earlier = [one for one in rubrics.list_versions(session, rubric.id) if one.version != rubric.version]
        found = _Found(rubric, earlier, {one.call_id for one in marked or ()})
        for some in scores.calls_between(session, after, until):
            found.take(some, calls.call_facts(session, [one.call_id for one in some]))
        flagged = calls.call_facts(session, found.flagged_ids)
    active = sum(agent.active for agent in everybody) if everybody else len(found.agent_ids)
    of_flags = select_failures(
        found.flagged,
        rubric,
        calls=flagged,
        mode=rules.mode,
        flags=marked,
        active_agents=active,
        auto_limit=rules.auto_limit,
        earlier=earlier,
    )
    return found.with_flags(of_flags)


class _Found:
    """What is found while scores go by: failures, what contradicts, and the scores of calls that are flagged."""

    def __init__(self, rubric: Rubric, earlier: Sequence[Rubric], flagged_ids: set[str]) -> None:
        self.flagged_ids = flagged_ids
        self.flagged: list[Score] = []
        self.agent_ids: set[str] = set()
        self._rubric, self._earlier = rubric, earlier
        self._failures = SelectedFailures()
        self._set_aside: list[NotUsed] = []

    def take(self, some: Sequence[Score], known: Mapping[str, CallFacts]) -> None:
        """Select of the scores of some whole calls."""
        part = select_failures(some, self._rubric, calls=known, mode="score", earlier=self._earlier)
        unused = {id(one.record) for one in part.set_aside}
        self.agent_ids |= agents_of(current_scores(one for one in some if id(one) not in unused), known)
        self.flagged += (one for one in some if one.call_id in self.flagged_ids)
        self._failures.put(part.failures)
        self._set_aside += part.set_aside

    def with_flags(self, of_flags: Selection) -> Selected:
        """The selection, where ``of_flags`` is that of the flagged calls: it says what starts coaching here."""
        wrong = [one for one in of_flags.set_aside if isinstance(one.record, Flag)]
        failures = SelectedFailures(of_flags.failures) if of_flags.mode == "flagged" else self._failures
        return Selected(of_flags.mode, of_flags.note, failures, (*self._set_aside, *wrong), of_flags.idle_flags)
