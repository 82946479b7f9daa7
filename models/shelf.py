"""The shelf: models as readable files with a card, never pickled."""

from __future__ import annotations

import hashlib
import json
import logging
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from models.confidence import FEATURES, LearnedConfidence, PlainConfidence
from models.evidence_model import EvidenceModel
from models.plain import PlainRanker
from models.ranker import LearnedRanker
from models.scene import SITUATIONS
from nlp.errors import WrongInput
from nlp.noun import JsonObject, Noun, explain

log = logging.getLogger(__name__)

MODEL_FILE, CARD_FILE = "model.json", "card.json"
CODE = ("signals", "scene.py", "patterns.py", "plain.py", "ranker.py", "confidence.py", "finder.py")
"""What a pick depends on besides a model's files; relative to this package."""

PLAIN_SURE = 0.45
"""Confidence from which a pick of the plain ranker counts as sure."""

Numbers = Annotated[tuple[float, ...], Field(strict=False)]


class NoSuchModel(WrongInput):
    """A folder that holds no model, or one that cannot be used here."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(f"{folder}: {problem}")
        self.folder, self.problem = folder, problem


class ModelSheet(Noun):
    """What ``model.json`` holds. A row of ``weights`` has a number for each of ``signals``, in their order."""

    encoder: str
    signals: Annotated[tuple[str, ...], Field(strict=False)]
    spread: Numbers
    weights: dict[str, Numbers]
    confidence: Numbers
    sure: Annotated[float, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        rows = {"spread": self.spread, **self.weights}
        for name, row in rows.items():
            if len(row) != len(self.signals):
                raise ValueError(f"{name} has {len(row)} numbers for {len(self.signals)} signals")
        missing = set(SITUATIONS) - set(self.weights)
        if missing:
            raise ValueError(f"no weights for {sorted(missing)[0]!r}")
        if len(self.confidence) != len(FEATURES):
            raise ValueError(f"confidence has {len(self.confidence)} numbers, for {len(FEATURES)} features")
        return self


def save_model(folder: Path, sheet: ModelSheet, card: JsonObject) -> None:
    """Write a model and its card into ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL_FILE).write_text(sheet.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(folder: Path | None, encoder: str) -> EvidenceModel:
    """The model in ``folder``, the packaged one where None; the plain one for an encoder that none was made for.

    Raises NoSuchModel where the folder holds no model, or one made for another encoder or with other signals.
    """
    packaged = folder is None
    where = Path(str(files("models") / "artifacts" / "evidence")) if folder is None else folder
    sheet = read_sheet(where)
    if sheet.encoder == encoder:
        return learned_model(sheet)
    if not packaged:
        raise NoSuchModel(
            where, f"was made for encoder {sheet.encoder!r}, not {encoder!r}; run `verbatim train` with it"
        )
    log.warning("no evidence model for encoder %s: a plain ranker takes its place; run `verbatim train`", encoder)
    return plain_model()


def plain_model() -> EvidenceModel:
    """The ranker that has learned nothing, and its guess at how sure it is."""
    return EvidenceModel(f"plain-{_revision(b'')}", PlainRanker(), PlainConfidence(), sure=PLAIN_SURE)


def learned_model(sheet: ModelSheet) -> EvidenceModel:
    """A model from its sheet; its version is a digest of the sheet and of the code of the signals."""
    import numpy as np

    weights = {name: np.array(row) for name, row in sheet.weights.items()}
    ranker = LearnedRanker(sheet.signals, np.array(sheet.spread), weights)
    version = f"evidence-{_revision(sheet.model_dump_json().encode())}"
    return EvidenceModel(version, ranker, LearnedConfidence(sheet.confidence), sheet.sure)


def read_sheet(folder: Path) -> ModelSheet:
    """What the folder's ``model.json`` holds. Raises NoSuchModel."""
    try:
        text = (folder / MODEL_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NoSuchModel(folder, f"has no readable {MODEL_FILE}; `verbatim train` writes one") from None
    try:
        return ModelSheet.model_validate_json(text)
    except ValidationError as error:
        raise NoSuchModel(folder, f"{MODEL_FILE}: {explain(error, ModelSheet)[1]}") from None


def _revision(content: bytes) -> str:
    """Twelve digits over ``content`` and the code that a pick depends on."""
    here = Path(__file__).parent
    found = [here / name for name in CODE]
    paths = sorted(path for one in found for path in ([one] if one.is_file() else one.rglob("*")) if path.is_file())
    digest = hashlib.sha256(content)
    for path in paths:
        if path.suffix in (".py", ".yaml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
