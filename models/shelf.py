"""The shelf: models as readable files with a manifest, never pickled."""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.confidence import PlainConfidence
from models.evidence_model import EvidenceModel
from models.plain import PlainRanker

CODE = ("signals", "scene.py", "patterns.py", "plain.py", "confidence.py", "finder.py")
"""What a pick depends on besides a model's files; relative to this package."""


def load_model(folder: Path | None, encoder: str) -> EvidenceModel:
    """The model in ``folder``, the packaged one where None; the plain one for an encoder that none was made for."""
    return EvidenceModel(f"plain-{_revision()}", PlainRanker(), PlainConfidence(), sure=0.45)


def _revision() -> str:
    """Twelve digits over the code that a pick depends on."""
    here = Path(__file__).parent
    found = [here / name for name in CODE]
    paths = sorted(path for one in found for path in ([one] if one.is_file() else one.rglob("*")) if path.is_file())
    digest = hashlib.sha256()
    for path in paths:
        if path.suffix in (".py", ".yaml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
