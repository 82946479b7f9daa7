"""What the cycles so far show together, from the store: the section of the report and the frames behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coaching.across import WEEKS, AcrossCycles, look_across
from coaching.follow_up import CycleAccount
from coaching.plan import Plan, PlanItem, PlannedPractice
from coaching.response import episodes_frame
from coaching.rounds import Round, episodes, rounds_frame
from coaching.trends import ScoreFact, scores_frame
from models.scorer import is_machines
from rubric.rubric import Rubric
from rubric.trigger import current_scores
from store import agents, follow_ups, judgements, movements, plans, rubrics
from store.agent_scores import scores_of_agents
from store.inserting import chunks
from store.session import Store

if TYPE_CHECKING:
    from pandas import DataFrame


AGENTS_AT_ONCE = 25
"""Agents whose scores are read at once."""


@dataclass(frozen=True)
class Frames:
    """The tables behind the section: a row a score, a row a round, a row an episode."""

    scores: DataFrame
    rounds: DataFrame
    episodes: DataFrame


@dataclass(frozen=True)
class Gathered:
    """What the store knows: rounds of coaching, a frame of the last weeks' current scores, and the names of agents."""

    rounds: tuple[Round, ...]
    scores: DataFrame
    agent_names: dict[str, str]


def across_cycles(store: Store, rubric: Rubric, as_of: date, timezone: ZoneInfo) -> AcrossCycles | None:
    """The section as of a day; None before the first approval."""
    return section_of(gather(store, rubric, as_of, timezone), rubric, as_of)


def section_of(found: Gathered, rubric: Rubric, as_of: date) -> AcrossCycles | None:
    """The same, of what was gathered for that day."""
    return look_across(found.rounds, found.scores, as_of, rubric, found.agent_names) if found.rounds else None


def across_frames(store: Store, rubric: Rubric, as_of: date, timezone: ZoneInfo) -> Frames:
    """The same as frames, for an analyst."""
    found = gather(store, rubric, as_of, timezone)
    return Frames(
        scores=found.scores,
        rounds=rounds_frame(found.rounds),
        episodes=episodes_frame(episodes(found.rounds, as_of)),
    )


def gather(store: Store, rubric: Rubric, as_of: date, timezone: ZoneInfo, *, uncoached: bool = False) -> Gathered:
    """Read it in one state of the store; ``uncoached``: the scores also before anybody was coached.

    The scores are people's that compare under ``rubric``; what a person found wrong is not among them.
    """
    end = datetime.combine(as_of + timedelta(days=1), time(), timezone)
    with store.read() as session:
        rounds = _rounds(session, as_of)
        everybody = agents.list_agents(session)
        known = sorted({agent.agent_id for agent in everybody} | {one.agent_id for one in rounds})
        teams = {agent.agent_id: agent.team for agent in everybody}
        wanted = rubric.criteria if rounds or uncoached else ()
        scores = scores_frame(_facts(session, rubric, [one.id for one in wanted], known, teams, end))
    names = {agent.agent_id: agent.name for agent in everybody}
    return Gathered(tuple(rounds), scores, names)


def _facts(
    session: Session,
    rubric: Rubric,
    criteria: Sequence[str],
    agent_ids: Sequence[str],
    teams: dict[str, str | None],
    end: datetime,
) -> Iterator[ScoreFact]:
    """The facts of the weeks to ``end``, whose time zone is the program's."""
    versions = _comparable(rubrics.list_versions(session, rubric.id), rubric)
    wrong = judgements.wrong_scores(session)
    for criterion_id, some in product(criteria, list(chunks(agent_ids, AGENTS_AT_ONCE))):
        usable = [
            one
            for one in scores_of_agents(session, some, criterion_id, end - timedelta(weeks=WEEKS), end)
            if (one.score.rubric_version or rubric.version) in versions[criterion_id]
            and not is_machines(one.score.scored_by)
            and (one.score.call_id, criterion_id) not in wrong
        ]
        of_call = {one.score.call_id: one for one in usable}
        for score in current_scores(one.score for one in usable):
            if score.score is not None:
                agent_id, at = of_call[score.call_id].agent_id, of_call[score.call_id].at
                day = _date(at.astimezone(end.tzinfo).toordinal())
                yield ScoreFact(agent_id, teams.get(agent_id), criterion_id, day, score.score)


@lru_cache(maxsize=7 * WEEKS + 1)
def _date(day: int) -> date:
    return date.fromordinal(day)


def _comparable(versions: Iterable[Rubric], rubric: Rubric) -> dict[str, set[int]]:
    """For each criterion, the versions of the rubric that judge the same as ``rubric`` does."""
    now = rubric.digests()
    found = {criterion_id: {rubric.version} for criterion_id in now}
    for version in versions:
        for criterion_id, digest in version.digests().items():
            if now.get(criterion_id) == digest:
                found[criterion_id].add(version.version)
    return found


def _rounds(session: Session, as_of: date) -> list[Round]:
    """The concluded cycles up to a day, and the approved plans that wait for their follow-up."""
    concluded = [_concluded(one) for one in movements.list_cycles(session) if one.cycle.scored_on <= as_of]
    numbers: dict[tuple[str, str], int] = {}
    for one in concluded:
        numbers[one.agent_id, one.criterion_id] = max(one.number, numbers.get((one.agent_id, one.criterion_id), 0))
    waiting = {one.plan_id: one for one in follow_ups.list_follow_ups(session, "open") if one.approved_on <= as_of}
    under_way = [
        _under_way(plan, item, waiting[plan.plan_id].approved_on, numbers)
        for plan in plans.open_plans(session)
        if plan.plan_id in waiting
        for item in plan.items
    ]
    return [*concluded, *under_way]


def _concluded(account: CycleAccount) -> Round:
    cycle, movement = account.cycle, account.cycle.movement
    return Round(
        agent_id=cycle.agent_id,
        agent_name=cycle.agent_name,
        team=cycle.team,
        criterion_id=cycle.criterion_id,
        criterion_name=cycle.criterion_name,
        practice=practice_name(cycle.practice),
        number=cycle.number,
        approved_on=cycle.approved_on,
        concluded_on=cycle.scored_on,
        verdict=cycle.verdict,
        delta=movement.delta,
        low=movement.low,
        high=movement.high,
        calls=movement.after.calls,
        closed="close" in account.actions,
        by_machine=movement.scored_by == "machine",
    )


def _under_way(plan: Plan, item: PlanItem, approved_on: date, numbers: dict[tuple[str, str], int]) -> Round:
    return Round(
        agent_id=plan.agent_id,
        agent_name=plan.agent_name,
        team=plan.team,
        criterion_id=item.criterion_id,
        criterion_name=item.criterion_name,
        practice=practice_name(item.practice),
        number=numbers.get((plan.agent_id, item.criterion_id), 0) + 1,
        approved_on=approved_on,
    )


def practice_name(practice: PlannedPractice) -> str:
    """``role-play: naming the loss``: what was practised, and how."""
    return f"{practice.method}: {practice.skill}" if practice.method else practice.skill
