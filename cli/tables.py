"""What the terminal shows: tables, plans as text, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from coaching.overview import night_sentence
from coaching.showing import shown_text, visible
from coaching.wording import plain

if TYPE_CHECKING:
    from app.health import Finding
    from coaching.night_report import NightReport
    from coaching.plan import Plan, PlanItem


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


def print_rows(rows: Sequence[Mapping[str, str]], title: str, *, empty: str = "") -> None:
    """Rows of words as a table; ``empty`` is said where there is none."""
    console = Console()
    if not rows:
        if empty:
            console.print(Text(empty))
        return
    names = list(rows[0])
    table = Table(title=title or None, title_justify="left")
    for name in names:
        table.add_column(name.capitalize(), overflow="fold")
    for row in rows:
        table.add_row(*[Text(row[name]) for name in names])
    console.print(table)


def print_cycles(rows: Sequence[Mapping[str, str]], title: str = "", *, empty: str = "") -> None:
    """The accountability table, with what belongs together in one cell: twelve columns fit no terminal."""
    folded = [
        {
            "agent": "\n".join(
                [row["agent"], row["criterion"], f"cycle {row['cycle']}, {row['scored on']}", row["plan"]]
            ),
            "before, after": f"{row['before']}\n{row['after']}\n{row['delta']}",
            "practice": row["practice"],
            "verdict": row["verdict"],
            "action": f"{row['action']}\ndecided by {row['decided by']}",
        }
        for row in rows
    ]
    print_rows(folded, title, empty=empty)


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
    table = Table(title=title, title_justify="left", expand=quotes)
    table.add_column("Agent", overflow="fold", ratio=3 if quotes else None)
    table.add_column("Scored under the threshold", overflow="fold", ratio=4 if quotes else None)
    if quotes:
        table.add_column("In the agent's words", overflow="fold", ratio=7)
    else:
        table.add_column("Plan", no_wrap=True)
    for plan in plans:
        whose = f"{visible(plan.agent_name)}\n{plan.status}, {plan.follow_up_on.isoformat()}"
        for number, item in enumerate(plan.items):
            last = number == len(plan.items) - 1
            cells = [whose if number == 0 else "", _failure(item)]
            cells.append(_quote(item) if quotes else plan.plan_id if number == 0 else "")
            table.add_row(*[Text(cell) for cell in cells], end_section=last)
    return table


def _failure(item: PlanItem) -> str:
    score = "flagged" if item.score is None else f"{plain(item.score)} < {plain(item.threshold)}"
    critical = ", critical" if item.critical else ""
    return f"{visible(item.criterion_name)}\n{score}{critical}"


def _quote(item: PlanItem) -> str:
    if not item.evidence.quote:
        return "(nothing that was said shows it)"
    unsure = "" if item.evidence.sure else " (not sure)"
    return f"“{shown_text(item.evidence.quote, redacted=True)}”{unsure}"
