"""Who says what in a cue: voice spans, names in front of the words, or JSON (as Microsoft Graph's metadata)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlp.readers.cues import Cue
from nlp.readers.gathering import Gathering
from nlp.readers.labels import are_labels, looks_like_name, split_label
from nlp.readers.parts import text_at
from nlp.records import parse_json

VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
TAG = re.compile(
    r"</?(?:c|i|b|u|ruby|rt|lang|v|font)(?:\.[^\s>]*)?(?:[ \t][^>]*)?>|<\d[\d:.]*>|\{\\an\d\}", re.IGNORECASE
)
ENTITY = re.compile(r"&(amp|lt|gt|nbsp|lrm|rlm|quot|#39);")
MEANS = {"amp": "&", "lt": "<", "gt": ">", "nbsp": "\u00a0", "lrm": "\u200e", "rlm": "\u200f", "quot": '"', "#39": "'"}
NAMED_CUES = 0.5
"""The share of cues that must begin with a name before names are taken for names."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one person says in a cue. ``label`` is None where the cue does not say who it is."""

    label: str | None
    text: str


def say_all(gathering: Gathering, found: Sequence[Cue], *, escaped: bool) -> None:
    """All cues as turns. ``escaped`` is whether ``&amp;`` stands for ``&`` in them, as in WebVTT.

    A cue that names nobody, in a document whose cues do, is the speaker's before it; a note says how often.
    """
    if _are_headed(found):
        found = [replace(cue, text=cue.text.replace("\n", ": ", 1)) for cue in found]
    names = [split_label(_plain(cue.text, escaped)) for cue in found if cue.text]
    prefixed = are_labels(names, NAMED_CUES) or (len(names) > 1 and all(names))
    last, carried = "", 0
    for cue in found:
        place = f"the cue in line {cue.line}"
        if cue.broken:
            gathering.lose(place, cue.broken, cue.text)
            continue
        said = [each for each in _said(cue.text, escaped, prefixed) if each.text]
        if not said:
            gathering.pass_over("a cue without words")
        for number, each in enumerate(said):
            carried += each.label is None and bool(last)
            last = last if each.label is None else each.label
            gathering.say(place, last, each.text, cue.start, cue.end, entries=1 if number == 0 else 0)
    if carried:
        gathering.note(f"{carried} cues that name nobody were given to the speaker before them")


def _are_headed(found: Sequence[Cue]) -> bool:
    """Whether the first line of every cue is a name and nothing else, as in what Teams writes for Word: a few names
    that come again and again, over the words."""
    heads = [cue.text.split("\n", 1)[0] for cue in found if "\n" in cue.text]
    if len(heads) < max(2, len(found)) or any("<" in cue.text for cue in found):
        return False
    names = set(heads)
    return 2 * len(names) <= len(heads) + 1 and all(looks_like_name(name) and ":" not in name for name in names)


def _said(text: str, escaped: bool, prefixed: bool) -> Iterator[Said]:
    if (spoken := graph_metadata(text)) is not None:
        yield Said(text_at(spoken, "speakerName"), str(spoken["spokenText"]))
    elif VOICE.search(text):
        before, *spans = VOICE.split(text)
        yield Said(None, _plain(before, escaped).strip())
        for name, words in zip(spans[::2], spans[1::2], strict=True):
            yield Said(_unescaped(name).strip() or None, _plain(words, escaped).strip())
    elif prefixed:
        yield from _by_names(_plain(text, escaped))
    else:
        yield Said(None, _plain(text, escaped))


def _by_names(text: str) -> Iterator[Said]:
    """The lines of a cue, each that begins with a name beginning anew."""
    label: str | None = None
    kept: list[str] = []
    for line in text.split("\n"):
        found = split_label(line)
        if found is not None:
            yield Said(label, "\n".join(kept))
            label, kept = found[0], []
        kept.append(line if found is None else found[1])
    yield Said(label, "\n".join(kept))


def graph_metadata(text: str) -> Mapping[str, Any] | None:
    """The object that a cue of Microsoft Graph's ``metadataContent`` holds, or None."""
    if not text.startswith("{") or '"spokenText"' not in text:
        return None
    try:
        value = parse_json(text)[0]
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("spokenText"), str) else None


def _plain(text: str, escaped: bool) -> str:
    bare = TAG.sub("", text)
    return _unescaped(bare) if escaped else bare


def _unescaped(text: str) -> str:
    return ENTITY.sub(lambda found: MEANS[found[1]], text)
