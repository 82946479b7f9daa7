"""Where the turns of a JSON document lie, whoever wrote it: by paths that somebody gave, else by what keys are called.

A path is keys with points between them, from the object that it is of: ``author.name``, ``users.0.username``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nlp.readers.table_columns import USUAL, columns_of, plain

OF_THE_CALL = ("call_id", "agent_id", "agent", "started_at", "call_type", "language", "channel")
KNOWN = ("calls", "turns", *USUAL)
"""The names that a path may be given for: where calls and turns lie, and what a table has columns for."""

DEEPEST, LOOKED_AT, MOST_LISTS = 6, 60, 400
"""How deep, at how many objects of a list, and at how many places a document is looked at for its turns."""

WORDS = {
    "text": "punctuated_word punct word text value content token",
    "speaker": USUAL["speaker"],
    "start": USUAL["start"],
    "end": USUAL["end"],
}
"""What is usual in a transcriber's list of words."""

IDS = frozenset({"id", "uuid", "guid", "sid", *USUAL["call_id"].split()})


@dataclass(frozen=True, slots=True)
class Paths:
    """``calls`` is the list of calls, seen from the document, and ``turns`` the list of turns, seen from a call; one
    that is empty is the document, or the call, itself. ``fields`` are ours, each with its path: of a turn, or for
    those of a call of the call. ``of_words`` is whether what lies at ``turns`` are single words with their times."""

    calls: str
    turns: str
    fields: Mapping[str, str]
    of_words: bool = False

    @property
    def lists(self) -> tuple[str, ...]:
        """The keys of the lists that lead to a turn, from the outermost."""
        return tuple(path.rsplit(".", 1)[-1] for path in (self.calls, self.turns) if path)

    def written(self) -> dict[str, str]:
        """The paths as a map has them."""
        return {name: path for name, path in (("calls", self.calls), ("turns", self.turns)) if path} | dict(self.fields)


def at_path(value: Any, path: str) -> Any:
    """What lies at ``path``, or None; with no path ``value`` itself."""
    for key in path.split(".") if path else ():
        if isinstance(value, list) and key.isascii() and key.isdigit() and len(key) < 4:
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, Mapping) else None
    return value


def given_paths(value: Any, given: Mapping[str, str]) -> Paths | None:
    """The paths that somebody gave, where they lead to turns with words in this document; else None."""
    if not given:
        return None
    fields = {name: path for name, path in given.items() if name not in ("calls", "turns")}
    paths = Paths(given.get("calls", ""), given.get("turns", ""), fields)
    turns = [turn for _, call in calls_at(value, paths) for turn in _list(at_path(call, paths.turns))[:LOOKED_AT]]
    return paths if any(isinstance(at_path(turn, fields.get("text", "")), str) for turn in turns) else None


def found_paths(value: Any) -> Paths | None:
    """The paths by which a document reads as calls: of the lists whose objects have words and say whose they are, the
    one with the most words; where there is none, of the lists of single words with their times. Else None."""
    best, least = None, (False, 0)
    for calls, turns, found, holder in _lists(value):
        weight, fields = _as_turns(found)
        straight = ".0." not in fields.get("text", "")
        # words in lists of one, seen from above: of an array they are calls that are read one by one
        if (straight, weight) > least and weight and (straight or turns):
            best, least = Paths(calls, turns, fields | _of_the_call(holder, fields)), (straight, weight)
    return best or _paths_of_words(value)


def _paths_of_words(value: Any) -> Paths | None:
    """The paths of a transcriber's words, in the first list of them: nearly all are one word, and have a time."""
    for calls, turns, found, holder in _lists(value):
        rows = [flat(each) for each in found]
        fields = _fields({path for row in rows for path in row if "." not in path}, WORDS)
        texts = [row.get(fields.get("text", "")) for row in rows]
        single = sum(isinstance(text, str) and len(text.split()) == 1 for text in texts)
        if "start" in fields and len(rows) > 5 and single > 0.8 * len(rows):
            return Paths(calls, turns, fields | _of_the_call(holder, fields), of_words=True)
    return None


def calls_at(value: Any, paths: Paths) -> Iterator[tuple[str, Any]]:
    """The calls, each with its place: the elements of a list, or the document itself."""
    found = at_path(value, paths.calls)
    if not paths.calls:
        yield "", value
    else:
        yield from ((f"{paths.calls}[{index}]", call) for index, call in enumerate(_list(found)))


def flat(value: Mapping[str, Any], depth: int = 3) -> dict[str, Any]:
    """The single values in an object by their paths; a list of one object counts as that object."""
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if "." in key or len(key) > 80:
            continue
        if isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], Mapping):
            key, inner = f"{key}.0", inner[0]
        if isinstance(inner, Mapping):
            found |= {f"{key}.{path}": each for path, each in flat(inner, depth - 1).items()} if depth > 1 else {}
        elif not isinstance(inner, list):
            found[key] = inner
    return found


def _lists(value: Any) -> Iterator[tuple[str, str, list[Any], Mapping[str, Any]]]:
    """Lists of objects, each as (path of its calls, path from there, some of its objects, its call), outermost first.

    The elements of a list are looked into where they have identifiers of their own, as calls do, or where it is one.
    """
    waiting: deque[tuple[str, str, Any, Any]] = deque([("", "", value, value)])
    for _ in range(MOST_LISTS):
        if not waiting:
            return
        calls, turns, here, call = waiting.popleft()
        if isinstance(here, list):
            found = [each for each in here[:LOOKED_AT] if isinstance(each, Mapping)]
            if found:
                yield calls, turns, found, call if isinstance(call, Mapping) else {}
            if turns and not calls:
                waiting += [(turns, "", each, each) for each in found[:5] if _has_identifier(each)]
            if turns and len(here) == 1:
                waiting += [(calls, f"{turns}.0", each, call) for each in found]
        elif isinstance(here, Mapping) and turns.count(".") < DEEPEST:
            waiting += [(calls, f"{turns}.{key}" if turns else key, inner, call) for key, inner in _inner(here)]


def _has_identifier(call: Mapping[str, Any]) -> bool:
    return any(plain(path.rsplit(".", 1)[-1]) in IDS for path in flat(call, 2))


def _inner(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, inner) for key, inner in value.items() if isinstance(inner, list | dict) and "." not in key)


def _as_turns(found: list[Any]) -> tuple[int, dict[str, str]]:
    """How many characters of words the objects hold, and the paths of what a turn has; 0 where they are no turns."""
    rows = [flat(each) for each in found]
    paths = {path for row in rows for path in row}
    own = _fields({path for path in paths if ".0." not in path}, USUAL)
    fields = _fields(paths, {ours: USUAL[ours] for ours in USUAL if ours not in own}) | own
    if "text" not in fields or not {"speaker", "role"} & fields.keys():
        return 0, {}
    texts = [row.get(fields["text"]) for row in rows]
    words = [text for text in texts if isinstance(text, str) and text.strip()]
    who = fields.get("speaker") or fields["role"]
    speakers = [row.get(who) for row in rows if row.get(who) not in (None, "")]
    if len(words) < 0.3 * len(rows) or len(speakers) < 0.3 * len(rows) or _are_single_words(words, fields):
        return 0, {}
    if len(speakers) > 8 and len({str(each) for each in speakers}) > 0.7 * len(speakers):
        return 0, {}
    of_turns = {ours: path for ours, path in fields.items() if ours not in OF_THE_CALL}
    if "call_id" in fields and not _is_a_speakers(fields["call_id"], who, rows):
        of_turns["call_id"] = fields["call_id"]
    return sum(map(len, words)), of_turns


def _is_a_speakers(path: str, who: str, rows: list[dict[str, Any]]) -> bool:
    """Whether an identifier in turns is of whoever speaks and not of the call: each goes with one speaker alone."""
    pairs = {(str(row.get(path)), str(row.get(who))) for row in rows}
    return len(pairs) > 1 and len({each for each, _ in pairs}) == len(pairs)


def _are_single_words(words: list[str], fields: Mapping[str, str]) -> bool:
    """Whether a transcriber's words were taken for turns: each by itself, with its time."""
    return len(words) > 5 and "start" in fields and sum(len(text.split()) for text in words) < 1.3 * len(words)


def _of_the_call(call: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
    """The paths of what the call itself says."""
    known = flat(call, 2)
    found = _fields(set(known), {ours: USUAL[ours] for ours in OF_THE_CALL if ours not in fields})
    if "call_id" not in found and "call_id" not in fields:
        own = next((key for key in known if plain(key) in IDS), None)
        found |= {} if own is None else {"call_id": own}
    return found


def _fields(paths: set[str], usual: Mapping[str, str]) -> dict[str, str]:
    """Our names with the paths of what has their ``usual`` ones: by the whole path (``author.name``), else by its last
    key."""
    ordered = sorted(paths, key=lambda path: (path.count("."), path))
    whole = {plain(path): path for path in reversed(ordered)}
    last = {plain(path.rsplit(".", 1)[-1]): path for path in reversed(ordered)}
    known = last | whole
    found: dict[str, str] = {}
    for ours, name in columns_of(known, {}, usual).theirs.items():
        if known[name] not in found.values():
            found[ours] = known[name]
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
