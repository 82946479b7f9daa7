"""The accountability table in words: what was before, what after, what follows, and who decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coaching.bottom_quartile import ClockLine
from coaching.follow_up import CycleAccount, PracticeDone
from coaching.showing import visible
from coaching.spread import Sample
from coaching.wording import counted, plain


def account_rows(accounts: Iterable[CycleAccount]) -> list[dict[str, str]]:
    """A row for each cycle: for a terminal, an artifact or a spreadsheet."""
    return [
        {
            "scored on": one.cycle.scored_on.isoformat(),
            "agent": visible(one.cycle.agent_name),
            "criterion": visible(one.cycle.criterion_name),
            "cycle": str(one.cycle.number),
            "before": sample_words(one.cycle.movement.before),
            "after": sample_words(one.cycle.movement.after),
            "delta": delta_words(one),
            "practice": practice_words(one),
            "verdict": one.verdict_words,
            "action": action_words(one),
            "decided by": visible(one.decider),
            "plan": one.cycle.plan_id,
        }
        for one in accounts
    ]


def clock_rows(lines: Sequence[ClockLine]) -> list[dict[str, str]]:
    """A row for each agent of the lowest quarter without an approved plan."""
    return [
        {
            "agent": visible(one.agent_name),
            "team": visible(one.team or "-"),
            "days left": f"{counted(-one.days_left, 'day')} overdue" if one.overdue else str(one.days_left),
            "weighted score": plain(round(one.score, 1)),
            "calls": str(one.calls),
            "since": one.since.isoformat(),
            "plan": f"{one.plan_id} ({one.plan_status})" if one.plan_id else "none",
        }
        for one in lines
    ]


def practice_rows(sessions: Sequence[PracticeDone]) -> list[dict[str, str]]:
    """A row for each session that took place."""
    return [
        {
            "criterion": visible(one.criterion_id),
            "on": one.done_on.isoformat(),
            "session": str(one.session),
            "score": "-" if one.score is None else plain(one.score),
            "by": visible(one.by or "-"),
            "note": visible(one.note or ""),
        }
        for one in sessions
    ]


def sample_words(sample: Sample) -> str:
    """``45.3 (8 calls)``; a dash where there is none."""
    return "-" if sample.mean is None else f"{plain(round(sample.mean, 1))} ({counted(sample.calls, 'call')})"


def delta_words(account: CycleAccount) -> str:
    """``+20.1 (12.4 to 27.8)``: the delta and its 90 % interval."""
    movement = account.cycle.movement
    if movement.delta is None:
        return "-"
    words = f"{movement.delta:+.1f}"
    if movement.low is None or movement.high is None:
        return words
    return f"{words} ({movement.low:+.1f} to {movement.high:+.1f})"


def by_itself_words(account: CycleAccount) -> str:
    """``+9.7``: what regression to the mean alone would have given; in words where that is not known."""
    movement = account.cycle.movement
    if movement.delta is None:
        return "-"
    if movement.by_regression is not None:
        return f"{movement.by_regression:+.1f}"
    whose = "machine's scores" if movement.scored_by == "machine" else "scores"
    return f"not known: too few {whose} of the team before"


def practice_words(account: CycleAccount) -> str:
    """``2 of 3, mean 80``: sessions done of those planned, and their mean score."""
    done = f"{account.sessions_done} of {account.cycle.practice.sessions}"
    score = account.practice_score
    return done if score is None else f"{done}, mean {plain(round(score, 1))}"


def action_words(account: CycleAccount) -> str:
    """What follows, with a word of why."""
    actions = "the supervisor decides" if account.waits_for_a_person else " and ".join(account.actions)
    return f"{actions}: {visible(account.note)}" if account.note else actions
