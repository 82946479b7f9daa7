"""Whose scores a document holds, by what stands in it, and its evaluations with the account of their answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

from nlp.readers.vendor import Source
from nlp.set_aside import SetAside
from rubric.evaluation import Evaluation, LostScores
from rubric.readers import amazon_connect, genesys, google_scorecards
from rubric.readers.pieces import wrong


class ScoreVendor(Protocol):
    """A module of ``rubric.readers`` that knows one tool's evaluations; as ``nlp.readers.vendor.Vendor`` for turns."""

    NAME: str

    @staticmethod
    def recognises(source: Source) -> float:
        """How surely this document holds evaluations of this tool, 0 to 1; cheap, and never raises."""

    @staticmethod
    def read(source: Source) -> Iterator[Evaluation | SetAside]:
        """The evaluations of a document that is recognised. Never raises."""

    @staticmethod
    def count(source: Source) -> int | None:
        """How many answers the document holds, counted from its bytes; None where nothing but parsing can tell."""


def score_vendors() -> tuple[ScoreVendor, ...]:
    """All readers of tools' own formats."""
    return tuple(cast(ScoreVendor, one) for one in (amazon_connect, genesys, google_scorecards))


def vendor_of(source: Source) -> ScoreVendor | None:
    """The tool whose evaluations a document holds, or None."""
    if not isinstance(source.value, dict | list):
        return None
    return next((one for one in score_vendors() if one.recognises(source) >= 1.0), None)


def is_all_scores(vendor: ScoreVendor, source: Source) -> bool:
    """Whether a document holds nothing but scores: a conversation of Google's may have both."""
    return vendor.NAME != google_scorecards.NAME or google_scorecards.is_all(source)


def evaluations_of(vendor: ScoreVendor, source: Source) -> Iterator[Evaluation | SetAside]:
    """The evaluations of a document, where their answers come to as many as the bytes hold; else the document refused.

    Never raises.
    """
    try:
        found = list(vendor.read(source))
    except Exception as error:  # a reader that breaks loses its document, and not the others
        yield wrong(source, f"is not as {vendor.NAME} are: {type(error).__name__}: {str(error)[:200]}")
        return
    counted, given = vendor.count(source), sum(_answers(one) for one in found)
    if counted is not None and given < counted:
        yield wrong(
            source,
            f"holds {counted:,} answers of {vendor.NAME}, of which {given:,} could be accounted for; nothing of it "
            "was read, rather than a part",
            scores=counted,
        )
        return
    yield from found


def _answers(found: Evaluation | SetAside) -> int:
    if isinstance(found, Evaluation):
        return len(found.answers)
    return found.scores if isinstance(found, LostScores) else 1
