"""Evidence for failing criteria: from files to a file, without a store."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Protocol, Self, runtime_checkable
from zoneinfo import ZoneInfo

from models.evidence import Pick
from nlp.call import Call
from nlp.errors import VerbatimError, WrongInput
from nlp.ledger import Ledger
from nlp.readers.contract import read_calls
from nlp.set_aside import SetAside
from nlp.spoken_language import why_unread
from operations.progress import Progress, silent
from operations.set_aside import write_set_aside
from rubric.failure import Failure
from rubric.rubric import Rubric
from rubric.score import Score
from rubric.score_reader import read_scores
from rubric.trigger import select_failures

CHUNK = 50
"""Calls that a finder is told of at once, and that memory holds."""


class Finder(Protocol):
    """What finds evidence: one pick a failure, in the same order."""

    @property
    def model_version(self) -> str: ...

    def find(self, call: Call, failures: list[Failure], rubric: Rubric) -> list[Pick]: ...


@runtime_checkable
class Preparing(Protocol):
    """A finder to which many calls at once cost less than one after the other."""

    def prepare(self, calls: Sequence[Call]) -> None: ...


class CannotWrite(WrongInput):
    """The picks cannot be written where they were asked for."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


class UnsoundPick(VerbatimError):
    """A finder gave a quote that is not a slice of an agent's turn; nothing was written."""


@dataclass(frozen=True, slots=True)
class LocateReport:
    """What `locate` did: how many failures, how many with evidence, and what was set aside and where it is listed."""

    failures: int
    found: int
    sure: int
    set_aside: tuple[SetAside, ...]
    set_aside_path: Path | None

    @property
    def none(self) -> int:
        return self.failures - self.found


def prepare(finder: Finder, calls: Sequence[Call]) -> None:
    """Tell a finder which calls come next, where it makes use of that. The picks are the same without."""
    if isinstance(finder, Preparing):
        finder.prepare(calls)


def find_evidence(finder: Finder, call: Call, failures: list[Failure], rubric: Rubric) -> list[Pick]:
    """The picks of a call, each held against the call to the letter. Raises UnsoundPick, which no finder may cause."""
    picks = finder.find(call, failures, rubric)
    for pick in picks:
        try:
            pick.verify(call)
        except VerbatimError as error:
            raise UnsoundPick(f"model {finder.model_version}: {error}") from error
    return picks


def locate_files(
    rubric: Rubric,
    calls: Path,
    scores: Path,
    out: Path,
    finder: Finder,
    progress: Progress = silent,
    timezone: ZoneInfo | None = None,
) -> LocateReport:
    """A pick for each score under its threshold, written to ``out`` as JSON lines by call id and criterion.

    The order and the bytes do not depend on the order of the calls. What was set aside is listed beside ``out``, in
    ``<out>.set-aside.jsonl``. Raises WrongInput where a path does not exist or cannot be written; then nothing is.
    """
    if out.is_dir() or not out.parent.is_dir():
        raise CannotWrite(out, "is a folder" if out.is_dir() else f"there is no folder {out.parent}")
    zone = timezone or ZoneInfo("UTC")
    ledger = Ledger()
    set_aside: list[SetAside] = []
    waiting = _failures_by_call(ledger.keep(read_scores(scores, rubric, zone)), rubric, scores, set_aside)
    total = sum(len(failures) for failures in waiting.values())
    found = sure = done = 0
    with _PickSheet(out) as sheet:
        failing = (one for one in ledger.keep(read_calls(calls, zone)) if one.call_id in waiting)
        for call, why in _in_chunks(finder, failing):
            failures = waiting.pop(call.call_id, None)
            if failures is None:  # the same id a second time
                continue
            if why is not None:
                set_aside.append(_unread(call.call_id, failures, calls, why))
                continue
            for pick in find_evidence(finder, call, failures, rubric):
                sheet.add(pick)
                found += pick.status == "found"
                sure += pick.sure
            done += len(failures)
            progress("finding evidence", done, total)
        set_aside = [*ledger.set_aside, *set_aside, *_without_call(waiting, scores, calls)]
    return LocateReport(
        done, found, sure, tuple(set_aside), write_set_aside(out.with_name(f"{out.name}.set-aside.jsonl"), set_aside)
    )


def _in_chunks(finder: Finder, calls: Iterator[Call]) -> Iterator[tuple[Call, str | None]]:
    """The calls with why one cannot be read, if so; the finder is told of as many as a chunk has, that can be."""
    while chunk := list(islice(calls, CHUNK)):
        unread = [why_unread(call) for call in chunk]
        prepare(finder, [call for call, why in zip(chunk, unread, strict=True) if why is None])
        yield from zip(chunk, unread, strict=True)


def _failures_by_call(
    scores: Iterable[Score], rubric: Rubric, file: Path, set_aside: list[SetAside]
) -> dict[str, list[Failure]]:
    waiting: dict[str, list[Failure]] = defaultdict(list)
    selection = select_failures(scores, rubric, calls={}, mode="score")
    set_aside.extend(SetAside(file=str(file), line=None, reason=unused.reason) for unused in selection.set_aside)
    for failure in selection.failures:
        waiting[failure.call_id].append(failure)
    return waiting


def _unread(call_id: str, failures: list[Failure], calls: Path, why: str) -> SetAside:
    names = ", ".join(failure.criterion_id for failure in failures)
    return SetAside(file=str(calls), line=None, reason=f"call {call_id!r} ({names}): {why}")


def _without_call(waiting: dict[str, list[Failure]], scores: Path, calls: Path) -> Iterator[SetAside]:
    for call_id in sorted(waiting):
        names = ", ".join(failure.criterion_id for failure in waiting[call_id])
        yield SetAside(file=str(scores), line=None, reason=f"call {call_id!r} ({names}) is not among {calls}")


class _PickSheet:
    """Picks spilled to a file as they come and put in order at the end: memory holds their keys alone."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._places: list[tuple[str, str, int, int]] = []
        self._spill: IO[bytes]

    def __enter__(self) -> Self:
        try:
            self._spill = tempfile.TemporaryFile(dir=self.out.parent)
        except OSError as error:
            raise CannotWrite(self.out, f"cannot be written: {error.strerror}") from None
        return self

    def add(self, pick: Pick) -> None:
        line = pick.model_dump_json().encode() + b"\n"
        self._places.append((pick.call_id, pick.criterion_id, self._spill.tell(), len(line)))
        self._spill.write(line)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._write_sorted()
        self._spill.close()

    def _write_sorted(self) -> None:
        draft = self.out.with_name(f".{self.out.name}.{os.getpid()}")
        try:
            with draft.open("wb") as handle:
                for _, _, start, length in sorted(self._places):
                    self._spill.seek(start)
                    handle.write(self._spill.read(length))
            draft.replace(self.out)
        finally:
            draft.unlink(missing_ok=True)
