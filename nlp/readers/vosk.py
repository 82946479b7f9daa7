"""Vosk: what its recogniser writes for each stretch of speech, one of them or a list.

Structure: alphacephei.com/vosk, ``Result``. It tells no speakers apart: a call can be made of it where each side was
recorded by itself and is put into a table, and not of these results alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlp.readers.counting import elements
from nlp.readers.gathering import Gathering
from nlp.readers.parts import label, listed, number, objects
from nlp.readers.vendor import Source, Transcript
from nlp.set_aside import SetAside

NAME = "Vosk"


def recognises(source: Source) -> float:
    """A text, and the words that it is made of with a confidence each."""
    stretches = _stretches(source.value)
    return 1.0 if any(_is_stretch(each) for each in stretches) else 0.0


def read(source: Source) -> Iterator[Transcript | SetAside]:
    """The one recording of the document, a turn a stretch."""
    gathering = Gathering(source)
    holder = {"results": _stretches(source.value)}
    for place, stretch in gathering.entries(holder, "results"):
        words = list(objects(stretch, "result"))
        start = number(words[0].get("start")) if words else None
        end = number(words[-1].get("end")) if words else None
        gathering.say(place, label(stretch.get("speaker")), stretch.get("text"), start, end)
    yield gathering.complete(Transcript(call_id=source.stem, vendor=NAME, speeches=(), channel="phone"))


def count(source: Source) -> int | None:
    """The elements of the document where it is a list of stretches; else the one."""
    return elements(source.raw) if isinstance(source.value, list) else int(isinstance(source.value, Mapping))


def _stretches(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []


def _is_stretch(value: Any) -> bool:
    words = listed(value, "result")[:1]
    return (
        isinstance(value, Mapping)
        and "text" in value
        and any({"conf", "word"} <= set(word) for word in words if isinstance(word, Mapping))
    )
