"""What the terminal shows: tables, plans as text, findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from coaching.markdown import night_sentence
from coaching.showing import shown_text, visible
from coaching.wording import plain

if TYPE_CHECKING:
    from app.health import Finding
    from coaching.night_report import NightReport
    from coaching.plan import Plan

WIDE = 100
"""Columns from which a table is easier to read than a list."""


def print_night(report: NightReport) -> None:
    """The plans of a night as a table, and a sentence that sums it up."""
    console = Console()
    if report.plans:
        console.print(_plans_table(report.plans, "Plans", quotes=True))
    for note in report.order_notes:
        console.print(Text(f"Order: {visible(note.agent_name)}: {visible(note.sentence)}"))
    console.print(Text(night_sentence(report)))
    if report.note:
        console.print(Text(visible(report.note), style="dim"))


def print_plans(plans: Sequence[Plan]) -> None:
    """Plans as a table, with what is needed to decide on one."""
    console = Console()
    if plans:
        console.print(_plans_table(plans, "", quotes=False))
    else:
        console.print("No plans.")


def print_markdown(text: str) -> None:
    """A document, laid out where this is a terminal, else as it is."""
    console = Console()
    if console.is_terminal:
        console.print(Markdown(text))
    else:
        console.out(text, end="", highlight=False)


def print_findings(findings: Sequence[Finding]) -> None:
    """What `doctor` found, a line each."""
    console = Console()
    for finding in findings:
        sign, style = ("ok  ", "green") if finding.well else ("MISS", "red")
        console.print(Text(f"{sign} ", style=style) + Text(f"{finding.what}: {finding.said}"), soft_wrap=True)


def _plans_table(plans: Sequence[Plan], title: str, *, quotes: bool) -> Table:
    table = Table(title=title, title_justify="left", show_lines=quotes, expand=False)
    for name in ("Plan", "Agent", "Status", "Criterion"):
        table.add_column(name, overflow="fold")
    table.add_column("Score", justify="right", no_wrap=True)
    if quotes:
        table.add_column("Quote", overflow="fold", ratio=1)
    table.add_column("Follow-up", no_wrap=True)
    for plan in plans:
        for number, item in enumerate(plan.items):
            first = number == 0
            score = "-" if item.score is None else plain(item.score)
            cells = [
                plan.plan_id if first and not quotes else plan.plan_id[:8] if first else "",
                visible(plan.agent_name) if first else "",
                plan.status if first else "",
                visible(item.criterion_name) + (" (critical)" if item.critical else ""),
                f"{score} < {plain(item.threshold)}" if item.score is not None else score,
            ]
            if quotes:
                unsure = "" if item.evidence.sure or not item.evidence.quote else " (not sure)"
                cells.append((shown_text(item.evidence.quote, redacted=True) or "no quote") + unsure)
            cells.append(plan.follow_up_on.isoformat() if first else "")
            table.add_row(*[Text(cell) for cell in cells])
    return table
