"""Signals of (call, criterion, utterance): one subject a file, a pure function of a scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from models.signals.account_action import account_action
from models.signals.acknowledging import acknowledging
from models.signals.answering import answering
from models.signals.command import command
from models.signals.context import context
from models.signals.cue import cue
from models.signals.form import form
from models.signals.likeness import likeness
from models.signals.manner import manner
from models.signals.moment import moment
from models.signals.ordinary import ordinary
from models.signals.pattern_match import pattern_match
from models.signals.reaction import reaction
from models.signals.refusal import refusal
from models.signals.repetition import repetition
from models.signals.shape import shape
from models.signals.wording import wording

if TYPE_CHECKING:
    from models.scene import Scene, Values

SIGNALS: tuple[Callable[[Scene], dict[str, Values]], ...] = (
    likeness,
    context,
    ordinary,
    wording,
    form,
    pattern_match,
    cue,
    moment,
    account_action,
    acknowledging,
    answering,
    reaction,
    repetition,
    refusal,
    manner,
    command,
    shape,
)
OF_THE_CALL = (
    ordinary,
    moment,
    account_action,
    acknowledging,
    answering,
    reaction,
    repetition,
    refusal,
    manner,
    command,
    shape,
)
"""Signals that look at the call alone: computed once for all criteria of a call."""


def measure(scene: Scene) -> dict[str, Values]:
    """All signals of a scene: name to a number for each candidate, shape (candidates,)."""
    found: dict[str, Values] = {}
    for signal in SIGNALS:
        if signal in OF_THE_CALL:
            values = scene.view.remembered(signal.__name__, lambda: signal(scene))  # noqa: B023
        else:
            values = signal(scene)
        found.update(values)
    return found
