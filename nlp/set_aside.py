"""Every record is accounted for: read = kept + set aside, and what is set aside keeps file, line and reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from nlp.noun import Noun

LONGEST_RECORD = 2000


def _shown(value: str) -> str:
    """``value`` with what no page, terminal or database can carry replaced: it was set aside for that perhaps."""
    sound = value.replace("\x00", "\ufffd")
    return sound if sound.isascii() else sound.encode("utf-8", "replace").decode("utf-8")


def _one_line(value: str) -> str:
    """As ``_shown``, with control characters written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in _shown(value))


Line = Annotated[str, AfterValidator(_one_line)]


class SetAside(Noun):
    """A record that could not be used. ``line`` counts from 1; None where the whole file is meant.

    ``record`` is the record as it stood, shortened to 2,000 characters. What cannot be shown or stored in it (NUL,
    bytes that are no text) is replaced, and ``file`` and ``reason`` are one line each.
    """

    file: Line
    line: int | None
    reason: Line
    record: Annotated[str, AfterValidator(lambda value: _shown(value[:LONGEST_RECORD]))] = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.reason}"


class Repeated(SetAside):
    """A record that says again what an earlier one said. It is counted, and nothing is wrong with it."""
