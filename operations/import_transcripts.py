"""Vendors' transcripts into a program's calls: looked at first, then taken up; twice is once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from coaching.agent_reader import read_agents
from models.speaker_roles import load_listener
from nlp.call import Call
from nlp.errors import WrongInput
from nlp.readers import contract, json_by_paths
from nlp.readers.hearing import LooksSwapped
from nlp.readers.places import Blob, blobs_at
from nlp.readers.registry import choose, read, vendor_named, what_is_seen
from nlp.readers.speakers import SURE, SWAPPED_FROM, Who, roles_of, to_call
from nlp.readers.table_columns import columns_of
from nlp.readers.table_rows import column_names
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import Hints, LostTurn, Source, Transcript
from nlp.set_aside import SetAside
from operations.import_account import Tally, Unknown
from operations.import_map import ImportMap
from operations.progress import Progress, silent
from operations.set_aside import plain_record

if TYPE_CHECKING:
    from store.session import Store

CHUNK = 500
"""Calls written in one transaction: an import that is cut short keeps what it has written, and goes on from there."""

LOOKED_AT = 1000
"""Documents that a preview looks at."""

SHOWN = 10
"""Calls that a preview shows."""

MOST_UNKNOWN = 200
"""Speakers that nobody knows which are remembered."""


@dataclass(frozen=True)
class ImportSetup:
    """How files are to be read: the map, the program's time zone for times without one, and its agents by name.

    ``sure``, ``swapped_from`` and ``checked`` are as in ``nlp.readers.speakers.Who``. ``beside`` is handed each
    document first, and says whether it takes it: those that hold scores and no call.
    """

    mapping: ImportMap = field(default_factory=ImportMap)
    timezone: tzinfo = UTC
    agents: dict[str, str] = field(default_factory=dict)
    sure: float = SURE
    swapped_from: float = SWAPPED_FROM
    checked: frozenset[str] = frozenset()
    beside: Callable[[Source], bool] = lambda source: False

    @property
    def hints(self) -> Hints:
        return Hints(self.timezone, self.mapping.columns, self.mapping.unit, self.mapping.paths)

    @cached_property
    def who(self) -> Who:
        told = self.mapping.speakers, self.agents
        return Who(*told, load_listener(), self.sure, self.swapped_from, self.checked)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do: its account so far, its first calls, and the map that it would write ("" for none)."""

    tally: Tally
    calls: tuple[Call, ...]
    mapping: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: its account, and of the calls kept how many are new and how many were there already."""

    tally: Tally
    added: int
    known: int
    mapping: str


class CannotImportTo(WrongInput):
    """The calls cannot be written where they were asked for."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def agents_by_name(path: Path | None) -> dict[str, str]:
    """The ids of a program's agents by their names. A name that two of them bear is in it for neither."""
    if path is None:
        return {}
    agents = [agent for agent in read_agents(path) if not isinstance(agent, SetAside)]
    twice = {name for name, times in Counter(agent.name for agent in agents).items() if times > 1}
    return {agent.name: agent.agent_id for agent in agents if agent.name not in twice}


def preview(address: str, setup: ImportSetup, progress: Progress = silent) -> Preview:
    """Look at an address as an import would, and write nothing. At most a thousand documents are looked at.

    Raises WrongInput where nothing is there, or the map names an unknown format.
    """
    tally = Tally()
    shown: list[Call] = []
    for call in _calls(address, setup, tally, LOOKED_AT):
        if len(shown) < SHOWN:
            shown.append(call)
        progress("looking at calls", tally.documents, None)
    return Preview(tally, tuple(shown), _map_of(setup, tally))


def import_into(store: Store, address: str, setup: ImportSetup, progress: Progress = silent) -> ImportReport:
    """Take up the calls of an address. What the store has already stays as it is: twice is once.

    A call that is known with other content is set aside. Raises as ``preview``, and StoreFailed.
    """
    from store.calls import put_calls
    from store.set_aside import put_set_aside

    tally = Tally()
    places: dict[str, tuple[bytes, str, int | None]] = {}
    added = known = 0
    for chunk in _chunks(_calls(address, setup, tally, None, places)):
        with store.begin() as session:
            put = put_calls(session, chunk)
        added, known = added + put.added, known + put.unchanged
        turns = {call.call_id: len(call.turns) for call in chunk}
        heard = {call.call_id for call in chunk if "speakers_heard" in call.metadata}
        for call_id in put.conflicts:
            reason = f"call {call_id!r} was taken up before with other content; the first stays"
            _, file, line = places[call_id]
            tally.set_aside.append(SetAside(file=file, line=line, reason=reason))
            tally.kept -= 1
            tally.heard -= call_id in heard
            tally.turns -= turns[call_id]
            tally.other_turns += turns[call_id]
        progress("importing calls", tally.kept, None)
    with store.begin() as session:
        put_set_aside(session, [plain_record(record) for record in tally.set_aside])
    return ImportReport(tally, added, known, _map_of(setup, tally))


def import_to_file(out: Path, address: str, setup: ImportSetup, progress: Progress = silent) -> ImportReport:
    """Write the calls of an address to ``out`` in our own format, a call a line; the file is there whole or not at all.

    Raises as ``preview``, and CannotImportTo.
    """
    if out.is_dir() or not out.parent.is_dir():
        raise CannotImportTo(out, "is a folder" if out.is_dir() else f"there is no folder {out.parent}")
    tally = Tally()
    draft = out.with_name(f".{out.name}.draft")
    try:
        with draft.open("w", encoding="utf-8") as handle:
            for call in _calls(address, setup, tally, None):
                handle.write(call.model_dump_json(exclude_defaults=True) + "\n")
                progress("importing calls", tally.kept, None)
        draft.replace(out)
    except OSError as error:
        raise CannotImportTo(out, f"cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    return ImportReport(tally, tally.kept, 0, _map_of(setup, tally))


def _calls(
    address: str,
    setup: ImportSetup,
    tally: Tally,
    most: int | None,
    places: dict[str, tuple[bytes, str, int | None]] | None = None,
) -> Iterator[Call]:
    """The calls at an address, each once; everything that is read goes into the account.

    ``places`` is filled with each call's digest, file and line.
    """
    named = vendor_named(setup.mapping.format) if setup.mapping.format else None
    seen = {} if places is None else places
    for source in _sources(blobs_at(address), setup.hints, tally):
        if isinstance(source, SetAside):
            tally.set_aside.append(source)
            continue
        if most is not None and tally.documents >= most:
            tally.more = True
            return
        tally.documents += 1
        if named is None and setup.beside(source):
            continue
        for found in read(source, named):
            call = _taken(found, source, setup, tally)
            if call is not None and _is_first(call, source, seen, tally):
                tally.kept += 1
                tally.turns += len(call.turns)
                tally.heard += "speakers_heard" in call.metadata
                tally.take_language(call)
                yield call


def _sources(blobs: Iterable[Blob | SetAside], hints: Hints, tally: Tally) -> Iterator[Source | SetAside]:
    for blob in blobs:
        tally.files += 1
        if isinstance(blob, SetAside):
            yield blob
        else:
            yield from (found for found in sources_in(blob, hints) if not _is_readme(found))


def _is_readme(found: Source | SetAside) -> bool:
    """Whether this is a Markdown file, packed or not, that is no transcript: what stands beside data to explain it."""
    if isinstance(found, SetAside) or not found.file.lower().endswith(".md"):
        return False
    return isinstance(choose(found), SetAside)


def _taken(found: Transcript | SetAside, source: Source, setup: ImportSetup, tally: Tally) -> Call | None:
    """The call of what a reader found, or None where it was set aside."""
    if isinstance(found, SetAside):
        tally.set_aside.append(found)
        tally.lost_turns += found.entries if isinstance(found, LostTurn) else 0
        return None
    vendor = found.vendor or contract.NAME
    tally.recognised[vendor] += 1
    tally.seen.setdefault(vendor, what_is_seen(source))
    if not tally.columns and (names := column_names(source)):
        tally.columns = dict(columns_of(names, setup.mapping.columns).theirs)
    if not tally.paths and vendor == json_by_paths.NAME and (paths := json_by_paths.paths_of(source)) is not None:
        tally.paths = paths.written()
    tally.set_aside.extend(found.set_aside)
    tally.lost_turns += sum(lost.entries for lost in found.set_aside)
    made = to_call(found, setup.who)
    if isinstance(made, SetAside):
        tally.set_aside.append(made)
        tally.other_turns += len(found.speeches)
        if not isinstance(made, LooksSwapped):
            _note_unknown(found, setup, tally)
        return None
    return made


def _note_unknown(found: Transcript, setup: ImportSetup, tally: Tally) -> None:
    """Remember the labels that nobody knows, with what was first said under each."""
    labels = list(dict.fromkeys(speech.speaker_label for speech in found.speeches))
    known = roles_of(found, setup.who, labels)
    for speech in found.speeches:
        label = speech.speaker_label
        if label and label not in known and len(tally.unknown) < MOST_UNKNOWN:
            new = Unknown(found.vendor, label, speech.text, by_ear=found.sides == "speakers")
            tally.unknown.setdefault((found.vendor, label), new)


def _is_first(call: Call, source: Source, seen: dict[str, tuple[bytes, str, int | None]], tally: Tally) -> bool:
    """Whether no call of that id came before; one that did is repeated, or set aside where it says something else."""
    digest = blake2b(call.digest.encode(), digest_size=16).digest()
    if call.call_id not in seen:
        seen[call.call_id] = digest, source.file, source.line
        return True
    first, file, line = seen[call.call_id]
    where = file if line is None else f"{file}:{line}"
    tally.other_turns += len(call.turns)
    if first == digest:
        tally.repeated += 1
    else:
        tally.set_aside.append(
            source.aside(f"{call.call_id!r} is already in {where}, with other content; which is right?")
        )
    return False


def _map_of(setup: ImportSetup, tally: Tally) -> str:
    """The map that goes with what was read: what was told, what columns were taken for, and the speakers to name."""
    columns, paths = setup.mapping.columns or tally.columns, setup.mapping.paths or tally.paths
    if not columns and not paths and not tally.unknown and setup.mapping == ImportMap():
        return ""
    return setup.mapping.model_copy(update={"columns": columns, "paths": paths}).written(
        [tally.unknown[key] for key in sorted(tally.unknown)]
    )


def _chunks(calls: Iterator[Call]) -> Iterator[list[Call]]:
    while chunk := list(islice(calls, CHUNK)):
        yield chunk
