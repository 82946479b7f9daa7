"""How far people agree with the machine, and two people with each other, with intervals."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RESAMPLES = 2000
SEED = 20
LEVEL = 0.95

Pair = tuple[str, str]
"""What two reviewers said of the same item, each in one word."""


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``, with its 95% interval; the ends are None where there is nothing to divide."""

    part: int
    whole: int
    low: float | None
    high: float | None

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha of two reviewers, with its 95% interval.

    ``value`` is None where it is not defined: fewer than two items, or all of them judged in the same word.
    """

    items: int
    same: int
    value: float | None
    low: float | None
    high: float | None


def share_of(part: int, whole: int) -> Share:
    """A share with Wilson's score interval (E. B. Wilson, 1927), which holds for few and for extreme ones."""
    if not whole:
        return Share(part, whole, None, None)
    z = 1.959963984540054
    centre = (part + z * z / 2) / (whole + z * z)
    half = z / (whole + z * z) * math.sqrt(part * (whole - part) / whole + z * z / 4)
    return Share(part, whole, max(0.0, centre - half), min(1.0, centre + half))


def alpha_of(pairs: Sequence[Pair]) -> Alpha:
    """Krippendorff's alpha for nominal data and two values an item, with a percentile bootstrap over the items.

    K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): one minus the disagreement that was seen over
    the disagreement expected by chance. Cohen's kappa asks for the same two reviewers throughout; alpha does not. The
    resamples are drawn from a fixed seed: the same pairs, the same interval.
    """
    counts = Counter(tuple(sorted(pair)) for pair in pairs)
    same = sum(count for (one, other), count in counts.items() if one == other)
    value = _alpha(counts.items())
    low, high = _interval(counts) if value is not None else (None, None)
    return Alpha(len(pairs), same, value, low, high)


def _alpha(counted: Iterable[tuple[tuple[str, ...], int]]) -> float | None:
    values: Counter[str] = Counter()
    apart = 0
    for (one, other), count in counted:
        values[one] += count
        values[other] += count
        apart += 2 * count if one != other else 0
    total = sum(values.values())
    by_chance = total * total - sum(count * count for count in values.values())
    if total < 4 or by_chance == 0:
        return None
    return 1 - (total - 1) * apart / by_chance


def _interval(counts: Counter[tuple[str, ...]]) -> tuple[float | None, float | None]:
    """Resamples of items are resamples of the counts of their kinds, which are few."""
    import numpy as np

    kinds = sorted(counts)
    words = sorted({word for kind in kinds for word in kind})
    items = sum(counts.values())
    drawn = np.random.default_rng(SEED).multinomial(items, [counts[kind] / items for kind in kinds], RESAMPLES)
    holds = np.array([[kind.count(word) for word in words] for kind in kinds])
    values = drawn @ holds
    apart = 2 * drawn @ np.array([kind[0] != kind[1] for kind in kinds])
    by_chance = (2 * items) ** 2 - (values**2).sum(axis=1)
    defined = by_chance > 0
    if defined.sum() < RESAMPLES / 2:
        return None, None
    alphas = 1 - (2 * items - 1) * apart[defined] / by_chance[defined]
    low, high = np.quantile(alphas, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
