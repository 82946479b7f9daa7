"""Forget a call, an agent or a customer: the words go, the figures stay, and an input does not bring them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.errors import VerbatimError
from nlp.vector_cache import drop_vectors
from store.audit import Noted, note
from store.blotting import Scope
from store.digests import joined_digest
from store.forgetting import calls_of_agent, calls_of_customer, forget, named_in, scope_of
from store.remembering import Kind, remember, remembered
from store.session import Store
from store.sweeping import sweep
from store.tables import AgentRow, CallRow, ScoreRow

TEXT_FILES = frozenset({".html", ".md", ".json", ".jsonl", ".csv", ".txt"})


class NothingToForget(VerbatimError):
    """Nothing is kept of whom somebody asked to be forgotten."""

    def __init__(self, kind: Kind, name: str) -> None:
        where = "; a call names its customer in its metadata, as customer_id" if kind == "customer" else ""
        super().__init__(f"{kind} {name!r}: nothing is kept of it{where}")
        self.kind, self.name = kind, name


class _Preview(Exception):
    """Takes the transaction back when all has been counted."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went, or would go: calls, rows changed by table, and files of the reports' folder."""

    kind: Kind
    name: str
    calls: int
    rows: Mapping[str, int]
    files: tuple[Path, ...]


def preview(store: Store, kind: Kind, name: str, reports: Path, at: datetime) -> Forgotten:
    """What ``forget_one`` would do, counted by doing it and taking it back. Raises NothingToForget."""
    found: list[Forgotten] = []
    try:
        with store.begin() as session:
            found.append(_forget(session, kind, name, reports, at, "preview"))
            raise _Preview
    except _Preview:
        return found[0]


def forget_one(
    store: Store, kind: Kind, name: str, reports: Path, at: datetime, by: str, vectors: Path | None = None
) -> Forgotten:
    """Forget a call, an agent or a customer, in one transaction; then the database gives up what it had deleted.

    Files of the reports' folder that name the call, the agent or a plan of theirs go first, and the cache ``vectors``
    is emptied last: whose words a vector was drawn from does not stand in it. What is cut short in between is finished
    by forgetting once more. Raises NothingToForget, NotCleared.
    """
    before = preview(store, kind, name, reports, at)
    for path in before.files:
        path.unlink(missing_ok=True)
    with store.begin() as session:
        done = _forget(session, kind, name, reports, at, by)
    sweep(store)
    if vectors is not None:
        drop_vectors(vectors)
    return Forgotten(kind, name, done.calls, done.rows, before.files)


def _forget(session: Session, kind: Kind, name: str, reports: Path, at: datetime, by: str) -> Forgotten:
    calls = _calls(session, kind, name)
    agents = {name} if kind == "agent" else set()
    scope = scope_of(session, calls, agents)
    known = _is_known(session, kind, name, calls) or remembered(session, others=[(kind, name)]).has(kind, name)
    # a call is remembered by its own id as well: whose it was goes with its metadata
    remember(session, kind, [name], at)
    remember(session, "call", sorted(calls), at)
    rows = forget(session, scope, by)
    if not (known or rows):
        raise NothingToForget(kind, name)
    _note(session, kind, name, len(calls), rows, by)
    return Forgotten(kind, name, len(calls), dict(sorted(rows.items())), tuple(files_about(reports, scope)))


def _calls(session: Session, kind: Kind, name: str) -> set[str]:
    if kind == "agent":
        return calls_of_agent(session, name)
    if kind == "customer":
        return calls_of_customer(session, name)
    return {name}


def _is_known(session: Session, kind: Kind, name: str, calls: set[str]) -> bool:
    if kind == "agent":
        return bool(calls) or session.get(AgentRow, name) is not None
    if kind == "customer":
        return bool(calls)
    scored = select(ScoreRow.call_id).where(ScoreRow.call_id == name).limit(1)
    return session.get(CallRow, name) is not None or session.scalar(scored) is not None


def _note(session: Session, kind: Kind, name: str, calls: int, rows: Counter[str], by: str) -> None:
    """Of a customer the trail gets a digest: it can never be taken out of it again."""
    subject = joined_digest("forgotten", kind, name)[:16] if kind == "customer" else name
    after = {"calls": calls, "rows": dict(sorted(rows.items()))}
    note(session, Noted(by, "words.forgotten", f"{kind} {subject}", None, after))


def files_about(reports: Path, scope: Scope) -> Iterator[Path]:
    """The files of the reports' folder that name a call, a plan or an agent of the scope."""
    about = named_in(Scope(scope.calls | scope.plans, scope.agents, names=scope.names))
    for path in sorted(reports.rglob("*")) if reports.is_dir() else ():
        if path.is_file() and not path.is_symlink() and (about(path.stem) or _says(path, about)):
            yield path


def _says(path: Path, about: Callable[[str], bool]) -> bool:
    return path.suffix in TEXT_FILES and about(path.read_text(encoding="utf-8", errors="replace"))
