"""spaCy without torch: thinc, which is under it, loads torch wherever it is installed, for wrappers unused here."""

from __future__ import annotations

import sys
from threading import RLock

LOADING = RLock()
"""Held while torch is hidden: who needs torch in another thread waits for it (nlp.encoder)."""


def import_spacy() -> None:
    """Import spaCy, and keep thinc from importing torch meanwhile: half of what a cold `verbatim locate` would take."""
    with LOADING:
        if "spacy" in sys.modules or "torch" in sys.modules:
            return
        sys.modules["torch"] = None  # type: ignore[assignment]  # an import of it fails, as if it were not installed
        try:
            import spacy  # noqa: F401
        finally:
            del sys.modules["torch"]
