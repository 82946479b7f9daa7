"""Manner: curt fragments, commands, blame, pressure, guarantees, hedging, vague times, side talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.signals.family import family
from models.signals.phrases import said

if TYPE_CHECKING:
    from models.scene import Scene, Values

FAMILIES = ("blame", "pressure", "guarantee", "hedge", "vague_time", "side_talk", "disclosure", "identity_question")


@family(*FAMILIES, of_the_call=True)
def manner(scene: Scene) -> dict[str, Values]:
    """Which phrase families a sentence holds."""
    return {family: said(family, scene.texts) for family in FAMILIES}
