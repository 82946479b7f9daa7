"""Evidence for failing criteria: from files to a file, without a store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Protocol, runtime_checkable
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
from operations.spilling import Spill
from rubric.failure import Failure
from rubric.rubric import Rubric
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


def prepared(finder: Finder, calls: Iterable[Call]) -> Iterator[Call]:
    """The calls, of which the finder is told before they come, as many at once as a chunk has."""
    left = iter(calls)
    while chunk := list(islice(left, CHUNK)):
        prepare(finder, chunk)
        yield from chunk


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
    found = sure = done = 0
    with Spill() as spill, _draft_of(out) as draft:
        spill.put_scores(ledger.keep(read_scores(scores, rubric, zone)))
        set_aside += _spill_failures(spill, rubric, scores)
        total = spill.count_failures()
        failing = (one for one in ledger.keep(read_calls(calls, zone)) if spill.has_failures(one.call_id))
        for call, why in _in_chunks(finder, failing):
            failures = spill.take_failures(call.call_id)
            if failures is None:  # the same id a second time
                continue
            if why is not None:
                set_aside.append(_unread(call.call_id, failures, calls, why))
                continue
            for pick in find_evidence(finder, call, failures, rubric):
                spill.put_line(pick.call_id, pick.criterion_id, pick.model_dump_json().encode() + b"\n")
                found += pick.status == "found"
                sure += pick.sure
            done += len(failures)
            progress("finding evidence", done, total)
        draft.writelines(spill.lines())
        set_aside = [*ledger.set_aside, *set_aside, *_without_call(spill, scores, calls)]
    return LocateReport(
        done, found, sure, tuple(set_aside), write_set_aside(out.with_name(f"{out.name}.set-aside.jsonl"), set_aside)
    )


def _in_chunks(finder: Finder, calls: Iterator[Call]) -> Iterator[tuple[Call, str | None]]:
    """The calls with why one cannot be read, if so; the finder is told of as many as a chunk has, that can be."""
    while chunk := list(islice(calls, CHUNK)):
        unread = [why_unread(call) for call in chunk]
        prepare(finder, [call for call, why in zip(chunk, unread, strict=True) if why is None])
        yield from zip(chunk, unread, strict=True)


def _spill_failures(spill: Spill, rubric: Rubric, file: Path) -> Iterator[SetAside]:
    """Put the failures of the scores there, and yield the scores that cannot be used."""
    for some in spill.scores_by_call():
        selection = select_failures(some, rubric, calls={}, mode="score")
        spill.put_failures(selection.failures)
        yield from (SetAside(file=str(file), line=None, reason=unused.reason) for unused in selection.set_aside)


def _unread(call_id: str, failures: list[Failure], calls: Path, why: str) -> SetAside:
    names = ", ".join(failure.criterion_id for failure in failures)
    return SetAside(file=str(calls), line=None, reason=f"call {call_id!r} ({names}): {why}")


def _without_call(spill: Spill, scores: Path, calls: Path) -> Iterator[SetAside]:
    for call_id, failures in spill.failures_left():
        names = ", ".join(failure.criterion_id for failure in failures)
        yield SetAside(file=str(scores), line=None, reason=f"call {call_id!r} ({names}) is not among {calls}")


@contextmanager
def _draft_of(out: Path) -> Iterator[IO[bytes]]:
    """A file beside ``out`` that takes its place when it is whole, and is gone where it is not."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        handle = draft.open("wb")
    except OSError as error:
        raise CannotWrite(out, f"cannot be written: {error.strerror}") from None
    try:
        with handle:
            yield handle
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
