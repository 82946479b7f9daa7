"""What an import found of scores, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coaching.showing import shown_reason, shown_text, visible

if TYPE_CHECKING:
    from operations.score_account import ScoreTally
    from rubric.score import Score

MOST_REASONS = 12
MOST_TAKEN = 30
MOST_STRANGERS = 5


def print_scores(tally: ScoreTally, *, would: bool = False) -> None:
    """What was recognised of scores, what does not count, and what was or would be set aside.

    A preview shows the first ten besides, and which question was taken for which criterion.
    """
    console = Console()
    console.print(_recognised(tally))
    if would and tally.shown:
        console.print(_scores(tally.shown, tally.kept))
    if would and tally.taken_for:
        console.print(_taken_for(tally))
    if tally.left_out:
        console.print(_left_out(tally, would))
    if tally.set_aside:
        console.print(_set_aside(tally, would))
    for note in _notes(tally):
        console.print(Text(f"Note: {visible(note)}"))


def sum_up_scores(tally: ScoreTally, where: Path | None = None, *, would: bool = False) -> str:
    """One line on the scores of an import."""
    counts = [
        (tally.repeated, "known already" if where is None and not would else "repeated"),
        (tally.corrected, "made anew by a changed map"),
        (tally.not_asked, "emptied, as a newer version of the evaluation does not ask them"),
        (tally.left_out.total(), "left out"),
        (tally.lost, "set aside"),
        (tally.auto_failed, "failed a whole evaluation by themselves"),
    ]
    more = "".join(f", {count:,} {what}" for count, what in counts if count)
    if would:
        so_far = " so far (there are more)" if tally.more else ""
        return f"Would import{so_far}: {tally.kept:,} scores of {len(tally.calls):,} calls{more}. Nothing was written."
    return f"{tally.read:,} scores read: {tally.added:,} new{f' in {where}' if where else ''}{more}"


def _recognised(tally: ScoreTally) -> Table:
    table = Table(title="Scores", title_justify="left", expand=True)
    table.add_column("Format", ratio=1)
    table.add_column("Scores", justify="right", no_wrap=True)
    for name, times in tally.recognised.most_common():
        table.add_row(name, f"{times:,}")
    if tally.proposals:
        table.add_row("a table that nobody has said the columns of", f"{len(tally.proposals):,}")
    return table


def _scores(scores: list[Score], kept: int) -> Table:
    title = "What they come to" if kept <= len(scores) else f"The first {len(scores)} of {kept:,}"
    table = Table(title=title, title_justify="left", expand=True)
    for name, ratio in (("Call", 3), ("Criterion", 2), ("Score", 1), ("Agent", 2), ("Scored", 2), ("Comment", 4)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for score in scores:
        table.add_row(*(Text(cell) for cell in _row(score)))
    return table


def _row(score: Score) -> tuple[str, ...]:
    comment = " ".join(shown_text(score.comment or "", redacted=True).split())
    return (
        visible(score.call_id),
        visible(score.criterion_id),
        "n/a" if score.score is None else f"{score.score:g}",
        visible(score.agent_id or "the call's"),
        f"{score.scored_at.astimezone(UTC):%Y-%m-%d %H:%MZ}" if score.scored_at else "not given",
        comment if len(comment) <= 60 else comment[:59] + "…",
    )


def _taken_for(tally: ScoreTally) -> Table:
    table = Table(title="Which question is which criterion", title_justify="left", expand=True)
    for name in ("Form", "Question or column", "Criterion"):
        table.add_column(name, overflow="fold", ratio=1)
    for (form, question), criterion in list(tally.taken_for.items())[:MOST_TAKEN]:
        table.add_row(*(Text(visible(cell)) for cell in (form, question, criterion)))
    return table


def _left_out(tally: ScoreTally, would: bool) -> Table:
    title = "Would be left out, and nothing is wrong with it" if would else "Left out, and nothing is wrong with it"
    return _counted(title, [(times, reason) for reason, times in tally.left_out.most_common()])


def _set_aside(tally: ScoreTally, would: bool) -> Table:
    reasons = [(times, place) for _, times, place in tally.reasons()]
    return _counted("Would be set aside" if would else "Set aside", reasons)


def _counted(title: str, reasons: list[tuple[int, str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for times, reason in reasons[:MOST_REASONS]:
        table.add_row(f"{times:,}", Text(shown_reason(reason, redacted=True)))
    if len(reasons) > MOST_REASONS:
        table.add_row("", f"and {len(reasons) - MOST_REASONS} more kinds of reason")
    return table


def _notes(tally: ScoreTally) -> Iterator[str]:
    yield from tally.notes
    if tally.strangers:
        named = ", ".join(name for name, _ in tally.strangers.most_common(MOST_STRANGERS))
        more = f" and {len(tally.strangers) - MOST_STRANGERS} more" if len(tally.strangers) > MOST_STRANGERS else ""
        yield f"not in the agents' file, and scored all the same: {named}{more}"
