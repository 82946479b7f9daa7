"""A map that is proposed for a table that nobody has told us of, each column with how sure the guess is.

A proposal is for a person to look through. Nothing is imported by it: see ``ScoreMap.proposed``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """What is taken for what: ``name`` is the table's column (or a value of it), ``sure`` 0 to 1."""

    ours: str
    name: str
    sure: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A map for a table that nobody has told us of. ``sure`` is that of its least sure needed column."""

    file: str
    layout: str
    columns: tuple[Guess, ...]
    criteria: tuple[Guess, ...]
    scale: str | None
    decimal: str
    dates: str
    scales: tuple[tuple[str, str], ...] = ()
    comments: tuple[tuple[str, str], ...] = ()
    counted: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    example: str = ""

    @property
    def sure(self) -> float:
        return min([one.sure for one in self.columns if one.ours in ("call_id", "criterion", "score")], default=0.0)

    def written(self) -> str:
        """The proposal as TOML, to be looked through by a person."""
        lines = [
            f"# A proposal for {_one_line(self.file)}: look it through, mend it, then take out the next line.",
            "proposed = true",
            f'layout = "{self.layout}"  # {_LAYOUTS[self.layout]}',
            *([f"scale = {_quoted(self.scale)}  # {self.example}"] if self.scale else ['# scale = "0-100"']),
            *(['decimal = ","'] if self.decimal == "," else []),
            *([f"dates = {_quoted(self.dates)}"] if self.dates != "iso" else []),
            *self._counted(),
            "",
            "[columns]",
            *(f"{one.ours} = {_quoted(one.name)}  # {_sure(one.sure)}" for one in self.columns),
            "",
            "[criteria]",
            *(_criterion_line(one) for one in self.criteria),
            *(f'# {_quoted(name)} = ""  # nothing in the rubric is like it; "" leaves it out' for name in self.unlike),
            *_section("scales", self.scales),
            *_section("comments", self.comments),
        ]
        return "\n".join(lines) + "\n"

    def _counted(self) -> list[str]:
        """The words of the status column that mean an evaluation is finished, of those that were seen."""
        if not self.states:
            return []
        seen = ", ".join(map(_quoted, self.states[:12]))
        counted = ", ".join(map(_quoted, self.counted))
        return [f"counted = [{counted}]  # which of these mean that an evaluation is finished? seen: {seen}"]


def _section(name: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    return ["", f"[{name}]", *(f"{_quoted(one)} = {_quoted(other)}" for one, other in pairs)] if pairs else []


_LAYOUTS = {"wide": "a row an evaluation, a column a criterion", "long": "a row a score"}


def _criterion_line(guess: Guess) -> str:
    line = f"{_quoted(guess.name)} = {_quoted(guess.ours)}  # {_sure(guess.sure)}"
    return line if guess.sure >= 0.8 else f"# {line}; take the # away where it is right"


def _sure(sure: float) -> str:
    return "sure by its name" if sure >= 1 else f"{100 * sure:.0f} % alike"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
