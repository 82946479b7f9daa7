"""What makes a vCon one: the first thing that is wrong with it, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from nlp.noun import nearest
from nlp.readers.parts import identifier, moment, number

KINDS = ("recording", "text", "transfer", "incomplete", "audio", "video")
TEXTS = ("mimetype", "mediatype", "encoding", "url", "filename")


def what_is_wrong(vcon: Any, timezone: tzinfo) -> str | None:
    """The place and what is wrong there, in one line; None where the vCon can be read."""
    if not isinstance(vcon, Mapping):
        return "is no JSON object, and a vCon is one"
    return next(_problems(vcon, timezone), None)


def parties_of(dialog: Mapping[str, Any]) -> list[Any]:
    """The references to parties of a dialog, flat: ``parties`` may be a number, a list of them, or lists in a list."""
    given = [] if dialog.get("parties") is None else dialog["parties"]
    flat: list[Any] = []
    for each in given if isinstance(given, list) else [given]:
        flat += each if isinstance(each, list) else [each]
    return flat


def dialogs_of(analysis: Mapping[str, Any]) -> list[Any]:
    """The references to dialogs of an analysis: a number or a list of them."""
    given = analysis.get("dialog")
    return given if isinstance(given, list) else [] if given is None else [given]


def _problems(vcon: Mapping[str, Any], timezone: tzinfo) -> Iterator[str]:
    for key, example in (("vcon", "a version like '0.4.0'"), ("uuid", "the vCon's own identifier")):
        if identifier(vcon.get(key)) is None and (
            key != "vcon" or key in vcon
        ):  # the first drafts' writers left it out
            yield f"{key}: {_shown(vcon, key)}; {example} is needed"
    if moment(vcon.get("created_at"), timezone) is None:
        yield f"created_at: {_shown(vcon, 'created_at')}; a time like 2026-11-02T14:03:00Z is needed"
    parties = vcon.get("parties")
    if not isinstance(parties, list) or not parties:
        yield f"parties: {_shown(vcon, 'parties')}; a list of at least one party is needed"
        return
    yield from (f"parties[{i}]: is no object" for i, party in enumerate(parties) if not isinstance(party, Mapping))
    for name in ("dialog", "analysis", "attachments"):
        entries = vcon.get(name)
        if entries is not None and not isinstance(entries, list):
            yield f"{name}: is no list"
            continue
        for index, entry in enumerate(entries or ()):
            place = f"{name}[{index}]"
            if not isinstance(entry, Mapping):
                yield f"{place}: is no object"
            elif name == "dialog":
                yield from (f"{place}.{problem}" for problem in _dialog(entry, len(parties), timezone))
            elif name == "analysis":
                yield from _references(f"{place}.dialog", dialogs_of(entry), len(vcon.get("dialog") or ()), "dialogs")


def _dialog(dialog: Mapping[str, Any], parties: int, timezone: tzinfo) -> Iterator[str]:
    kind = dialog.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        like = nearest(kind, KINDS) if isinstance(kind, str) else None
        yield f"type: {_shown(dialog, 'type')}; " + (
            f"did you mean {like!r}?" if like else "recording or text is usual"
        )
    if moment(dialog.get("start"), timezone) is None:
        yield f"start: {_shown(dialog, 'start')}; a time like 2026-11-02T14:03:00Z is needed"
    yield from _references("parties", parties_of(dialog), parties, "parties")
    if dialog.get("originator") is not None:
        yield from _references("originator", [dialog["originator"]], parties, "parties")
    duration = dialog.get("duration")
    if duration is not None and number(duration) is None:
        yield f"duration: {_shown(dialog, 'duration')}; a number of seconds is needed"
    for name in TEXTS:
        if dialog.get(name) is not None and not isinstance(dialog[name], str):
            yield f"{name}: {_shown(dialog, name)}; a text is needed"


def _references(place: str, given: list[Any], count: int, what: str) -> Iterator[str]:
    for each in given:
        if isinstance(each, bool) or not isinstance(each, int):
            yield f"{place}: {str(each)[:40]!r} is no number of one of the {what}"
        elif not 0 <= each < count:
            yield f"{place}: points to number {each}, and there are {count} {what}, counted from 0"


def _shown(holder: Mapping[str, Any], key: str) -> str:
    if key not in holder:
        return "is missing"
    value = holder[key]
    return "is null" if value is None else "is empty" if value in ("", [], {}) else f"{str(value)[:40]!r} is none"
