"""Times as captions and chats write them, in seconds."""

from __future__ import annotations

import re

CLOCK = re.compile(r"(-)?(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,9})?)", re.ASCII)


def seconds_of(text: str) -> float | None:
    """Seconds of ``01:02:03.500``, ``0:0:5.320``, ``02:03`` or ``-00:00:01,5``; None where it is no such time."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    sign, hours, minutes, seconds = found.groups()
    total = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
    return round(-total if sign else total, 6)
