"""Which vendor wrote a document, by what stands in it, and its calls with the account of their turns."""

from __future__ import annotations

import math
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import cast

from nlp.errors import WrongInput
from nlp.noun import clean_text, nearest
from nlp.readers import json_by_paths
from nlp.readers.documents import elements
from nlp.readers.table_rows import column_names
from nlp.readers.vendor import NO_JSON, LostTurn, Source, Speech, Transcript, Vendor
from nlp.set_aside import SetAside

LIKELY = 0.3
"""How sure a vendor's reader must be that a document is its own."""

APART = 0.05
"""How far the surest must be ahead of the next: else nobody can tell."""

WRAPPED, MOST_KEYS = 0.9, 13
"""How sure a reader must be of what lies inside of a wrapper, and the keys that a wrapper has at most."""

LONGEST_TURN = 100_000
"""Characters. Two hours of one person's speech without a break; beyond it something was put together wrongly."""


class NoSuchVendor(WrongInput):
    """No reader of that name. ``name`` is what was asked for."""

    def __init__(self, name: str) -> None:
        names = [vendor.NAME for vendor in vendors()]
        like = nearest(name, names)
        super().__init__(
            f"{name!r} is no known format; " + (f"did you mean {like!r}?" if like else f"known are {', '.join(names)}")
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Choice:
    """The vendor that a document is of, how sure its reader is (0 to 1), and what was seen, in words."""

    vendor: Vendor
    likely: float
    seen: str


@cache
def vendors() -> tuple[Vendor, ...]:
    """All readers: the modules of ``nlp.readers`` that can recognise a document, by their ``NAME``."""
    package = import_module("nlp.readers")
    found = [import_module(f"nlp.readers.{each.name}") for each in pkgutil.iter_modules(package.__path__)]
    known = [cast(Vendor, module) for module in found if hasattr(module, "recognises")]
    return tuple(sorted(known, key=lambda vendor: vendor.NAME.casefold()))


def vendor_named(name: str) -> Vendor:
    """The reader of that name, case aside. Raises NoSuchVendor."""
    for vendor in vendors():
        if vendor.NAME.casefold() == name.casefold():
            return vendor
    raise NoSuchVendor(name)


def choose(source: Source) -> Choice | SetAside:
    """The vendor whose format a document is in, or the document set aside with what was seen in it."""
    return _chosen(source)[0]


def _chosen(source: Source) -> tuple[Choice | SetAside, Source]:
    """As ``choose``, and what is to be read: the document, or what a wrapper around it holds."""
    seen = what_is_seen(source)
    ranked = sorted(_likely(source), key=lambda pair: -pair[0])
    if ranked[0][0] < LIKELY and (inside := _inside(source)) is not None:
        choice, inner = inside
        return replace(choice, seen=seen), inner
    if ranked[0][0] < LIKELY:
        last = cast(Vendor, json_by_paths)
        ranked = sorted([(float(last.recognises(source)), last), *ranked], key=lambda pair: -pair[0])
    return _first(source, ranked, seen), source


def _first(source: Source, ranked: list[tuple[float, Vendor]], seen: str) -> Choice | SetAside:
    (best, vendor), (second, other) = ranked[0], ranked[1]
    if best < LIKELY:
        return source.aside(f"is no transcript of a known format; it is {seen}{_what_helps(source)}")
    if second > best - APART:
        return source.aside(f"may be of {vendor.NAME} or of {other.NAME}; it is {seen}; say which with --vendor")
    return Choice(vendor, best, seen)


def _likely(source: Source) -> list[tuple[float, Vendor]]:
    """How sure each reader is. The one that reads JSON by paths is not among them: it is asked where nobody else knows
    the document, also where a map has paths, which were found in another file perhaps."""
    asked = [vendor for vendor in vendors() if vendor is not cast(Vendor, json_by_paths)]
    return [(float(vendor.recognises(source)), vendor) for vendor in asked]


def _inside(source: Source, depth: int = 2) -> tuple[Choice, Source] | None:
    """A vendor's document that lies in another object, as gateways, queues and operations wrap what they hand on."""
    holders = source.value.values() if isinstance(source.value, dict) and len(source.value) < MOST_KEYS else ()
    inner = [replace(source, value=value) for value in holders if isinstance(value, dict) and value]
    for each in inner:
        likely, vendor = max(_likely(each), key=lambda pair: pair[0])
        if likely >= WRAPPED:
            return Choice(vendor, likely, ""), each
    return next((found for each in inner if depth > 1 and (found := _inside(each, depth - 1)) is not None), None)


def _what_helps(source: Source) -> str:
    """What to write into the map so that a document of an unknown make is read."""
    if isinstance(source.value, dict | list) and source.value:
        return "; say under [paths] of the map where its turns, speakers and words lie"
    is_table = source.rows is not None or len(column_names(source)) > 1
    return "; say under [columns] of the map which column is what" if is_table else ""


def what_is_seen(source: Source) -> str:
    """What a document looks like, in a few words, for a person who wonders why it was taken for what it was."""
    if source.rows is not None:
        return f"a table with the columns {_some(source.columns)}"
    if source.value is NO_JSON:
        first = next((line for line in source.text.splitlines() if line.strip()), "")
        return f"text that begins with {first.strip()[:60]!r}"
    if isinstance(source.value, dict):
        return f"a JSON object with the keys {_some(source.value)}" if source.value else "an empty JSON object"
    if isinstance(source.value, list):
        return f"a JSON array of {len(source.value):,} elements"
    return "a single JSON value"


def read(source: Source, named: Vendor | None = None) -> Iterator[Transcript | SetAside]:
    """The calls of a document, read by the vendor whose it is (or the ``named`` one), turn by turn accounted for.

    A document that is an array of what vendors write one by one is read element by element. Never raises.
    """
    if named is not None:
        yield from _accounted(named, source)
        return
    choice, inner = _chosen(source)
    if isinstance(choice, Choice):
        yield from _accounted(choice.vendor, inner)
    elif isinstance(source.value, list) and any(isinstance(element, dict) for element in source.value):
        for element in elements(source):
            chosen, within = _chosen(element)
            yield from _accounted(chosen.vendor, within) if isinstance(chosen, Choice) else iter([chosen])
    else:
        yield choice


def read_all(sources: Iterable[Source | SetAside]) -> Iterator[Transcript | SetAside]:
    """The calls of all documents; what could not become a document stays set aside."""
    for source in sources:
        yield from read(source) if isinstance(source, Source) else iter([source])


def _accounted(vendor: Vendor, source: Source) -> Iterator[Transcript | SetAside]:
    """What the vendor's reader gives, where its turns come to as many as the bytes hold; else the document refused."""
    if source.rows is not None:
        yield from (_settled(found, source) for found in _guarded(vendor, source))
        return
    found = [_settled(each, source) for each in _guarded(vendor, source)]
    counted = vendor.count(source)
    given = sum(_entries(each) for each in found)
    refused = any(isinstance(each, SetAside) and not isinstance(each, LostTurn) for each in found)
    if counted is not None and (given > counted or (given < counted and not refused)):
        yield source.aside(
            f"holds {counted:,} entries of {vendor.NAME}, of which {given:,} could be accounted for; "
            "nothing of it was read, rather than a part"
        )
    else:
        yield from found


def _guarded(vendor: Vendor, source: Source) -> Iterator[Transcript | SetAside]:
    try:
        yield from vendor.read(source)
    except Exception as error:  # a reader that breaks loses its document, and not the others
        yield source.aside(f"is not as {vendor.NAME} writes it: {type(error).__name__}: {str(error)[:200]}")


def _entries(found: Transcript | SetAside) -> int:
    if isinstance(found, LostTurn):
        return found.entries
    if isinstance(found, SetAside):
        return 0
    return sum(s.entries for s in found.speeches) + sum(lost.entries for lost in found.set_aside) + found.no_speech


def _settled(found: Transcript | SetAside, source: Source) -> Transcript | SetAside:
    """A transcript with its place, whose texts and times any call can hold."""
    if isinstance(found, SetAside):
        return found
    kept, lost, repaired = [], [], 0
    for number, speech in enumerate(found.speeches):
        reason = _unfit(speech.text)
        if reason is not None:
            lost.append(source.lost(reason, f"turn {number + 1}", speech.text[:2000], speech.entries))
            continue
        times = _sound_times(speech)
        repaired += times is not speech
        kept.append(times)
    notes = source.notes + found.notes
    if repaired:
        notes += (f"{repaired} turns without their times, which ended before they began or were no numbers",)
    return replace(
        found,
        speeches=tuple(kept),
        set_aside=found.set_aside + tuple(lost),
        notes=notes,
        file=found.file or source.file,
        line=source.line if found.line is None else found.line,
    )


def _unfit(text: str) -> str | None:
    if len(text) > LONGEST_TURN:
        return f"is longer than {LONGEST_TURN:,} characters, which no turn of a call is"
    try:
        clean_text(text)
    except ValueError as error:
        return str(error)
    return None


def _sound_times(speech: Speech) -> Speech:
    start, end = speech.start, speech.end
    finite = all(time is None or math.isfinite(time) for time in (start, end))
    if finite and (start is None or end is None or start <= end):
        return speech
    return replace(speech, start=None, end=None)


def _some(names: Iterable[str]) -> str:
    shown = [str(name)[:40] for name, _ in zip(names, range(7), strict=False)]
    return ", ".join(shown[:6]) + (", …" if len(shown) > 6 else "")
