"""Plans and nights as Markdown, and as rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coaching.answers import OUTCOME_WORDS
from coaching.due import due_facts
from coaching.night_report import NightReport
from coaching.overview import night_sentence
from coaching.plan import Plan, PlanItem
from coaching.showing import (
    Piece,
    ShownTurn,
    clock,
    shown_context,
    shown_reason,
    shown_text,
    shown_words,
    slice_digest,
    visible,
)
from coaching.wording import confidence_words, counted, long_date, plain
from models.evidence import Pick

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@$^]|:(?=//)|(?<=www)\.)")
"""What Markdown, with tables and bare links, would take for more than text."""
LINE_START = re.compile(r"^([-+=]|\d+(?=[.)]))")
SET_ASIDE_SHOWN = 50


def plan_markdown(plan: Plan, redacted: bool = True) -> str:
    """One plan, for a document or a terminal. What was said in a call is escaped: it is text, never markup."""
    provisional = " (provisional until approved)" if plan.undecided else ""
    lines = [
        f"# Coaching plan: {_text(plan.agent_name)}",
        "",
        f"Status: **{plan.status}** · follow-up scoring: **{long_date(plan.follow_up_on)}**{provisional}"
        f" · plan {_text(plan.plan_id)}",
    ]
    if plan.team or plan.supervisor_id:
        lines += ["", f"Team: {_text(plan.team or '-')} · supervisor: {_text(plan.supervisor_id or '-')}"]
    if plan.decided_by:
        reason = f": {_text(plan.reason)}" if plan.reason else ""
        lines += ["", f"Last decision by {_text(plan.decided_by)}{reason}"]
    for item in plan.items:
        lines += ["", *_item_lines(item, redacted)]
    return "\n".join(lines) + "\n"


def night_markdown(report: NightReport, redacted: bool = True) -> str:
    """A night in words, with a warning where records were set aside."""
    lines = [f"# {_text(report.program)}, {long_date(report.as_of)}", "", _text(night_sentence(report))]
    if report.note:
        lines += ["", _text(report.note)]
    lines += [*_set_aside_lines(report, redacted), *_plan_table(report)]
    if report.order_notes:
        lines += ["", "Where the order would be wrong:", ""]
        lines += [f"- {_text(note.agent_name)}: {_text(note.sentence)}" for note in report.order_notes]
    if report.not_planned:
        lines += ["", "Not planned:", ""]
        lines += [f"- {counted(count, 'failure')}: {_text(why)}" for why, count in sorted(report.not_planned.items())]
    return "\n".join(lines) + "\n"


def night_rows(report: NightReport, redacted: bool = True) -> list[dict[str, str]]:
    """A row for each item, in the order of the plans: for a table."""
    return [
        {
            "agent": visible(plan.agent_name),
            "status": plan.status,
            "criterion": visible(item.headline),
            "call": visible(item.call_id),
            "date": item.call_date.isoformat(),
            "quote": shown_words(item, item.evidence.quote, redacted),
            "sure": "yes" if item.evidence.sure else "no",
            "follow-up": plan.follow_up_on.isoformat(),
            "plan": plan.plan_id,
        }
        for plan in report.plans
        for item in plan.items
    ]


def _set_aside_lines(report: NightReport, redacted: bool) -> Iterator[str]:
    if not report.set_aside:
        return
    yield from ["", f"**Warning: {counted(len(report.set_aside), 'record')} set aside.**", ""]
    for record in report.set_aside[:SET_ASIDE_SHOWN]:
        shown = record.model_copy(update={"reason": shown_reason(record.reason, redacted)})
        yield f"- {_text(str(shown))}"
    if len(report.set_aside) > SET_ASIDE_SHOWN:
        yield f"- and {counted(len(report.set_aside) - SET_ASIDE_SHOWN, 'more', 'more')}"


def _plan_table(report: NightReport) -> Iterator[str]:
    if report.plans:
        yield from ["", "| agent | plan | criterion | follow-up |", "|---|---|---|---|"]
    for plan in report.plans:
        for item in plan.items:
            cells = [_text(plan.agent_name), plan.status, _text(item.headline), plan.follow_up_on.isoformat()]
            yield f"| {' | '.join(cells)} |"


def _item_lines(item: PlanItem, redacted: bool) -> Iterator[str]:
    critical = " · critical" if item.critical else ""
    yield from [f"## {_text(item.headline)}{critical}", "", _where(item), ""]
    if item.because:
        yield from [f"Cycle {item.cycle}, after: {_text(item.because)}", ""]
    yield from _evidence_lines(item, redacted)
    if item.disputed:
        outcome = item.disputed.outcome
        came = OUTCOME_WORDS[outcome] if outcome else "Another reviewer decides."
        yield from [
            f"**Disputed by the agent:** {_text(shown_text(item.disputed.reason, redacted))} ({_text(came)})",
            "",
        ]
    yield from [f"**Expected:** {_text(item.expected_behavior)}", ""]
    yield from [f"**Practice:** {_text(item.practice.sentence)}"]
    if item.practice.scenario:
        yield from ["", f"Scenario: {_text(item.practice.scenario)}"]
    if item.practice.opening_lines:
        spoken = " / ".join(f"“{_text(shown_words(item, line, redacted))}”" for line in item.practice.opening_lines)
        yield from ["", f"The customer begins: {spoken}"]
    if item.further:
        yield from ["", f"Further evidence: {', '.join(_further(item))}"]


def _evidence_lines(item: PlanItem, redacted: bool) -> Iterator[str]:
    pick = item.evidence
    if pick.status == "none":
        yield from [f"_No quote: {_text(shown_text(pick.why, redacted))}_", ""]
        return
    yield from [f"**Quote:** “{_text(shown_words(item, pick.quote, redacted))}”", ""]
    yield "\n>\n".join(_said(turn) for turn in shown_context(item, redacted))
    why = _text(shown_text(pick.why, redacted))
    judged = _text(item.judged.words) if item.judged else confidence_words(pick.confidence, pick.sure)
    yield from ["", f"{judged}. {why}", ""]
    yield from _due_lines(pick, redacted)
    stands = f"Stands in turn {pick.turn}, characters {pick.start} to {pick.end}, sha256 `{slice_digest(item)}`"
    yield from [stands, ""]


def _due_lines(pick: Pick, redacted: bool) -> Iterator[str]:
    """Whether and when the behaviour was due, as a list."""
    facts = due_facts(pick, redacted)
    for fact in facts:
        said = f"“{_text(fact.quote)}” ({_text(fact.words)})" if fact.quote else _text(fact.words)
        yield f"- {_text(fact.label)}: {said}"
    if facts:
        yield ""


def _said(turn: ShownTurn) -> str:
    time = f" {turn.clock}" if turn.clock else ""
    cue = " (cue)" if turn.has("cue") else ""
    words = "".join(_piece(piece) for piece in turn.pieces).strip()
    return f"> {turn.speaker}{time}{cue}: {words}{' …' if turn.apart else ''}"


def _where(item: PlanItem) -> str:
    where = f"Call {_text(item.call_id)}, {long_date(item.call_date)}"
    where += f", {_text(item.call_type_name)}" if item.call_type_name else ""
    time = clock(item.evidence.start_s)
    where += f", at {time}" if time else ""
    return f"{where} · rubric {_text(item.rubric_id)} version {item.rubric_version}"


def _further(item: PlanItem) -> Iterator[str]:
    for one in item.further:
        score = "no score" if one.score is None else plain(one.score)
        yield f"{_text(one.call_id)} ({one.call_date.isoformat()}, {score})"


def _piece(piece: Piece) -> str:
    """A piece of a turn with the spaces around it; the quote is bold."""
    words = _text(piece.text)
    before = " " if piece.text[:1].isspace() else ""
    after = " " if piece.text[-1:].isspace() else ""
    return f"{before}**{words}**{after}" if piece.mark == "quote" else f"{before}{words}{after}"


def _text(words: str) -> str:
    """Words that Markdown takes as they are: on one line, every character to be seen, no sign of its own."""
    line = SPECIAL.sub(r"\\\1", " ".join(visible(words).split()))
    return LINE_START.sub(_escaped_start, line)


def _escaped_start(found: re.Match[str]) -> str:
    start = found[0]
    return f"{start}\\" if start.isdigit() else f"\\{start}"
