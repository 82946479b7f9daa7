"""Everything private in a turn, by presidio's engine; presidio and the model are loaded when first needed."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nlp.language import load_people
from nlp.private.mask import Mask
from nlp.private.names import Span

if TYPE_CHECKING:
    from nlp.private.presidio import Analyzer

ONE_AT_A_TIME = threading.Lock()
"""A zone of memory belongs to the pipeline, not to a thread."""


def find_private(text: str, asked: str) -> Iterator[Mask]:
    """Everything private in a turn, as every recogniser finds it: in no order, with overlaps."""
    return load_analyzer().find(text, asked)


def people_in(text: str) -> Sequence[Span]:
    """People by the model alone, as it marks them in text with capitals."""
    with ONE_AT_A_TIME:
        model = load_people()
        with model.memory_zone():
            return [(one.start_char, one.end_char) for one in model(text).ents if one.label_ == "PERSON"]


@functools.cache
def load_analyzer() -> Analyzer:
    """The engine, once a process. It loads no model and asks no network."""
    from nlp.private.presidio import Analyzer

    return Analyzer()
