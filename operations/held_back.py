"""Calls that nothing is found or scored in until somebody has looked: those whose speakers look swapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.speaker_roles import load_listener
from nlp.call import Call
from nlp.readers.hearing import looks_swapped
from nlp.readers.speakers import SWAPPED_FROM
from nlp.set_aside import SetAside


@dataclass(frozen=True, slots=True)
class Doubts:
    """From which chance on speakers look swapped, and the calls of which somebody has said that they are right."""

    swapped_from: float = SWAPPED_FROM
    checked: frozenset[str] = frozenset()


def held_back(found: Iterable[Call | SetAside], file: Path, doubts: Doubts) -> Iterator[Call | SetAside]:
    """What was found, with a call whose speakers look swapped as LooksSwapped: it is in the account, and not taken up.

    Once it is put right in its file, or named among those ``checked``, it is taken up like any other.
    """
    listener = load_listener()
    for each in found:
        if isinstance(each, SetAside) or each.call_id in doubts.checked:
            yield each
            continue
        chance = listener.swapped(each)
        yield each if chance < doubts.swapped_from else looks_swapped(each, chance, str(file))
