"""Zoom Phone: the transcript of a recorded call, as its API downloads it.

Structure: developers.zoom.us, the recording transcript of Phone, ``type`` ``zoom_transcript``. A turn is an entry of
``timeline``, with times like ``00:00:04.120`` and the name or number of whoever speaks, in ``username`` or in a list of
``users``. Meetings' timelines are alike, without the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.clock import seconds_of
from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import facts, identifier, label, moment, objects, text_at, under
from nlp.readers.vendor import Source, Transcript
from nlp.set_aside import SetAside

NAME = "Zoom Phone"


def recognises(source: Source) -> float:
    """A timeline of entries with a time, under its type or with words in them."""
    timed = any("ts" in entry for entry in objects(source.value, "timeline"))
    if timed and text_at(source.value, "type") == "zoom_transcript":
        return 1.0
    return 0.8 if timed else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one call of the file."""
    value = source.value
    if not isinstance(under(value, "timeline"), list):
        yield source.aside("a list of what was said when was to be here", "timeline")
        return
    if not any("text" in entry for entry in objects(value, "timeline")):
        yield source.aside("tells who spoke when and not what was said; take the transcript (VTT) of the recording")
        return
    gathering = Gathering(source)
    for place, entry in gathering.entries(value, "timeline"):
        start, end = (seconds_of(text_at(entry, key) or "") for key in ("ts", "end_ts"))
        if "text" in entry or "end_ts" in entry:
            gathering.say(place, _who(entry), entry.get("text"), start, end)
        else:
            gathering.pass_over("a moment at which nothing is said")
    yield gathering.complete(
        Transcript(
            call_id=identifier(under(value, "call_id")) or source.stem,
            vendor=NAME,
            speeches=(),
            started_at=moment(under(value, "recording_start"), source.hints.timezone),
            channel="phone",
            metadata=facts(recording_id=text_at(value, "recording_id")),
            sides="names",
        )
    )


def count(source: Source) -> int | None:
    """The elements of ``timeline``."""
    return elements(source.raw, "timeline")


def _who(entry: Mapping[str, Any]) -> str:
    users = [name for user in objects(entry, "users") if (name := label(user.get("username")))]
    return label(entry.get("username")) or (users[0] if len(users) == 1 else "")
