"""What an import found, as tables for a terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coaching.showing import shown_text, visible
from nlp.readers.hearing import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.call import Call
    from operations.import_account import Tally
    from operations.import_transcripts import ImportReport, Preview

WORDS = 60
"""Characters of what an agent says first that are shown: enough to see that it is the agent."""

MOST_REASONS = 12
MOST_SWAPPED = 10
QUOTED_WORDS = re.compile(r"(['\"])(?=[^'\"]*\s)(?:(?!\1)[^\\]|\\.)*\1")


def print_languages(tally: Tally) -> None:
    """The calls that are in a language that no model here reads, where there are any."""
    if told := tally.languages_told():
        Console().print(Text(f"Languages: {told}."))


def print_preview(preview: Preview, map_path: Path) -> None:
    """What was recognised, the first calls, what would be set aside, and the map that would be written."""
    console = Console()
    tally = preview.tally
    console.print(_recognised(tally))
    if preview.calls:
        console.print(_calls(preview.calls, tally.kept))
    print_reasons(tally, would=True)
    print_swapped(tally)
    print_languages(tally)
    if preview.mapping:
        console.print(Text(f"Map ({visible(str(map_path))}):", style="bold"))
        console.out(preview.mapping, end="", highlight=False)
    console.print(Text(_would(tally)))


def print_reasons(tally: Tally, *, would: bool = False) -> None:
    """Why records were set aside, the most frequent reasons first, each with a place."""
    reasons = tally.reasons()
    if not reasons:
        return
    title = "Would be set aside" if would else "Set aside"
    table = Table(title=title, title_justify="left", show_header=False, expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for _, times, place in reasons[:MOST_REASONS]:
        table.add_row(f"{times:,}", Text(_told(place)))
    if len(reasons) > MOST_REASONS:
        table.add_row("", f"and {len(reasons) - MOST_REASONS} more kinds of reason")
    Console().print(table)


def print_swapped(tally: Tally) -> None:
    """The calls whose speakers look swapped, with what a person has to see to tell."""
    swapped = tally.swapped
    if not swapped:
        return
    title = "Speakers look swapped: held back until somebody has looked"
    table = Table(title=title, title_justify="left", expand=True)
    for name, ratio in (("Call", 3), ("Sure", None), ("Called the agent", 6), ("Called the customer", 6)):
        table.add_column(name, overflow="fold", ratio=ratio, no_wrap=ratio is None)
    for one in swapped[:MOST_SWAPPED]:
        cells = (visible(one.call_id), percent(one.chance), _first(one.agent), _first(one.customer))
        table.add_row(*(Text(cell) for cell in cells))
    if len(swapped) > MOST_SWAPPED:
        table.add_row(f"and {len(swapped) - MOST_SWAPPED:,} more", "", "", "")
    Console().print(table)


def sum_up(report: ImportReport, out: Path | None) -> str:
    """One line on what an import did."""
    tally = report.tally
    known = f", {report.known:,} known already" if report.known else ""
    again = f", {tally.repeated:,} repeated" if tally.repeated else ""
    heard = f"; in {tally.heard:,} who is who was told by their talk" if tally.heard else ""
    lost = f"; {tally.lost_turns:,} turns could not be kept" if tally.lost_turns else ""
    where = f" in {out}" if out is not None else ""
    return f"{tally.read:,} read: {report.added:,} new calls{where}{known}{again}; {tally.turns:,} turns{lost}{heard}"


def _recognised(tally: Tally) -> Table:
    table = Table(title="Recognised", title_justify="left", expand=True)
    table.add_column("Format", no_wrap=True)
    table.add_column("Calls", justify="right", no_wrap=True)
    table.add_column("By its content", overflow="fold", ratio=1)
    for name, times in tally.recognised.most_common():
        table.add_row(name, f"{times:,}", Text(_told(tally.seen[name])))
    if not tally.recognised:
        table.add_row("nothing", "0", "")
    return table


def _calls(calls: tuple[Call, ...], kept: int) -> Table:
    title = "Calls" if kept <= len(calls) else f"The first {len(calls)} of {kept:,} calls"
    table = Table(title=title, title_justify="left", expand=True)
    for name, ratio in (("Call", 3), ("Agent", 2), ("Started", 2), ("Turns", 4), ("The agent's first words", 6)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for call in calls:
        table.add_row(*(Text(cell) for cell in _row(call)))
    return table


def _row(call: Call) -> tuple[str, ...]:
    sides = [turn.speaker for turn in call.turns]
    first = next((turn.text for turn in call.turns if turn.speaker == "agent" and turn.text.strip()), "")
    return (
        visible(call.call_id),
        visible(call.agent_id or "not given"),
        call.started_at.isoformat(" ", "minutes") if call.started_at else "not given",
        f"{sides.count('agent')} agent, {sides.count('customer')} customer{_machine(sides)}{_by_talk(call)}",
        _first(first),
    )


def _first(text: str) -> str:
    words = " ".join(_shown(text).split())
    return words if len(words) <= WORDS else words[: WORDS - 1] + "…"


def _machine(sides: Sequence[str]) -> str:
    return f", {sides.count('system')} system" if "system" in sides else ""


def _by_talk(call: Call) -> str:
    """How sure it is who is who, where it was told by how people talk."""
    heard = call.metadata.get("speakers_heard")
    sure = heard.get("sure") if isinstance(heard, dict) else None
    return f"; by talk, {percent(sure)}" if isinstance(sure, float) else ""


def _shown(text: str) -> str:
    """Text that may hold words of a call, with what is private masked."""
    return shown_text(text, redacted=True)


def _told(reason: str) -> str:
    """A reason, in which words of a call stand in quotation marks; identifiers and names of files stay as they are."""
    return visible(QUOTED_WORDS.sub(lambda said: _shown(said[0]), reason))


def _would(tally: Tally) -> str:
    more = " so far (there are more)" if tally.more else ""
    again = f", {tally.repeated:,} repeated" if tally.repeated else ""
    aside = f", {len(tally.set_aside):,} records set aside" if tally.set_aside else ""
    heard = f"; in {tally.heard:,} who is who is told by their talk" if tally.heard else ""
    calls = f"{tally.kept:,} calls with {tally.turns:,} turns{heard}{again}{aside}"
    return f"Would import{more}: {calls}. Nothing was written."
