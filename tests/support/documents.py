"""Vendors' documents as readers get them, and the account of what a reader made of one."""

from dataclasses import replace
from pathlib import Path

from nlp.readers.vendor import NO_JSON, LostTurn, Source, Transcript
from nlp.records import parse_json

FIXTURES = Path(__file__).parents[1] / "nlp" / "readers" / "fixtures"


def document(raw, file="call.json", **said):
    """The bytes as one document, parsed where they are JSON."""
    text = raw.decode("utf-8", "replace")
    try:
        value, end = parse_json(text, len(text) - len(text.lstrip()))
    except ValueError:
        value, end = NO_JSON, len(text)
    return replace(Source(file=file, raw=raw, text=text, value=NO_JSON if text[end:].strip() else value), **said)


def fixture(name):
    """The fixture of that name as a document."""
    return document((FIXTURES / f"{name}.json").read_bytes(), f"{name}.json")


def only_call(vendor, source):
    """The one call that the document holds."""
    (call,) = vendor.read(source)
    assert isinstance(call, Transcript), str(call)
    return call


def accounted(found):
    """How many of the vendor's entries come to something in what a reader gave."""
    total = 0
    for each in found:
        if isinstance(each, LostTurn):
            total += each.entries
        elif isinstance(each, Transcript):
            total += sum(part.entries for part in (*each.speeches, *each.set_aside)) + each.no_speech
    return total


def turns(call):
    """The turns of a transcript, short enough to write down in a test."""
    return [(speech.speaker_label, speech.start, speech.end, speech.text) for speech in call.speeches]
