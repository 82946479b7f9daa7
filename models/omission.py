"""Where a behaviour was due: its window in the call, what came there in its place, and what came nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.evidence import Answer, DueWindow, NearestMiss, Opportunity, Said
from models.scene import situation_of

if TYPE_CHECKING:
    from models.scene import Scene, Values

NEAR_AT_LEAST = 0.25
"""Cosine to good examples, or to the expected behaviour, under which nothing came near."""
CUE_AT_LEAST = 0.25
"""Cosine under which what was said is not shown as a cue."""
PLACES = 4
Reading = tuple[Answer, float]
"""An answer and its chance."""


@dataclass(frozen=True, slots=True)
class Window:
    """The candidates among which the behaviour was due, from ``first`` to ``last``, both included.

    ``cue`` is the position in the view's utterances of what called for it, None where a moment of the call did.
    """

    first: int
    last: int
    cue: int | None = None

    def has(self, candidate: int) -> bool:
        return self.first <= candidate <= self.last

    @property
    def sentences(self) -> int:
        return self.last - self.first + 1

    @property
    def slice(self) -> slice:
        return slice(self.first, self.last + 1)


def window_of(scene: Scene, signals: Mapping[str, Values], cue: int | None = None) -> Window:
    """When the behaviour was due, as the candidates that stand there; all of them where no place is named.

    The opening: up to the end of the agent's first words of substance. The closing: from the last ones on. An account
    action: all before the first one, and it. A cue: the agent's reply to it, up to where the customer speaks again;
    to ``cue`` where one is given, else to the strongest of the call. The scene has at least one candidate.
    """
    return _WINDOWS[situation_of(scene.criterion)](scene, signals, cue)


def moved_on(window: Window, order: Sequence[int]) -> int:
    """The candidate of the window that stands for what came in place of the behaviour.

    ``order`` has the candidates from the best evidence on: what shows the failure best among those of the window.
    """
    return next(candidate for candidate in order if window.has(candidate))


def nearest_miss(scene: Scene, signals: Mapping[str, Values], but: Collection[int | None]) -> tuple[int, float] | None:
    """What came nearest to the behaviour in the whole call, with its likeness; None where nothing did.

    Likeness is the cosine to the nearest good example, or to the expected behaviour where the rubric has none. The
    candidates in ``but`` are shown already and are left out.
    """
    likeness = signals["like_good" if scene.criterion.met_by.examples else "like_expected"]
    left = [n for n in range(len(likeness)) if n not in but]
    best = max(left, key=lambda n: (round(float(likeness[n]), PLACES), -n), default=None)
    if best is None or likeness[best] < NEAR_AT_LEAST:
        return None
    return best, round(min(1.0, float(likeness[best])), PLACES)


def see_opportunity(
    scene: Scene, signals: Mapping[str, Values], order: Sequence[int], cue: int | None, reading: Reading | None
) -> Opportunity:
    """What a pick says of the opportunity: the answer, and of an omission where the behaviour was due.

    ``order`` has the candidates from the best evidence on, ``cue`` is the position of the pick's cue; without one the
    call's strongest counts. Where that is not clear either there is no window: it would be a guess.
    """
    answer, confidence = reading or (None, 0.0)
    searched = len(scene.view.candidates)
    if scene.criterion.failure != "omission":
        return Opportunity(answer=answer, confidence=confidence, searched=searched)
    window = None if _unclear(scene, cue) else window_of(scene, signals, cue)
    instead = moved_on(window, order) if window else None
    shown = {order[0], instead}
    return Opportunity(
        answer=answer,
        confidence=confidence,
        window=due_window(scene, window) if window else None,
        moved_on=said(scene, instead) if instead is not None else None,
        nearest_miss=missed(scene, nearest_miss(scene, signals, shown)),
        searched=searched,
    )


def _unclear(scene: Scene, cue: int | None) -> bool:
    strongest = float(scene.cue_strengths.max())
    return situation_of(scene.criterion) == "cue" and cue is None and strongest < CUE_AT_LEAST


def due_window(scene: Scene, window: Window) -> DueWindow:
    """The window in turns and seconds, as a pick has it."""
    view = scene.view
    first, last = (view.utterances[view.candidates[n]] for n in (window.first, window.last))
    turns = view.call.turns
    return DueWindow(
        first_turn=first.turn,
        last_turn=last.turn,
        start_s=turns[first.turn].start,
        end_s=turns[last.turn].end,
        sentences=window.sentences,
    )


def said(scene: Scene, candidate: int) -> Said:
    """A candidate in its own words."""
    one = scene.view.utterances[scene.view.candidates[candidate]]
    return Said(turn=one.turn, start=one.start, end=one.end, quote=one.text)


def missed(scene: Scene, miss: tuple[int, float] | None) -> NearestMiss | None:
    """The nearest miss in its own words."""
    return NearestMiss(**dict(said(scene, miss[0])), likeness=miss[1]) if miss else None


def _run_around(scene: Scene, candidate: int) -> Window:
    """What the agent says around a candidate until the customer speaks."""
    before = scene.view.previous_customer
    first = last = candidate
    while first > 0 and before[first - 1] == before[candidate]:
        first -= 1
    while last + 1 < len(before) and before[last + 1] == before[candidate]:
        last += 1
    return Window(first, last)


def _everywhere(scene: Scene, signals: Mapping[str, Values], cue: int | None) -> Window:
    return Window(0, len(scene.view.candidates) - 1)


def _opening(scene: Scene, signals: Mapping[str, Values], cue: int | None) -> Window:
    return Window(0, _run_around(scene, int(signals["first_of_substance"].argmax())).last)


def _closing(scene: Scene, signals: Mapping[str, Values], cue: int | None) -> Window:
    first = _run_around(scene, int(signals["last_of_substance"].argmax())).first
    return Window(first, len(scene.view.candidates) - 1)


def _before_the_action(scene: Scene, signals: Mapping[str, Values], cue: int | None) -> Window:
    actions = signals["first_account_action"]
    return Window(0, int(actions.argmax())) if actions.any() else _everywhere(scene, signals, cue)


def _reply(scene: Scene, signals: Mapping[str, Values], cue: int | None) -> Window:
    called = int(scene.cue_strengths.argmax()) if cue is None else cue
    after = next((n for n, at in enumerate(scene.view.candidates) if at > called), None)
    if after is None:
        return Window(*_run_of_the_last(scene), called)
    run = _run_around(scene, after)
    return Window(after, run.last, called)


def _run_of_the_last(scene: Scene) -> tuple[int, int]:
    run = _run_around(scene, len(scene.view.candidates) - 1)
    return run.first, run.last


_WINDOWS: dict[str, Callable[[Scene, Mapping[str, Values], int | None], Window]] = {
    "violation": _everywhere,
    "anywhere": _everywhere,
    "opening": _opening,
    "closing": _closing,
    "account_action": _before_the_action,
    "cue": _reply,
}
