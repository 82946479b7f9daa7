"""Scores of other scales than the rubric's: what a cell says, and where it lies on the rubric's scale."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from nlp.written import number
from rubric.rubric import Scale

Kind = Literal["range", "percent", "yes-no", "points"]

RANGE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|to)\s*(-?\d+(?:\.\d+)?)\s*", re.ASCII)
OF = re.compile(r"\s*([^/]+?)\s*(?:/|\bof\b)\s*([^/]+?)\s*", re.ASCII)
YES = frozenset({"yes", "y", "true", "1", "pass", "passed"})
NO = frozenset({"no", "n", "false", "0", "fail", "failed"})
DECIMALS = 6
"""Places that a converted score is rounded to: 0.58 of 1 is 58, and not 57.99999999999999."""


class Span(NamedTuple):
    """A scale from ``low`` to ``high``, both included."""

    low: float
    high: float


class OffScale(ValueError):
    """A score is not on the scale that it was said to be on. ``value`` and ``span`` are kept."""

    def __init__(self, value: float, span: Span) -> None:
        super().__init__(f"{value:.12g} is off the scale of {span.low:g} to {span.high:g}")
        self.value, self.span = value, span


class WrittenScale(NamedTuple):
    """How scores are written: in a range, in percent, as yes and no, or as points of a most that stands beside."""

    kind: Kind
    span: Span


@lru_cache(maxsize=256)
def scale_named(text: str) -> WrittenScale:
    """``0-100``, ``0-1``, ``1-5`` or any other range, ``percent``, ``yes-no`` or ``points``. Raises ValueError."""
    plain = text.strip().casefold()
    if plain == "percent":
        return WrittenScale("percent", Span(0, 100))
    if plain in ("yes-no", "points"):
        return WrittenScale("yes-no" if plain == "yes-no" else "points", Span(0, 1))
    found = RANGE.fullmatch(plain)
    if found is None or float(found[1]) >= float(found[2]):
        raise ValueError(f"{text!r} is no scale; write 0-100, 0-1, 1-5 or the like, percent, yes-no or points")
    return WrittenScale("range", Span(float(found[1]), float(found[2])))


def onto(value: float, span: Span | None, scale: Scale) -> float:
    """``value`` of ``span`` where it lies on ``scale``, in proportion; of no span, it is on ``scale`` already.

    Raises OffScale where it is on neither.
    """
    if span is None:
        span = Span(scale.min, scale.max)
    if not span.low <= value <= span.high:
        raise OffScale(value, span)
    if span == (scale.min, scale.max):
        return value
    share = (value - span.low) / (span.high - span.low)
    return round(scale.min + share * (scale.max - scale.min), DECIMALS)


def cell_number(cell: Any, decimal: str = ".") -> float:
    """The number in a cell. Raises ValueError, in words, for anything else: true and false, NaN and texts among it."""
    if isinstance(cell, bool):
        raise ValueError(f'{cell} is no number; say scale = "yes-no" where it means yes or no')
    if isinstance(cell, int | float | Decimal):
        found = float(cell)
        if found != found or abs(found) == float("inf"):
            raise ValueError(f"{found:g} is no number; leave the score empty where there is none")
        return found
    if not isinstance(cell, str):
        raise ValueError(f"{str(cell)[:40]!r} is no number")
    text = cell.strip()
    if decimal == ",":
        if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", text):
            raise ValueError(f"{text!r} has a point and may mean thousands; write it without")
        text = text.replace(",", ".") if "." not in text else text
    try:
        return float(number(text))
    except ValueError as error:
        hint = '; or say decimal = "," in the map' if decimal == "." and re.fullmatch(r"[+-]?\d+,\d+", text) else ""
        raise ValueError(f"{error}{hint}") from None


def read_cell(cell: Any, scale: WrittenScale | None, most: Any = None, decimal: str = ".") -> tuple[float, Span | None]:
    """A cell's score and the scale that it is on; None for the rubric's own. Raises ValueError, in words.

    ``most`` is the cell beside it that holds the most points, for ``points`` that are not written ``3/5``.
    """
    if scale is None:
        return cell_number(cell, decimal), None
    if scale.kind == "yes-no":
        return _yes_or_no(cell), scale.span
    if scale.kind == "points":
        return _points(cell, most, decimal)
    if scale.kind == "percent" and isinstance(cell, str):
        cell = cell.strip().removesuffix("%").rstrip()
    return cell_number(cell, decimal), scale.span


def _yes_or_no(cell: Any) -> float:
    word = str(cell).strip().casefold()
    if isinstance(cell, int | float | Decimal) and cell in (0, 1):
        return float(cell)
    if word not in YES | NO:
        raise ValueError(f"{str(cell)[:40]!r} is neither yes nor no; add it to [answers] in the map with its score")
    return 1.0 if word in YES else 0.0


def _points(cell: Any, most: Any, decimal: str) -> tuple[float, Span]:
    found = OF.fullmatch(cell) if isinstance(cell, str) else None
    got, of = (found[1], found[2]) if found else (cell, most)
    if of is None or (isinstance(of, str) and not of.strip()):
        raise ValueError(f"{str(got)[:40]!r} are points of nobody knows how many; name the column with the most as max")
    high = cell_number(of, decimal)
    if high <= 0:
        raise ValueError(f"the most is {high:g}, and points are of more than nothing")
    return cell_number(got, decimal), Span(0, high)
