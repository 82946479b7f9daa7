"""Likeness to what failing and good sound like, to the definition and to the expected behaviour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.scene import Scene, Values

NOTE = re.compile(r"\s*\([^)]*\)")
"""An example may explain itself in brackets; nobody says that part."""


def likeness(scene: Scene) -> dict[str, Values]:
    """Cosines: an example shows better than a definition what failing sounds like, a definition what it is about."""
    criterion = scene.criterion
    broken = scene.likeness([NOTE.sub("", text) or text for text in criterion.broken_by.examples])
    met = scene.likeness([NOTE.sub("", text) or text for text in criterion.met_by.examples])
    return {
        "like_failing": broken,
        "like_good": met,
        "like_definition": scene.likeness([criterion.definition]),
        "like_expected": scene.likeness([criterion.expected_behavior]),
        "contrast": broken - met,
    }
