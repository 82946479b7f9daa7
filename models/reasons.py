"""Reasons in words: what a supervisor would say before the agent about why this sentence and not another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from models.scene import situation_of

if TYPE_CHECKING:
    from models.evidence import CueSpan, Opportunity
    from models.scene import CallView, Scene, Values
    from nlp.talk_over import TalkOver
    from rubric.criterion import Criterion

MOST_REASONS = 2


def reason_of(
    scene: Scene, signals: Mapping[str, Values], index: int, decided: Sequence[str], cue: CueSpan | None
) -> str:
    """One or two sentences: where the quote stands, then what it does, in the order of what decided."""
    wording = _wording()
    place = wording["place"][situation_of(scene.criterion) if cue or not _needs_cue(scene) else "no_cue"]
    said = [
        wording["signals"][name] for name in decided if name in wording["signals"] and float(signals[name][index]) > 0
    ]
    what = list(dict.fromkeys(said))[:MOST_REASONS]
    missing = wording["missing"] if scene.criterion.failure == "omission" else ""
    first = place.format(searched=len(scene.view.candidates))
    rest = f"; it {' and '.join(what)}" if what else ""
    return f"{first}{rest}{missing}."


def doubt_of(opportunity: Opportunity, criterion: Criterion) -> str:
    """What to look at again where the call speaks against a failing score; empty where it does not."""
    if opportunity.answer is None or opportunity.answer == "not_met":
        return ""
    kind = "never_due" if opportunity.answer == "no_opportunity" else f"done_{criterion.failure}"
    return f" {_wording()['doubt'][kind]}"


def reason_of_none(view: CallView, criterion: Criterion) -> str:
    """Why there is no quote, and that a person decides."""
    wording = _wording()["none"]
    if not view.candidates:
        return wording["no_agent"]
    timed = any(turn.start is not None and turn.end is not None for turn in view.call.turns)
    return wording["no_talk_over" if timed else "no_times"]


def reason_of_talk_over(overs: Sequence[TalkOver]) -> str:
    """How long both spoke, and how often it happened."""
    wording = _wording()["talk_over"]
    longest = wording["longest"].format(seconds=f"{overs[0].overlap_s:.1f}")
    return longest + (wording["more"].format(count=len(overs)) if len(overs) > 1 else "") + "."


def _needs_cue(scene: Scene) -> bool:
    return situation_of(scene.criterion) == "cue"


@lru_cache(maxsize=1)
def _wording() -> dict[str, dict[str, str]]:
    import yaml

    listed: dict[str, dict[str, str]] = yaml.safe_load((files("models") / "reasons.yaml").read_text(encoding="utf-8"))
    return listed
