"""Files as an import gets them, and what becomes of them: from bytes to calls, by everything that lies between."""

import gzip
import io
import json
import zipfile

from nlp.readers import registry
from nlp.readers.places import Blob
from nlp.readers.speakers import Who, to_call
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import Hints, LostTurn, Source, Transcript
from nlp.set_aside import SetAside

HINTS, NOBODY = Hints(), Who()


def blob(raw, file="calls/c-1.txt"):
    return Blob(file, lambda: io.BytesIO(raw))


def found_in(raw, file="calls/c-1.txt", hints=HINTS):
    """All that the registry makes of a file's bytes: transcripts and what was set aside."""
    raw = raw.encode() if isinstance(raw, str) else raw
    return list(registry.read_all(sources_in(blob(raw, file), hints)))


def transcript_of(raw, file="calls/c-1.txt", hints=HINTS):
    """The one transcript of a file."""
    (found,) = found_in(raw, file, hints)
    assert isinstance(found, Transcript), str(found)
    return found


def refusal_of(raw, file="calls/c-1.txt", hints=HINTS):
    """The reason for which a file's one record is set aside."""
    (found,) = found_in(raw, file, hints)
    assert isinstance(found, SetAside), found
    return found.reason


def calls_of(raw, file="calls/c-1.txt", who=NOBODY, hints=HINTS):
    """The calls of a file, and what could not be one."""
    return [found if isinstance(found, SetAside) else to_call(found, who) for found in found_in(raw, file, hints)]


def said(transcript):
    """The turns, short enough to write down in a test."""
    return [(speech.speaker_label, speech.text) for speech in transcript.speeches]


def times(transcript):
    return [(speech.start, speech.end) for speech in transcript.speeches]


def contract_line(call_id="c-1", text="Hello."):
    return json.dumps({"call_id": call_id, "turns": [{"speaker": "agent", "text": text}]})


def zipped(members, **how):
    """A zip archive of ``members``: names with their bytes or text."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return buffer.getvalue()


def gzipped(raw):
    return gzip.compress(raw.encode() if isinstance(raw, str) else raw, mtime=0)


def reasons(found):
    return [each.reason for each in found if isinstance(each, SetAside)]


__all__ = ["LostTurn", "Source", "Transcript"]
