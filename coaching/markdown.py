"""Plans and nights as Markdown, and as rows of a table."""

from __future__ import annotations

import re

from coaching.night_report import NightReport
from coaching.plan import Plan, PlanItem
from coaching.showing import clock, shown_context, shown_text
from coaching.wording import confidence_words, counted, long_date, plain

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def plan_markdown(plan: Plan, redacted: bool = True) -> str:
    """One plan, for a document or a terminal. What was said in a call is escaped: it is text, never markup."""
    lines = [
        f"# Coaching plan: {_text(plan.agent_name)}",
        "",
        f"Status: **{plan.status}** · follow-up scoring: **{long_date(plan.follow_up_on)}**"
        + (" (provisional until approved)" if plan.status != "approved" else "")
        + f" · plan {plan.plan_id}",
    ]
    if plan.team or plan.supervisor_id:
        lines.append(f"Team: {_text(plan.team or '-')} · supervisor: {_text(plan.supervisor_id or '-')}")
    if plan.decided_by:
        reason = f": {_text(plan.reason)}" if plan.reason else ""
        lines.append(f"Last decision by {_text(plan.decided_by)}{reason}")
    for item in plan.items:
        lines += ["", *_item_lines(item, redacted)]
    return "\n".join(lines) + "\n"


def night_markdown(report: NightReport) -> str:
    """A night in words, with a warning where records were set aside."""
    lines = [f"# {_text(report.program)}, {long_date(report.as_of)}", "", _text(night_sentence(report))]
    if report.note:
        lines += ["", _text(report.note)]
    if report.set_aside:
        lines += ["", f"**Warning: {counted(len(report.set_aside), 'record')} set aside.**", ""]
        lines += [f"- {_text(str(record))}" for record in report.set_aside[:50]]
    if report.plans:
        lines += ["", "| agent | plan | criterion | follow-up |", "|---|---|---|---|"]
        lines += [
            f"| {_text(plan.agent_name)} | {plan.status} | {_text(item.headline)} | {plan.follow_up_on.isoformat()} |"
            for plan in report.plans
            for item in plan.items
        ]
    lines += [f"\n- {_text(note.agent_name)}: {_text(note.sentence)}" for note in report.order_notes]
    return "\n".join(lines) + "\n"


def night_sentence(report: NightReport) -> str:
    """What the night found, in one or two sentences."""
    quotes = f"{report.found:,} of them with a quote" if report.found != report.failures else "each with a quote"
    found = f"{counted(report.failures, 'failure')}, {quotes}" if report.failures else "No failures"
    waiting = f"; {counted(len(report.waiting), 'criterion', 'criteria')} wait their turn" if report.waiting else ""
    drafts = f"{counted(report.drafts, 'draft plan')} to decide on"
    return f"{found}. {drafts}{waiting}."


def night_rows(report: NightReport) -> list[dict[str, str]]:
    """A row for each item, in the order of the plans: for a table."""
    return [
        {
            "agent": plan.agent_name,
            "status": plan.status,
            "criterion": item.headline,
            "call": item.call_id,
            "date": item.call_date.isoformat(),
            "quote": shown_text(item.evidence.quote, redacted=True),
            "sure": "yes" if item.evidence.sure else "no",
            "follow-up": plan.follow_up_on.isoformat(),
            "plan": plan.plan_id,
        }
        for plan in report.plans
        for item in plan.items
    ]


def _item_lines(item: PlanItem, redacted: bool) -> list[str]:
    pick = item.evidence
    critical = " · critical" if item.critical else ""
    where = f"Call {_text(item.call_id)}, {long_date(item.call_date)}"
    where += f", {_text(item.call_type_name)}" if item.call_type_name else ""
    where += f", at {clock(pick.start_s)}" if pick.start_s is not None else ""
    lines = [f"## {_text(item.headline)}{critical}", "", where, ""]
    if pick.status == "none":
        lines += [f"_No quote: {_text(pick.why)}_", ""]
    for turn in shown_context(item, redacted):
        words = "".join(f"**{_text(p.text)}**" if p.mark == "quote" else _text(p.text) for p in turn.pieces)
        lines += [f"> {turn.speaker}: {words}", ">"]
    if pick.status == "found":
        lines += ["", f"{confidence_words(pick.confidence, pick.sure)}. {_text(pick.why)}", ""]
    lines += [
        f"**Expected:** {_text(item.expected_behavior)}",
        "",
        f"**Practice:** {_text(item.practice.sentence)}",
    ]
    if item.practice.scenario:
        lines += ["", f"Scenario: {_text(item.practice.scenario)}."]
    if item.practice.opening_lines:
        spoken = " / ".join(_text(shown_text(line, redacted)) for line in item.practice.opening_lines)
        lines += ["", f"The customer begins: {spoken}"]
    if item.further:
        others = ", ".join(
            f"{_text(one.call_id)} ({one.call_date.isoformat()}, "
            f"{'no score' if one.score is None else plain(one.score)})"
            for one in item.further
        )
        lines += ["", f"Further evidence: {others}"]
    return lines


def _text(words: str) -> str:
    """Words that Markdown takes as they are: on one line, and no sign of its own."""
    return LINE_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", " ".join(words.split())))
