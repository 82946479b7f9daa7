"""A text and what of it is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LABELS = (
    "[email]",
    "[iban]",
    "[ip address]",
    "[ssn]",
    "[date of birth]",
    "[date]",
    "[pin]",
    "[password]",
    "[code]",
    "[card]",
    "[account]",
    "[address]",
    "[number]",
    "[phone]",
    "[wallet]",
    "[name]",
)
"""What stands in the place of what is masked. Where two overlap, the one further up names both."""
RANK = {label: rank for rank, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True, order=True)
class Mask:
    """A stretch that is not shown, and the label that stands in its place."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text and its masks, in order, none overlapping."""

    raw: str
    masks: tuple[Mask, ...]

    def show(self, start: int = 0, end: int | None = None) -> str:
        """The slice ``raw[start:end]`` as it may be shown. A mask that reaches into it is shown as its label, whole."""
        stop = len(self.raw) if end is None else end
        parts, here = [], start
        for mask in self.masks:
            if mask.end <= start or mask.start >= stop:
                continue
            parts += [self.raw[here : max(here, mask.start)], mask.label]
            here = mask.end
        return "".join(parts) + self.raw[here:stop]


def merged(found: Iterable[Mask]) -> Iterator[Mask]:
    """The masks in order, overlapping ones as one."""
    current: Mask | None = None
    for mask in sorted(found):
        if current is None or mask.start >= current.end:
            if current:
                yield current
            current = mask
            continue
        label = min(current.label, mask.label, key=RANK.__getitem__)
        current = Mask(current.start, max(current.end, mask.end), label)
    if current:
        yield current
