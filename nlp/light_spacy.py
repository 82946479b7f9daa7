"""spaCy without torch and without its command line.

thinc, which is under it, loads torch wherever it is installed, for wrappers unused here; spaCy itself loads what
downloads, trains and debugs models, for one function that prints its version.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from types import ModuleType
from typing import Any

LOADING = RLock()
"""Held while torch is hidden: who needs torch in another thread waits for it (nlp.encoder)."""
COMMAND_LINE = ("spacy.cli", "spacy.cli.info")


def import_spacy() -> None:
    """Import spaCy, and keep from it what is unused here: most of what a cold `verbatim locate` would take."""
    with LOADING:
        if "spacy" in sys.modules or "torch" in sys.modules:
            return
        sys.modules["torch"] = None  # type: ignore[assignment]  # an import of it fails, as if it were not installed
        try:
            with _without_command_line():
                import spacy  # noqa: F401
        finally:
            del sys.modules["torch"]


@contextmanager
def _without_command_line() -> Iterator[None]:
    """Empty modules in the places of spaCy's commands, which can be imported as ever afterwards."""
    for name in COMMAND_LINE:
        sys.modules[name] = ModuleType(name)
    sys.modules["spacy.cli.info"].info = _info  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for name in COMMAND_LINE:
            del sys.modules[name]


def _info(*given: Any, **named: Any) -> Any:
    """What `spacy.info` is, imported when it is called."""
    from spacy.cli.info import info

    return info(*given, **named)
