"""WebVTT: Zoom's ``Name: text``, Teams' ``<v Name>``, Microsoft Graph's times and metadata, Whisper's writers.

W3C WebVTT; Microsoft Graph's callTranscript, whose times are not padded and may be negative, where the transcription
began in the middle of the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from nlp.readers.captions import graph_metadata, say_all
from nlp.readers.cues import Cue, count_cues, cues, has_cues
from nlp.readers.gathering import Gathering
from nlp.readers.parts import identifier, moment
from nlp.readers.vendor import NO_JSON, Source, Transcript
from nlp.set_aside import SetAside

NAME = "WebVTT"

LANGUAGE = re.compile(r"^Language:[ \t]*([A-Za-z-]{2,20})[ \t]*$", re.MULTILINE)
ZOOM_NAME = re.compile(r"GMT(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)")


def recognises(source: Source) -> float:
    """1 for text under the word WEBVTT; 0.6 for cues without it whose times have points and no commas."""
    if source.value is not NO_JSON or source.rows is not None:
        return 0.0
    if re.match(r"\s*WEBVTT(\s|$)", source.text):
        return 1.0
    return 0.6 if has_cues(source.text) and not re.search(r"\d,\d{1,3}[ \t]*-->", source.text[:20_000]) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one call of the document, a turn a cue (two where a cue has two voices)."""
    found = list(cues(source.text, notes=True))
    gathering = Gathering(source)
    say_all(gathering, found, escaped=True)
    head = LANGUAGE.search(source.text[:2000])
    yield gathering.complete(
        Transcript(
            call_id=source.stem,
            vendor=NAME,
            speeches=(),
            started_at=_began(source, found),
            channel="phone",
            language=head[1] if head is not None else _language(found),
            sides="names",
        )
    )


def count(source: Source) -> int | None:
    """Cues, by their arrows."""
    return count_cues(source.raw)


def _began(source: Source, found: Sequence[Cue]) -> datetime | None:
    """When the call began: by the first cue of Graph's metadata, else by the name that Zoom gives its files."""
    for cue in found[:1]:
        spoken = graph_metadata(cue.text)
        at = moment(spoken.get("startDateTime"), source.hints.timezone) if spoken is not None else None
        if at is not None and cue.start is not None:
            return at - timedelta(seconds=cue.start)
    named = ZOOM_NAME.search(source.file)
    return moment("{}-{}-{}T{}:{}:{}Z".format(*named.groups())) if named is not None else None


def _language(found: Sequence[Cue]) -> str | None:
    spoken = graph_metadata(found[0].text) if found else None
    return identifier(spoken.get("spokenLanguage")) if spoken is not None else None
