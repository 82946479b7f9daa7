"""What keeps vectors beyond a process, so that a sentence is encoded once ever and not once a night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]


class VectorCache(Protocol):
    """Vectors by their text. It may forget any of them; one that it gives is the one that was put, to the last digit."""

    def get(self, texts: Sequence[str]) -> dict[str, Vector]:
        """The vectors that it has, by text; texts that it has not are left out."""
        ...

    def put(self, vectors: Mapping[str, Vector]) -> None:
        """Keep these; float32, shape (dimensions,), rounded as the encoder gave them."""
        ...
