"""Rounds and scores of a small company over half a year, with a truth that the figures should find."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from builders import a_criterion, a_rubric
from coaching.across import AcrossCycles, look_across
from coaching.rounds import Round
from coaching.trends import ScoreFact, scores_frame

AS_OF = date(2026, 11, 16)
AGENTS = {f"a-{n}": f"Agent {n}" for n in range(12)}
TEAMS = {agent_id: "North" if n % 2 else "South" for n, agent_id in enumerate(AGENTS)}


def rounds_of(criterion_id: str, name: str, chance: float, seed: int, words: str = "") -> list[Round]:
    """Up to four rounds an agent, each of which moves with this chance; the second practice from the third on."""
    random = np.random.default_rng(seed)
    found = []
    for agent_id, agent_name in AGENTS.items():
        begun = date(2026, 6, 1) + timedelta(days=int(random.integers(0, 40)))
        for number in range(1, 5):
            ended = begun + timedelta(days=14)
            moved = bool(random.random() < chance)
            found.append(
                Round(
                    agent_id=agent_id,
                    agent_name=words or agent_name,
                    team=words or TEAMS[agent_id],
                    criterion_id=criterion_id,
                    criterion_name=words or name,
                    practice=words or ("role-play: empathy" if number < 3 else "call review: empathy"),
                    number=number,
                    approved_on=begun,
                    concluded_on=ended,
                    verdict="moved" if moved else "within_noise",
                    delta=14.0 if moved else 2.5,
                    low=6.0 if moved else -4.0,
                    high=22.0 if moved else 9.0,
                    calls=9,
                    closed=moved,
                )
            )
            if moved:
                break
            begun = ended + timedelta(days=3)
    return found


def facts_of(criterion_id: str, start: float, per_week: float, seed: int) -> list[ScoreFact]:
    """Three scores an agent and week over twenty weeks."""
    random = np.random.default_rng(seed)
    return [
        ScoreFact(
            agent_id,
            TEAMS[agent_id],
            criterion_id,
            AS_OF - timedelta(days=7 * (20 - week) + day),
            float(np.clip(np.round(start + per_week * week + random.normal(0, 12)), 0, 100)),
        )
        for agent_id in AGENTS
        for week in range(1, 21)
        for day in (0, 2, 4)
    ]


def a_look_across(words: str = "") -> AcrossCycles:
    """Empathy responds and rises, closing fails for nearly everyone. ``words`` stand in every text from outside."""
    rubric = a_rubric(
        a_criterion("empathy", name=words or "Empathy", weight=60, threshold=60),
        a_criterion("closing", name=words or "Closing", weight=40, threshold=70),
    )
    rounds = [*rounds_of("empathy", "Empathy", 0.55, 1, words), *rounds_of("closing", "Closing", 0.1, 2, words)]
    facts = [*facts_of("empathy", 50, 1.2, 3), *facts_of("closing", 48, 0.0, 4)]
    return look_across(rounds, scores_frame(facts), AS_OF, rubric, {key: words or name for key, name in AGENTS.items()})
