"""The scores of an agent before and after an approval, side by side: people's or the machine's, never both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coaching.movement import Movement, MovementRules, ScoredBy, measure_movement, measured
from coaching.plan import PlanItem
from coaching.spread import TeamSpread, estimate_spread
from models.scorer import is_machines
from rubric.diffing import diff_rubrics
from rubric.rubric import Rubric
from rubric.score import Score
from rubric.trigger import current_scores
from store import agents, judgements, rubrics
from store.agent_scores import AgentScore, scores_of_agents

Scores = dict[str, float]
"""Points by call id."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are compared: ``before_days`` to the approval and its day, and from the day after to ``scored``."""

    approved: date
    scored: date
    before_days: int
    timezone: ZoneInfo

    @property
    def start(self) -> datetime:
        return self._midnight(self.approved + timedelta(days=1 - self.before_days))

    @property
    def middle(self) -> datetime:
        return self._midnight(self.approved + timedelta(days=1))

    @property
    def end(self) -> datetime:
        return self._midnight(self.scored + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.timezone)


class Ground:
    """What scores are held against in one session: the rubric's versions, who is in a team, what was wrong."""

    def __init__(self, session: Session, rubric: Rubric, rules: MovementRules) -> None:
        self.session, self.rubric, self.rules = session, rubric, rules
        self._spreads: dict[tuple[str | None, str, str, date, int], TeamSpread | None] = {}

    @cached_property
    def wrong(self) -> set[tuple[str, str]]:
        """Call and criterion of the scores that a person found wrong: they are in no before and in no after."""
        return judgements.wrong_scores(self.session)

    @cached_property
    def versions(self) -> dict[int, Rubric]:
        return {one.version: one for one in (*rubrics.list_versions(self.session, self.rubric.id), self.rubric)}

    @cached_property
    def _digests(self) -> dict[int, dict[str, str]]:
        """What each version judges, by criterion: worked out once, and asked for every score."""
        return {number: rubric.digests() for number, rubric in self.versions.items()}

    @cached_property
    def teams(self) -> dict[str | None, list[str]]:
        """The agents by team, as the agents' file has them; those of no team are a team."""
        found: dict[str | None, list[str]] = {}
        for agent in agents.list_agents(self.session):
            found.setdefault(agent.team, []).append(agent.agent_id)
        return found

    def rubric_of(self, item: PlanItem) -> Rubric | None:
        """The version of the rubric that an item was made under; None where another rubric is configured since."""
        return self.versions.get(item.rubric_version) if item.rubric_id == self.rubric.id else None

    def changes(self, item: PlanItem) -> tuple[str, ...]:
        """What the configured rubric judges otherwise than the item was judged by; empty where scores compare."""
        here = f"version {self.rubric.version}"
        if item.rubric_id != self.rubric.id:
            return (f"the rubric is {self.rubric.id} now, it was {item.rubric_id}",)
        if not self.rubric.has(item.criterion_id):
            return (f"{here} has no criterion {item.criterion_id}",)
        if self.rubric.digests()[item.criterion_id] == item.criterion_digest:
            return ()
        return tuple(f"{key} in {here}" for key in self._changed_keys(item)) or (f"what is judged in {here}",)

    def _changed_keys(self, item: PlanItem) -> list[str]:
        old = self.versions.get(item.rubric_version)
        if old is None or not old.has(item.criterion_id):
            return []
        diff = diff_rubrics(old, self.rubric)
        of_criterion = [one.changes for one in diff.changed if one.criterion_id == item.criterion_id]
        keys = [change.key.split(".")[0] for changes in of_criterion for change in changes]
        keys += [change.key.split(".")[0] for change in diff.above]
        judged = ("definition", "failure", "due", "met_by", "broken_by", "scale")
        return [key for key in judged if key in keys]

    def spread(self, item: PlanItem, team: str | None, window: Window) -> TeamSpread | None:
        """How people's scores on the item's criterion lay in the team in the days before the approval."""
        key = (team, item.criterion_id, item.criterion_digest, window.approved, window.before_days)
        if key not in self._spreads:
            self._spreads[key] = self._estimate(item, team, window)
        return self._spreads[key]

    def _estimate(self, item: PlanItem, team: str | None, window: Window) -> TeamSpread | None:
        members = self.teams.get(team, [])
        found = scores_of_agents(self.session, members, item.criterion_id, window.start, window.middle)
        by_agent: dict[str, list[float]] = {}
        for one, points in self.comparable(item, found):
            by_agent.setdefault(one.agent_id, []).append(points)
        return estimate_spread(by_agent)

    def comparable(self, item: PlanItem, found: Sequence[AgentScore]) -> list[tuple[AgentScore, float]]:
        """People's scores that count and that judge what the item's score judged, with their points."""
        by_people = [one for one in found if not is_machines(one.score.scored_by)]
        whose = {one.score: one for one in by_people}
        current = current_scores(one.score for one in by_people)
        kept = [(whose[score], score) for score in current if self._counts(item, score)]
        return [(one, score.score) for one, score in kept if score.score is not None]

    def _counts(self, item: PlanItem, score: Score) -> bool:
        rubric = self.versions.get(score.rubric_version or self.rubric.version)
        if rubric is None or not rubric.has(item.criterion_id) or item.rubric_id != self.rubric.id:
            return False
        if score.score is None or not rubric.scale.min <= score.score <= rubric.scale.max:
            return False
        same = self._digests[rubric.version][item.criterion_id] == item.criterion_digest
        return same and (score.call_id, score.criterion_id) not in self.wrong


@dataclass(frozen=True, slots=True)
class Compared:
    """The points before and after by call, and who gave them; ``unproven``: a machine of unknown agreement.

    ``spread`` is of the team by the same scorers, where it had to be read with them: None for people's scores.
    """

    before: Scores
    after: Scores
    scored_by: ScoredBy
    unproven: bool = False
    spread: TeamSpread | None = None


def compare_people(ground: Ground, agent_id: str, item: PlanItem, window: Window) -> Compared:
    """What people scored."""
    found = scores_of_agents(ground.session, [agent_id], item.criterion_id, window.start, window.end)
    before: Scores = {}
    after: Scores = {}
    for one, points in ground.comparable(item, found):
        (before if one.at < window.middle else after)[one.score.call_id] = points
    return Compared(before, after, "people")


def movement_of(ground: Ground, item: PlanItem, team: str | None, window: Window, compared: Compared) -> Movement:
    """The movement of one item. Scores that compare are compared; what has changed counts where they are too few."""
    enough = len(compared.after) >= ground.rules.min_calls and bool(compared.before)
    return measure_movement(
        measured(item),
        [compared.before[name] for name in sorted(compared.before)],
        [compared.after[name] for name in sorted(compared.after)],
        rules=ground.rules,
        picked_for=compared.before.get(item.call_id),
        spread=ground.spread(item, team, window) if compared.scored_by == "people" else compared.spread,
        scored_by=compared.scored_by,
        changed=() if enough else ground.changes(item),
    )
