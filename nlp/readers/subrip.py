"""SubRip (SRT): numbered cues whose times have a comma, as Whisper and meeting recorders write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.readers.captions import say_all
from nlp.readers.cues import count_cues, cues, has_cues
from nlp.readers.gathering import Gathering
from nlp.readers.vendor import NO_JSON, Source, Transcript
from nlp.set_aside import SetAside

NAME = "SubRip"

COMMA_TIMES = re.compile(r"\d,\d{1,3}[ \t]*-->")


def recognises(source: Source) -> float:
    """0.95 for cues whose times have commas and that stand under no WEBVTT; there is no other mark."""
    if source.value is not NO_JSON or source.rows is not None or re.match(r"\s*WEBVTT(\s|$)", source.text):
        return 0.0
    return 0.95 if has_cues(source.text) and COMMA_TIMES.search(source.text[:20_000]) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one call of the document, a turn a cue."""
    gathering = Gathering(source)
    say_all(gathering, list(cues(source.text)), escaped=False)
    call_id = source.stem
    yield gathering.complete(Transcript(call_id=call_id, vendor=NAME, speeches=(), channel="phone", sides="names"))


def count(source: Source) -> int | None:
    """Cues, by their arrows."""
    return count_cues(source.raw)
