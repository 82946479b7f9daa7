"""The account of an import: what was looked at, what became of it, and why."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from nlp.call import Call
from nlp.readers.hearing import LooksSwapped
from nlp.readers.vendor import LostTurn
from nlp.set_aside import SetAside
from nlp.spoken_language import NAMES, SERVED, spoken_in

PARTLY = 0.1
"""The share of words in another language from which a call is said to be in part in it."""

UNTOLD = ""
"""How a language is counted that nobody can tell."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A speaker that nobody knows: the label, whose files it is in, what was said first under it, and whether labels
    there are given by ear, so that one may be somebody else in every call."""

    vendor: str
    label: str
    said: str
    by_ear: bool


@dataclass(slots=True)
class Tally:
    """Counts what is read while it is read: calls read = kept + repeated + set aside, and the same of turns.

    ``recognised`` counts calls by vendor, ``seen`` says what a document of each looked like; ``unknown`` are speakers
    that nobody knows, by vendor and label; ``columns`` what a table's were taken for, ``paths``
    what those of JSON of an unknown make. ``heard`` counts the calls
    kept in which who is who was told by how people talk, ``languages`` those kept by the language that they are in,
    ``two_languages`` those of them that are in part in one that no model here reads.
    """

    files: int = 0
    documents: int = 0
    kept: int = 0
    repeated: int = 0
    turns: int = 0
    heard: int = 0
    two_languages: int = 0
    lost_turns: int = 0
    other_turns: int = 0
    recognised: Counter[str] = field(default_factory=Counter)
    seen: dict[str, str] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)
    unknown: dict[tuple[str, str], Unknown] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    more: bool = False

    @property
    def read(self) -> int:
        """Calls, and files that might have held one, whatever became of them."""
        return self.kept + self.repeated + len(self.set_aside) - self.lost_records

    @property
    def turns_read(self) -> int:
        """Turns of all calls: kept, lost, and of calls that were repeated or set aside."""
        return self.turns + self.lost_turns + self.other_turns

    @property
    def lost_records(self) -> int:
        """Records in ``set_aside`` that are single turns and no calls."""
        return sum(isinstance(record, LostTurn) for record in self.set_aside)

    @property
    def swapped(self) -> list[LooksSwapped]:
        """The calls that were held back because their speakers look swapped."""
        return [record for record in self.set_aside if isinstance(record, LooksSwapped)]

    def languages_told(self) -> str:
        """A sentence on the languages of the calls kept; empty where all are in one that the models read."""
        unread = {tag: times for tag, times in self.languages.most_common() if tag not in SERVED and tag != UNTOLD}
        told = [f"{times:,} in {NAMES.get(tag, tag)}" for tag, times in unread.items()]
        kept = f"{' and '.join(told)}: kept, and not scored, since no model here reads that" if told else ""
        partly = f"{self.two_languages:,} in part in another language" if self.two_languages else ""
        return "; ".join(part for part in (kept, partly) if part)

    def take_language(self, call: Call) -> None:
        """Count a call that is kept by its language."""
        spoken = spoken_in(call)
        self.languages[spoken.tag or UNTOLD] += 1
        self.two_languages += spoken.served and spoken.other_share >= PARTLY

    def reasons(self) -> list[tuple[str, int, str]]:
        """Why records were set aside: the reason, how often, and a place where; the most frequent first."""
        counted: Counter[str] = Counter()
        places: dict[str, str] = {}
        for record in self.set_aside:
            reason = _without_particulars(record.reason)
            counted[reason] += 1
            places.setdefault(reason, str(record))
        return [(reason, times, places[reason]) for reason, times in counted.most_common()]


def _without_particulars(reason: str) -> str:
    """A reason in the form that many records share: without the values in quotes and the numbers in it."""
    plain = re.sub(r"'(?:[^'\\]|\\.)*'", "'…'", reason)
    return re.sub(r"\d[\d,.]*", "N", plain)[:200]
