"""The account of a reading: read = kept + repeated + set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from nlp.set_aside import Repeated, SetAside

T = TypeVar("T")


@dataclass
class Ledger:
    """Counts what is read while it is read. One ledger may account for several readings, one after the other.

    ``kept`` and ``repeated`` are counts; ``set_aside`` holds the records themselves.
    """

    kept: int = 0
    repeated: int = 0
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def read(self) -> int:
        """All records that were read, whatever became of them."""
        return self.kept + self.repeated + len(self.set_aside)

    def keep(self, found: Iterable[T | SetAside]) -> Iterator[T]:
        """The usable ones of ``found``, as they come; the others go into the account."""
        for each in found:
            if isinstance(each, Repeated):
                self.repeated += 1
            elif isinstance(each, SetAside):
                self.set_aside.append(each)
            else:
                self.kept += 1
                yield each

    def __str__(self) -> str:
        again = f", {self.repeated:,} repeated" if self.repeated else ""
        return f"{self.read:,} read: {self.kept:,} kept{again}, {len(self.set_aside):,} set aside"
