"""Read a night's inputs into the store: every record is kept, known already, or set aside with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coaching.agent import Agent
from coaching.agent_reader import read_agents
from nlp.call import Call
from nlp.files import NoSuchInput
from nlp.ledger import Ledger
from nlp.readers.contract import read_calls
from nlp.readers.hearing import LooksSwapped
from nlp.set_aside import SetAside
from operations.held_back import Doubts, held_back
from operations.progress import Progress, silent
from rubric.flag_reader import read_flags
from rubric.rubric import Rubric
from rubric.score_reader import read_scores
from store import agents, calls, flags, scores
from store.session import Store

CHUNK = 500
"""Records written in one transaction: a night that is cut short keeps what it has read."""

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Where a program's inputs lie, None where the program has no such file; and which calls are held back."""

    calls: Path
    scores: Path
    agents: Path | None = None
    flags: Path | None = None
    doubts: Doubts = field(default_factory=Doubts)

    def check(self) -> None:
        """Raises NoSuchInput for the first path that does not exist."""
        for kind in ("calls", "scores", "agents", "flags"):
            path: Path | None = getattr(self, kind)
            if path is not None and not path.exists():
                raise NoSuchInput(path, f"no such file or folder; input.{kind} of the configuration names it")


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What was read, by kind: read = kept + repeated + set aside. Conflicts with earlier nights stand beside them."""

    read: dict[str, int]
    kept: dict[str, int]
    repeated: dict[str, int]
    set_aside: tuple[SetAside, ...]

    @property
    def held_back(self) -> frozenset[str]:
        """The calls that were not taken up because their speakers look swapped."""
        return frozenset(one.call_id for one in self.set_aside if isinstance(one, LooksSwapped))


def ingest(
    store: Store, inputs: Inputs, rubric: Rubric, timezone: ZoneInfo, progress: Progress = silent
) -> IngestReport:
    """Take up agents, flags, calls and scores. What the store has already stays as it is."""
    desk = _Desk(store, progress)
    if inputs.agents:
        desk.take_agents(inputs.agents)
    if inputs.flags:
        desk.take("flags", read_flags(inputs.flags, rubric), flags.put_flags)
    found = held_back(read_calls(inputs.calls, timezone), inputs.calls, inputs.doubts)
    desk.take("calls", found, _put_calls(inputs.calls, desk))
    desk.take("scores", read_scores(inputs.scores, rubric, timezone), scores.put_scores)
    return desk.report()


class _Desk:
    """Where records come in, kind by kind, and are counted."""

    def __init__(self, store: Store, progress: Progress) -> None:
        self.store, self.progress = store, progress
        self.ledgers: dict[str, Ledger] = {}
        self.conflicts: list[SetAside] = []

    def take(
        self, kind: str, found: Iterable[Record | SetAside], put: Callable[[Session, list[Record]], object]
    ) -> None:
        ledger = self.ledgers[kind] = Ledger()
        for chunk in _chunks(ledger.keep(found)):
            with self.store.begin() as session:
                put(session, chunk)
            self.progress(f"reading {kind}", ledger.read, None)

    def take_agents(self, path: Path) -> None:
        """Take up the agents' file; who left it is no longer active, unless a row of it could not be read."""
        present: list[str] = []

        def put(session: Session, chunk: list[Agent]) -> None:
            present.extend(agent.agent_id for agent in chunk)
            agents.put_agents(session, chunk)

        self.take("agents", read_agents(path), put)
        if not self.ledgers["agents"].set_aside:
            with self.store.begin() as session:
                agents.retire_absent(session, present)

    def report(self) -> IngestReport:
        return IngestReport(
            read={kind: ledger.read for kind, ledger in self.ledgers.items()},
            kept={kind: ledger.kept for kind, ledger in self.ledgers.items()},
            repeated={kind: ledger.repeated for kind, ledger in self.ledgers.items()},
            set_aside=tuple(
                [record for ledger in self.ledgers.values() for record in ledger.set_aside] + self.conflicts
            ),
        )


def _put_calls(path: Path, desk: _Desk) -> Callable[[Session, list[Call]], None]:
    def put(session: Session, chunk: list[Call]) -> None:
        for call_id in calls.put_calls(session, chunk).conflicts:
            reason = f"call {call_id!r} was taken up before with other content; the first stays"
            desk.conflicts.append(SetAside(file=str(path), line=None, reason=reason))

    return put


def _chunks(records: Iterator[Record]) -> Iterator[list[Record]]:
    while chunk := list(islice(records, CHUNK)):
        yield chunk
