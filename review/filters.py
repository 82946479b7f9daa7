"""The filters of the queue, as they stand in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from operations.queue import Wanted

CONFIDENCES = {"low": (None, 0.4), "middle": (0.4, 0.7), "high": (0.7, None)}
"""From which confidence on, and under which."""

AGES = {"7": "in the last 7 days", "30": "in the last 30 days", "older": "more than 30 days ago"}
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to, in the words of the address; empty where it is not. What is no value is none."""

    team: str = ""
    agent: str = ""
    criterion: str = ""
    version: str = ""
    confidence: str = ""
    age: str = ""
    disputed: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        given = {name: query.get(name, "").strip() for name in cls.__dataclass_fields__}
        good = {
            "version": given["version"].isdecimal() and len(given["version"]) < 10,
            "confidence": given["confidence"] in CONFIDENCES,
            "age": given["age"] in AGES,
            "disputed": given["disputed"] == "only",
        }
        sound = {
            name: value
            for name, value in given.items()
            if good.get(name, True) and len(value) <= LONGEST and value.isprintable()
        }
        return cls(**sound)

    def wanted(self, today: date, reviewer: str | None, other_than: tuple[str, str] | None = None) -> Wanted:
        """The same for the store. ``reviewer`` leaves out what they have judged already.

        ``other_than``, somebody's id and name, leaves out the disputed items that are for another reviewer.
        """
        at_least, under = CONFIDENCES.get(self.confidence, (None, None))
        month = today - timedelta(days=30)
        since = today - timedelta(days=7) if self.age == "7" else month if self.age == "30" else None
        return Wanted(
            team=self.team or None,
            agent_id=self.agent or None,
            criterion_id=self.criterion or None,
            rubric_version=int(self.version) if self.version else None,
            confidence_from=at_least,
            confidence_under=under,
            called_from=since,
            called_until=month - timedelta(days=1) if self.age == "older" else None,
            disputed=self.disputed == "only",
            reviewer=reviewer,
            other_than=other_than,
        )

    def query(self, **more: str) -> str:
        """The filters that are set, and ``more``, as the end of an address: empty, or from its question mark on."""
        values = {name: value for name, value in {**asdict(self), **more}.items() if value}
        return f"?{urlencode(values)}" if values else ""
