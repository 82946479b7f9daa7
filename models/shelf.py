"""The shelf: models as readable files with a card, never pickled."""

from __future__ import annotations

import json
import logging
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from models.confidence import FEATURES, LearnedConfidence, PlainConfidence
from models.evidence_model import EvidenceModel
from models.plain import PlainRanker
from models.ranker import LearnedRanker
from models.reranker import Reranker
from models.revision import revision_of
from models.scene import SITUATIONS
from models.signals import COSTLY, NAMES
from nlp.encoder import load_encoder
from nlp.errors import WrongInput
from nlp.noun import JsonObject, Noun, explain, nearest
from nlp.static_encoder import STATIC, load_static

if TYPE_CHECKING:
    from nlp.encoder import Encoder

log = logging.getLogger(__name__)

MODEL_FILE, CARD_FILE, RERANKER_FILE = "model.json", "card.json", "reranker.safetensors"
CODE = ("signals", "scene.py", "patterns.py", "plain.py", "ranker.py", "confidence.py", "finder.py")
SECOND_CODE = ("reranker.py", "reranker_onnx.py", "reranker_text.py", "adapter.py")
"""What a pick depends on besides a model's files; relative to this package."""

PLAIN_SURE = 0.45
"""Confidence from which a pick of the plain ranker counts as sure."""

Profile = Literal["default", "fast"]
"""``fast`` does without the costly second stage, and with the packaged models without any net."""

Numbers = Annotated[tuple[float, ...], Field(strict=False)]


class NoSuchModel(WrongInput):
    """A folder that holds no model, or one that cannot be used here."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(f"{folder}: {problem}")
        self.folder, self.problem = folder, problem


class SecondStage(Noun):
    """What a reranker counts beside the ranker, how many candidates it reads, and how sure both are together."""

    weight: Annotated[float, Field(ge=0)]
    candidates: Annotated[int, Field(ge=2, le=100)]
    confidence: Annotated[tuple[float, ...], Field(strict=False, min_length=len(FEATURES), max_length=len(FEATURES))]
    sure: Annotated[float, Field(ge=0, le=1)]


class ModelSheet(Noun):
    """What ``model.json`` holds. A row of ``weights`` has a number for each of ``signals``, in their order.

    ``confidence`` and ``sure`` are those of the ranker alone; where there is a ``second`` stage, it has its own.
    """

    encoder: str
    signals: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    spread: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(strict=False)]
    weights: dict[str, Numbers]
    confidence: Numbers
    sure: Annotated[float, Field(ge=0, le=1)]
    second: SecondStage | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        unknown = next((name for name in self.signals if name not in NAMES), None)
        if unknown is not None:
            like = nearest(unknown, NAMES)
            raise ValueError(f"unknown signal {unknown!r}" + (f"; did you mean {like!r}?" if like else ""))
        if len(set(self.signals)) < len(self.signals):
            raise ValueError("signals has a name twice")
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
    (folder / MODEL_FILE).write_text(sheet.model_dump_json(indent=1, exclude_none=True) + "\n", encoding="utf-8")
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(folder: Path | None, encoder: str, profile: Profile = "default") -> EvidenceModel:
    """The model in ``folder``, the packaged one where None; the plain one for an encoder that none was made for.

    ``fast`` leaves the second stage out. Raises NoSuchModel where the folder holds no model, or one made for another
    encoder or with other signals.
    """
    packaged = folder is None
    where = packaged_folder("fast" if encoder == STATIC else "default") if folder is None else folder
    sheet = read_sheet(where)
    if sheet.encoder == encoder:
        return learned_model(sheet if profile == "default" else sheet.model_copy(update={"second": None}), where)
    if not packaged:
        raise NoSuchModel(
            where, f"was made for encoder {sheet.encoder!r}, not {encoder!r}; run `verbatim train` with it"
        )
    log.warning("no evidence model for encoder %s: a plain ranker takes its place; run `verbatim train`", encoder)
    return plain_model()


def packaged_folder(profile: Profile) -> Path:
    """Where the model of a profile lies that ships."""
    return Path(str(files("models") / "artifacts" / {"default": "evidence", "fast": "evidence-fast"}[profile]))


def encoder_for(folder: Path | None, name: str | None, profile: Profile) -> Encoder:
    """The encoder of that name; without one the table of tokens where the profile, or the model in ``folder``, has it.

    Nothing heavy is loaded yet.
    """
    if name is not None:
        return load_static() if name == STATIC else load_encoder(name)
    if folder is None:
        return load_static() if profile == "fast" else load_encoder()
    try:
        return load_static() if read_sheet(folder).encoder == STATIC else load_encoder()
    except NoSuchModel:  # said when the model is first asked for, as ever
        return load_encoder()


def plain_model() -> EvidenceModel:
    """The ranker that has learned nothing, and its guess at how sure it is."""
    return EvidenceModel(f"plain-{revision_of(CODE)}", PlainRanker(), PlainConfidence(), sure=PLAIN_SURE)


def learned_model(sheet: ModelSheet, folder: Path) -> EvidenceModel:
    """A model from its sheet, and from its second stage's file in ``folder`` where the sheet names one.

    Its version is a digest of both and of the code that a pick depends on.
    """
    ranker = learned_ranker(sheet)
    without = tuple(name for name in COSTLY if name not in sheet.signals)
    content, second = sheet.model_dump_json(exclude_none=True).encode(), sheet.second
    if second is None:
        version = f"evidence-{revision_of(CODE, content)}"
        return EvidenceModel(version, ranker, LearnedConfidence(sheet.confidence), sheet.sure, without=without)
    path = folder / RERANKER_FILE
    version = f"evidence-{revision_of((*CODE, *SECOND_CODE), content, _second_file(path))}"
    reranker = Reranker(path, second.weight, second.candidates)
    return EvidenceModel(version, ranker, LearnedConfidence(second.confidence), second.sure, reranker, without)


def learned_ranker(sheet: ModelSheet) -> LearnedRanker:
    """The first stage of a sheet."""
    import numpy as np

    weights = {name: np.array(row) for name, row in sheet.weights.items()}
    return LearnedRanker(sheet.signals, np.array(sheet.spread), weights)


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


def _second_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise NoSuchModel(path.parent, f"{MODEL_FILE} names a second stage, and there is no {path.name}") from None
