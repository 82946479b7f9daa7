"""Rev AI, and the JSON of Rev's human transcripts.

Structure: docs.rev.ai, ``Transcript``. A turn is a monologue: a speaker, and elements whose values, the spaces among
them, make the text when they are put one after the other. Machines write times as seconds under ``ts``, people as
``00:00:01,210`` under ``timestamp``. With two channels, ``speaker`` is the channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.clock import seconds_of
from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import identifier, label, number, objects, text_at, under
from nlp.readers.vendor import Source, Transcript
from nlp.set_aside import SetAside

NAME = "Rev AI"


def recognises(source: Source) -> float:
    """Monologues of elements."""
    return 1.0 if any(isinstance(each.get("elements"), list) for each in objects(source.value, "monologues")) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the file."""
    if not isinstance(under(source.value, "monologues"), list):
        yield source.aside("a list of monologues was to be here", "monologues")
        return
    gathering = Gathering(source)
    names = dict(_names(source.value))
    for place, monologue in gathering.entries(source.value, "monologues", weight=0):
        _say(gathering, place, monologue)
    yield gathering.complete(Transcript(call_id=source.stem, vendor=NAME, speeches=(), channel="phone", names=names))


def count(source: Source) -> int | None:
    """The elements of all ``elements``: words, and the marks and spaces between them."""
    return elements(source.raw, "monologues", "elements")


def _say(gathering: Gathering, place: str, monologue: Mapping[str, Any]) -> None:
    kept = []
    for where, element in gathering.entries(monologue, "elements", place):
        if isinstance(element.get("value"), str):
            kept.append(element)
        else:
            gathering.lose(where, "has no value", element)
    if kept:
        starts = [at for each in kept if (at := _seconds(each, "ts", "timestamp")) is not None]
        ends = [at for each in kept if (at := _seconds(each, "end_ts", "end_timestamp")) is not None]
        text = "".join(each["value"] for each in kept)
        start, end = next(iter(starts), None), next(reversed(ends), None)
        gathering.say(place, _who(monologue), text, start, end, entries=len(kept))


def _seconds(element: Mapping[str, Any], machines: str, peoples: str) -> float | None:
    written = text_at(element, peoples)
    return number(element.get(machines)) if written is None else seconds_of(written)


def _who(monologue: Mapping[str, Any]) -> str:
    return label(monologue.get("speaker")) or label(under(monologue, "speaker", "id"))


def _names(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What speakers are called, in a list of them or beside their monologues."""
    for speaker in objects(value, "speakers"):
        if name := identifier(speaker.get("name")):
            yield label(speaker.get("id")), name
    for monologue in objects(value, "monologues"):
        known = (monologue.get("speaker_name"), under(monologue, "speaker_info", "display_name"))
        if name := next((found for each in known if (found := identifier(each))), None):
            yield _who(monologue), name
