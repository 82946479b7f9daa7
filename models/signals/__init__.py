"""Signals of (call, criterion, utterance): one subject a file, a pure function of a scene."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from models.signals.account_action import account_action
from models.signals.acknowledging import acknowledging
from models.signals.answering import answering
from models.signals.command import command
from models.signals.context import context
from models.signals.cue import cue
from models.signals.family import Family
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

SIGNALS: tuple[Family, ...] = (
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
NAMES = tuple(name for one in SIGNALS for name in one.signals)
"""Every signal that is measured."""


COSTLY = command.signals
"""What takes spaCy's tagger, the dearest of a call without a net; nothing but a ranker looks at it."""


def measure(scene: Scene, without: Collection[str] = ()) -> dict[str, Values]:
    """All signals of a scene: name to a number for each candidate, shape (candidates,).

    A family of which every signal is in ``without`` is not measured.
    """
    found: dict[str, Values] = {}
    for one in SIGNALS:
        if not set(one.signals) <= set(without):
            found.update(one(scene))
    return found
