"""Presidio's engine, with recognisers of our own beside those of presidio's that add something.

Left out on purpose: presidio's recogniser of mail, which asks the network for the list of domains; those of the
documents of single countries, which take order numbers for passports; and its loading of a model. Importing this takes
a second.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any

from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    CryptoRecognizer,
    IbanRecognizer,
    IpRecognizer,
)

from nlp.private.engine import people_in
from nlp.private.mask import Mask
from nlp.private.names import find_names
from nlp.private.rules import find_by_rule

LABELS = {
    "EMAIL_ADDRESS": "[email]",
    "IBAN_CODE": "[iban]",
    "US_SSN": "[ssn]",
    "DATE_OF_BIRTH": "[date of birth]",
    "DATE_TIME": "[date]",
    "PASSWORD": "[password]",
    "PIN": "[pin]",
    "ONE_TIME_CODE": "[code]",
    "CREDIT_CARD": "[card]",
    "ACCOUNT_NUMBER": "[account]",
    "STREET_ADDRESS": "[address]",
    "NUMBER": "[number]",
    "PHONE_NUMBER": "[phone]",
    "IP_ADDRESS": "[ip address]",
    "CRYPTO": "[wallet]",
    "PERSON": "[name]",
}
"""What presidio calls a kind, and what stands in its place."""
ENTITIES = {label: entity for entity, label in LABELS.items()}

OUR_SCORE = 0.85
SURE_ENOUGH = 0.35
"""Presidio's own recognisers give 0.05 to 0.3 to what only looks like a number of theirs."""


class Analyzer:
    """All recognisers together."""

    def __init__(self) -> None:
        theirs = [CreditCardRecognizer(), IbanRecognizer(), IpRecognizer(), CryptoRecognizer()]
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=[ByRule(), ByName(), *theirs], supported_languages=["en"]),
            nlp_engine=NoPipeline(),
            supported_languages=["en"],
            default_score_threshold=SURE_ENOUGH,
            context_aware_enhancer=NoContext(),
        )

    def find(self, text: str, asked: str) -> Iterator[Mask]:
        """What is private in a turn, unordered. ``asked`` is the turn before it."""
        for found in self._engine.analyze(text, "en", nlp_artifacts=Spoken(asked)):
            yield Mask(found.start, found.end, LABELS[found.entity_type])


class Spoken(NlpArtifacts):  # type: ignore[misc]
    """What recognisers are told beside the turn: the turn before it."""

    def __init__(self, asked: str) -> None:
        super().__init__([], [], [], [], None, "en")
        self.asked = asked


class ByRule(LocalRecognizer):  # type: ignore[misc]
    """What ``redact.toml`` describes: also spoken, and by the words around."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[one for one in LABELS if one != "PERSON"])

    def load(self) -> None:
        """Rules are loaded when first needed."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Spoken) -> list[RecognizerResult]:
        return _results(find_by_rule(text, nlp_artifacts.asked))


class ByName(LocalRecognizer):  # type: ignore[misc]
    """Names by context, by lists, and by the model where those leave it open."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["PERSON"])

    def load(self) -> None:
        """Lists are loaded when first needed."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Spoken) -> list[RecognizerResult]:
        people = functools.cache(lambda: people_in(text))
        spans = find_names(text, nlp_artifacts.asked, people)
        return _results(Mask(start, end, "[name]") for start, end in spans)


class NoPipeline(NlpEngine):  # type: ignore[misc]
    """Presidio wants a pipeline; ours runs one only for turns that ask for it."""

    def load(self) -> None:
        """There is nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return Spoken("")

    def process_batch(
        self, texts: Iterable[str], language: str, *_: Any, **__: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]


class NoContext(ContextAwareEnhancer):  # type: ignore[misc]
    """Our recognisers look at the words around themselves."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(self, text: str, raw_results: list[RecognizerResult], *_: Any, **__: Any) -> Any:
        return raw_results


def _results(masks: Iterable[Mask]) -> list[RecognizerResult]:
    return [RecognizerResult(ENTITIES[mask.label], mask.start, mask.end, OUR_SCORE) for mask in masks]
