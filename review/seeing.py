"""What the evidence page shows of an item: which turns, which marks, and nothing that would sway a blind decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from coaching.answers import OUTCOME_WORDS
from coaching.judged import Verdict
from coaching.showing import clock
from coaching.transcript import Marks, Shown, shown_slice, spoken_turns
from coaching.urgency import queue_key
from nlp.call import Call
from operations.judge import Look, last_decisions
from operations.remark import remark_of
from review.desk import Desk
from review.filters import Filters
from store.judgements import Judgement

AROUND = 3
"""Turns before and after the quoted one."""

MOST_TURNS = 400
"""Of a longer call so many are shown at once."""

VERDICT_WORDS: dict[Verdict | str, str] = {
    "accepted": "quote accepted",
    "alternative": "another sentence taken",
    "other": "other words marked",
    "none": "nothing shows it",
    "wrong_score": "the score is wrong",
    "upheld": "it stands as it is",
}


def evidence_values(desk: Desk, request: Request, look: Look, others: list[str]) -> dict[str, Any]:
    """All that the page's template asks for."""
    stage = look.stage(desk.doubled)
    blind = stage == "blind"
    whole = blind or request.query_params.get("call") == "whole" or look.item.evidence.turn is None
    marks = Marks() if blind else Marks.of(look.item.evidence)
    first, last = _window(look, whole)
    turns = spoken_turns(look.call, marks, desk.redacted, first, last)
    marking = _marking(request, look)
    return {
        "plan": look.plan,
        "item": look.item,
        "pick": look.item.evidence if stage in ("judged", "disputed") else look.pick,
        "machine": look.pick,
        "for_another": look.is_for_another(desk.reviewer(request)),
        "call": look.call,
        "stage": stage,
        "seen": look.seen,
        "standing": look.standing if stage == "differ" else (),
        "turns": turns,
        "turns_before": first,
        "turns_after": len(look.call.turns) - last,
        "first_shown": first,
        "whole": whole,
        "length": length_of(look.call),
        "others": others,
        "filters": Filters.of(request.query_params),
        "key": queue_key(look.plan, look.item),
        "criterion": desk.criterion(look.item),
        "remark": remark_of(desk.store, look.item.call_id, look.item.criterion_id),
        "slice": _slicer(look.call, desk.redacted),
        "verdict_words": VERDICT_WORDS,
        "outcome_words": OUTCOME_WORDS,
        "marking": marking,
        "marking_words": _words(look.call, marking, desk.redacted),
    }


def length_of(call: Call) -> str:
    """How long a call is, as far as its turns tell; empty where none bears a time."""
    return clock(max((turn.end or turn.start or 0.0 for turn in call.turns), default=0.0) or None)


def just_saved(desk: Desk, request: Request) -> Judgement | None:
    """The viewer's decision that the address says was saved just now, where it can still be taken back."""
    wanted = request.query_params.get("saved")
    mine = last_decisions(desk.store, desk.reviewer(request)) if wanted else []
    return next((one for one in mine if one.judgement_id == wanted), None)


def _window(look: Look, whole: bool) -> tuple[int, int]:
    count, at = len(look.call.turns), look.item.evidence.turn
    if at is None:
        return 0, min(count, MOST_TURNS)
    around = MOST_TURNS // 2 if whole else AROUND
    first = 0 if whole and count <= MOST_TURNS else max(0, at - around)
    return first, count if whole and count <= MOST_TURNS else min(count, at + around + 1)


def _slicer(call: Call, redacted: bool) -> Callable[[Any], str]:
    """How a pick, an alternative or a decision is shown: its slice, masked as it is in its turn."""
    return lambda one: shown_slice(call, one.turn, one.start, one.end, redacted)


def _marking(request: Request, look: Look) -> int | None:
    """The turn in which words are to be marked without a script."""
    wanted = request.query_params.get("mark", "")
    turn = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else -1
    return turn if 0 <= turn < len(look.call.turns) and look.call.turns[turn].speaker == "agent" else None


def _words(call: Call, turn: int | None, redacted: bool) -> list[Shown]:
    if turn is None:
        return []
    shown = spoken_turns(call, Marks(), redacted, turn, turn + 1)[0]
    return [word for stretch in shown.stretches for word in stretch.words if word.first >= 0]
