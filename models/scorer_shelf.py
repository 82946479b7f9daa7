"""The scorer on the shelf: two heads as a readable file, with a card; nothing is pickled."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from models.head import Head
from models.revision import revision_of
from nlp.encoder import PACKAGED
from nlp.errors import WrongInput
from nlp.noun import JsonObject, Noun, explain
from nlp.static_encoder import STATIC

SHEET_FILE, CARD_FILE = "scorer.json", "card.json"
CODE = ("signals", "scene.py", "patterns.py", "omission.py", "traits.py", "head.py", "scorer.py", "team_reading.py")
"""What a machine's score depends on besides the sheet; relative to this package."""


class NoSuchScorer(WrongInput):
    """A folder that holds no scorer, or one that cannot be used here."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(f"{folder}: {problem}")
        self.folder, self.problem = folder, problem


class ScorerSheet(Noun):
    """What ``scorer.json`` holds: the head for whether a behaviour was due, and the one for whether it came.

    ``doubts_from`` are the chances of *met* and of *no opportunity* from which a person's failing score is doubted.
    """

    encoder: str
    due: Head
    met: Head
    doubts_from: Annotated[tuple[float, float], Field(strict=False)]


def packaged_folder(encoder: str = PACKAGED) -> Path:
    """Where the scorer lies that ships for an encoder: one for the table of tokens, one for any other to be held to."""
    return Path(str(files("models") / "artifacts" / ("scorer-fast" if encoder == STATIC else "scorer")))


def save_scorer(folder: Path, sheet: ScorerSheet, card: JsonObject) -> None:
    """Write a scorer and its card into ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SHEET_FILE).write_text(sheet.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_scorer(folder: Path) -> ScorerSheet:
    """What the folder's ``scorer.json`` holds. Raises NoSuchScorer."""
    try:
        text = (folder / SHEET_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NoSuchScorer(folder, f"has no readable {SHEET_FILE}") from None
    try:
        return ScorerSheet.model_validate_json(text)
    except ValidationError as error:
        raise NoSuchScorer(folder, f"{SHEET_FILE}: {explain(error, ScorerSheet)[1]}") from None


def version_of(sheet: ScorerSheet) -> str:
    """``scorer-`` and twelve digits over the sheet and the code that a score depends on."""
    return f"scorer-{revision_of(CODE, sheet.model_dump_json().encode())}"
