"""Records into nouns: each record becomes one, or is set aside with its place and the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from hashlib import blake2b
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from nlp.noun import Noun, explain
from nlp.records import Record
from nlp.set_aside import Repeated, SetAside
from nlp.written import instant

N = TypeVar("N", bound=Noun)
Records = Iterator[Record | SetAside]


def _nothing_wrong(noun: Noun) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Shape(Generic[N]):
    """How a record becomes a noun.

    ``written`` makes values of what a field holds; ``times`` are the fields that hold a time, which is in ``timezone``
    where it does not say. ``empty`` is what a field means that a table leaves empty. ``refusal`` says why a noun that
    is sound in itself cannot be used, or None. With ``identity``, a second noun of the same identity is set aside, as
    repeated where it says the same.
    """

    noun: type[N]
    written: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    times: tuple[str, ...] = ()
    timezone: tzinfo = UTC
    empty: Mapping[str, Any] = field(default_factory=dict)
    refusal: Callable[[N], str | None] = _nothing_wrong
    identity: Callable[[N], str] | None = None

    def make(self, record: Record) -> N | SetAside:
        """The noun that ``record`` is, or ``record`` set aside for the first thing that is wrong with it."""
        try:
            noun = self.noun.model_validate(self._values(record))
        except ValidationError as error:
            return record.aside(explain(error, self.noun)[1])
        except ValueError as error:
            return record.aside(str(error))
        reason = self.refusal(noun)
        return noun if reason is None else record.aside(reason)

    def _values(self, record: Record) -> dict[str, Any]:
        given = record.values if record.typed else {**self.empty, **record.values}
        values = {name: value for name, value in given.items() if value is not None or name in self.empty}
        for name, read in self.written.items():
            # a number in quotes is text where the format has numbers
            if name in values and not (record.typed and isinstance(values[name], str)):
                values[name] = _field(name, read, values[name])
        for name in self.times:
            if name in values:
                values[name] = _field(name, lambda value: instant(value, self.timezone), values[name])
        return values


def nouns(records: Iterable[Record | SetAside], shape: Shape[N]) -> Iterator[N | SetAside]:
    """Each record as its noun, or set aside. As many come out as go in, in their order.

    Holds nothing but, where the shape has an identity, each identity with a digest and a place.
    """
    seen: dict[str, tuple[bytes, str, int]] = {}
    for record in records:
        made = record if isinstance(record, SetAside) else shape.make(record)
        if shape.identity is None or isinstance(made, SetAside) or isinstance(record, SetAside):
            yield made
        else:
            yield _first_only(made, record, shape.identity(made), seen)


def each(files: Iterable[Path | SetAside], read_by_ending: Mapping[str, Callable[[Path], Records]]) -> Records:
    """The records of all ``files``, each read as the ending of its name says."""
    for found in files:
        if isinstance(found, SetAside):
            yield found
        else:
            yield from read_by_ending[found.suffix.lower()](found)


def _first_only(noun: N, record: Record, identity: str, seen: dict[str, tuple[bytes, str, int]]) -> N | SetAside:
    digest = blake2b(noun.model_dump_json().encode(), digest_size=16).digest()
    if identity not in seen:
        seen[identity] = digest, record.file, record.line
        return noun
    first, file, line = seen[identity]
    if digest != first:
        return record.aside(f"{identity!r} is already in {file}:{line}, with other content; which one is right?")
    reason = f"says again what is in {file}:{line}"
    return Repeated(file=record.file, line=record.line, reason=reason, record=record.raw)


def _field(name: str, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
