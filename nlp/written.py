"""What people and programs write in a field, as a value. Each refuses, in words, what it would have to guess."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
NOTHING = {"na", "n/a", "n.a.", "nan", "null", "none", "nil", "-", "--", "?", "not applicable"}
YES = {"true", "yes", "1"}
NO = {"false", "no", "0"}


def number(value: Any) -> Any:
    """The number that a text writes; anything but a text as it is. Raises ValueError."""
    if not isinstance(value, str):
        return value
    if NUMBER.fullmatch(value):
        return float(value)
    raise ValueError(f"{value!r} is no number; {_number_hint(value)}")


def whole_number(value: Any) -> Any:
    """The whole number that a text or a float like 2.0 writes; anything else as it is. Raises ValueError."""
    if isinstance(value, str):
        if not WHOLE.fullmatch(value):
            raise ValueError(f"{value!r} is no whole number")
        return int(value.split(".")[0])
    return int(value) if isinstance(value, float) and value.is_integer() else value


def yes_or_no(value: Any) -> Any:
    """True or False for true, yes, 1 or false, no, 0 in any case; anything but a text as it is. Raises ValueError."""
    if not isinstance(value, str):
        return value
    word = value.casefold()
    if word not in YES | NO:
        raise ValueError(f"{value!r} is neither yes nor no; write true or false")
    return word in YES


def instant(value: Any, timezone: tzinfo) -> datetime:
    """A time in UTC: of ISO 8601 text, of a time, or of a date, which means its midnight.

    What names no offset is taken in ``timezone``; of a time that a clock shows twice, the first is meant.
    Raises ValueError for anything else, numbers among it: nobody can tell seconds from milliseconds or days.
    """
    if isinstance(value, str):
        value = _from_iso(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise ValueError(f"{value!r} is no date or time; {ISO_HINT}")
    try:
        return (value if value.tzinfo is not None else value.replace(tzinfo=timezone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value.isoformat()!r} is outside the years 1 to 9999") from None


ISO_HINT = "write 2026-11-02 or 2026-11-02T14:03:00-05:00"


def _from_iso(text: str) -> datetime:
    if not ISO_DATE.match(text):
        raise ValueError(f"{text[:40]!r} is no date or time; {ISO_HINT}")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no date or time; {ISO_HINT}") from None


def _number_hint(text: str) -> str:
    if text.casefold() in NOTHING:
        return "leave the field empty where the criterion does not apply"
    if DECIMAL_COMMA.fullmatch(text):
        return f"write {text.replace(',', '.')} with a point"
    if text.endswith("%") and NUMBER.fullmatch(text[:-1].strip()):
        return f"write {text[:-1].strip()} without the percent sign"
    return "write digits, with a point for decimals"
