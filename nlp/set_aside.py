"""Every record is accounted for: read = kept + set aside, and what is set aside keeps file, line and reason."""

from __future__ import annotations

from nlp.noun import Noun


class SetAside(Noun):
    """A record that could not be used. ``line`` counts from 1; None where the whole file is meant.

    ``record`` is the record as it stood, shortened to 2,000 characters.
    """

    file: str
    line: int | None
    reason: str
    record: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.reason}"
