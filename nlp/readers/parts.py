"""Careful hands for JSON of unknown make: what is there in the kind that is asked for, else None. None of it raises."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from nlp.noun import clean_id, clean_text
from nlp.written import instant

LONGEST_FACT = 500
"""Characters of a fact that is kept beside a call."""

ISO_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.ASCII)
PROTO_DURATION = re.compile(r"-?\d+(?:\.\d+)?s", re.ASCII)
PLAIN_NUMBER = re.compile(r"[+-]?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+", re.ASCII)
TICKS = 10_000_000
"""Ticks of 100 nanoseconds in a second."""

FIRST, LAST = 631_152_000, 7_258_118_400
"""Seconds after 1970 of the years 1990 and 2200: outside them a number is no moment of a call."""


def under(value: Any, *keys: str) -> Any:
    """What lies at ``keys``, one inside the other, or None."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def listed(value: Any, *keys: str) -> list[Any]:
    """The list at ``keys``, or an empty one."""
    found = under(value, *keys)
    return found if isinstance(found, list) else []


def objects(value: Any, *keys: str) -> Iterator[Mapping[str, Any]]:
    """The objects of the list at ``keys``; whatever else lies in it is passed over."""
    return (entry for entry in listed(value, *keys) if isinstance(entry, Mapping))


def text_at(value: Any, *keys: str) -> str | None:
    """The text at ``keys``, or None."""
    found = under(value, *keys)
    return found if isinstance(found, str) else None


def identifier(value: Any) -> str | None:
    """``value`` as an identifier, where it can be one: text, or a whole number as text. None where it cannot."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    if not isinstance(value, str) or len(value) > LONGEST_FACT:
        return None
    try:
        return clean_id(value)
    except ValueError:
        return None


def label(value: Any) -> str:
    """A speaker or a channel as text: ``spk_0``, ``1`` for 1 and 1.0, and nothing where there is none."""
    if type(value) is int and 0 <= value < 100:
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return identifier(value) or ""


def camel_keys(value: Any) -> Any:
    """``value`` with its keys in camel case, as the JSON of a protocol buffer has them: client libraries dump the same
    objects with ``snake_case`` keys. Where a key stands in both ways, the one in camel case counts."""
    if isinstance(value, list):
        return [camel_keys(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    renamed = {_camel(key): camel_keys(each) for key, each in value.items() if _camel(key) != key}
    return renamed | {key: camel_keys(each) for key, each in value.items() if _camel(key) == key}


def _camel(key: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), key) if SNAKE.fullmatch(key) else key


def facts(**values: Any) -> dict[str, Any]:
    """Those of ``values`` that are there and can be kept beside a call: short texts, numbers, yes and no."""
    return {name: value for name, value in values.items() if _is_fact(value)}


def number(value: Any) -> float | None:
    """A finite number, also of text that writes one (``"12.34"``); None for anything else, true and false among it."""
    if type(value) is float and math.isfinite(value):  # nearly always, and there are many
        return value
    if isinstance(value, str):
        value = float(value) if PLAIN_NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def millis(value: Any) -> float | None:
    """Seconds of a number of milliseconds."""
    found = number(value)
    return None if found is None else found / 1000


def ticks(value: Any) -> float | None:
    """Seconds of a number of ticks of 100 nanoseconds, which comes as ``7600000`` and as ``7600000.0``."""
    found = number(value)
    return None if found is None else found / TICKS


def iso_duration(value: Any) -> float | None:
    """Seconds of an ISO 8601 duration of days and less: ``PT1M48.05S`` is 108.05."""
    found = ISO_DURATION.fullmatch(value) if isinstance(value, str) and len(value) < 60 else None
    if found is None or not any(found.groups()[1:]):
        return None
    sign, days, hours, minutes, seconds = found.groups()
    total = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
    return -total if sign else total


def proto_duration(value: Any) -> float | None:
    """Seconds of a protocol buffer's duration: ``"12.900s"``, or ``{"seconds": "12", "nanos": 900000000}`` as client
    libraries dump it."""
    if isinstance(value, str):
        return number(value[:-1]) if PROTO_DURATION.fullmatch(value) else None
    if not isinstance(value, Mapping) or not {"seconds", "nanos"} & value.keys():
        return None
    seconds, nanos = number(value.get("seconds", 0)), number(value.get("nanos", 0))
    return None if seconds is None or nanos is None else seconds + nanos / 1e9


def moment(value: Any, timezone: tzinfo = UTC) -> datetime | None:
    """The moment in UTC that a text writes, in ``timezone`` where it names none. None where it writes none."""
    if not isinstance(value, str):
        return None
    try:
        return instant(value.strip(), timezone)
    except ValueError:
        return None


def epoch(seconds: float | None) -> datetime | None:
    """The moment that many seconds after 1970, where a call can have been then."""
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and FIRST <= seconds < LAST else None


def file_stem(address: Any) -> str | None:
    """The name of the recording in its address, without folders, query and ending."""
    if not isinstance(address, str):
        return None
    name = re.split(r"[?#]", address, maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    return identifier(name.rsplit(".", 1)[0] if "." in name[1:] else name)


def _is_fact(value: Any) -> bool:
    if isinstance(value, str):
        try:
            return bool(clean_text(value)) and len(value) <= LONGEST_FACT
        except ValueError:
            return False
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < 2**53
    return isinstance(value, float) and math.isfinite(value)
