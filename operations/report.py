"""The night's report: gathered from what was found, written as one page and a document for each plan."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from coaching.across import AcrossCycles
from coaching.bottom_quartile import ClockLine
from coaching.covering import covered
from coaching.follow_up import CycleAccount
from coaching.markdown import plan_markdown
from coaching.night_report import NightReport, OrderNote, WaitingLine
from coaching.page import report_html
from coaching.plan import Waiting
from nlp.set_aside import SetAside
from operations.ingest import IngestReport
from operations.plan import PlanReport
from operations.selected import Selected
from rubric.priority import misplaced
from rubric.rubric import Rubric
from store import agents, evidence, movements
from store.session import Store

DRAFT = re.compile(r"\.(\d{4}-\d\d-\d\d\.html|p-[0-9a-z]+\.md)\.\d+")
"""What a file is called while it is written: its own name with a dot in front, and the number of the process."""

CALLS_AT_ONCE = 500

FOLLOWED_DAYS = 7
"""How many days of follow-ups a night's report shows."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the steps of a night gave."""

    as_of: date
    selection: Selected
    ingest: IngestReport
    drafted: PlanReport
    set_aside: tuple[SetAside, ...]
    clock: tuple[ClockLine, ...] = ()


def make_report(
    program: str,
    store: Store,
    rubric: Rubric,
    findings: Findings,
    model_version: str,
    across: AcrossCycles | None,
    doubled: float = 0.0,
) -> NightReport:
    """Gather the report of a night. Nothing in it depends on the clock or on the run.

    ``across``: the section over all cycles, of the same day.
    ``doubled`` is the share of items that two people judge unseen: of those that wait for them no pick is told.
    """
    failures = findings.selection.failures
    with store.read() as session:
        names = {agent.agent_id: agent.name for agent in agents.list_agents(session)}
        found, sure = _count_found(session, findings.selection, rubric.id, model_version)
    return NightReport(
        program=program,
        as_of=findings.as_of,
        rubric_title=rubric.title,
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        scale_min=rubric.scale.min,
        scale_max=rubric.scale.max,
        model_version=model_version,
        note=findings.selection.note,
        read=findings.ingest.read,
        kept=findings.ingest.kept,
        failures=len(failures),
        found=found,
        sure=sure,
        plans=tuple(covered(plan, doubled) for plan in findings.drafted.plans),
        waiting=tuple(_line(one, names, rubric) for one in findings.drafted.waiting),
        order_notes=tuple(_order_notes(findings.drafted, names)),
        not_planned=findings.drafted.not_planned,
        set_aside=findings.set_aside,
        clock=findings.clock,
        followed=tuple(_followed(store, findings.as_of)),
        across=across,
    )


def write_report(report: NightReport, folder: Path, *, redact: bool) -> Path:
    """Write ``DATE.html`` and, in ``DATE/``, each plan as Markdown; the page's path. Each file whole or not at all."""
    plans = folder / report.as_of.isoformat()
    plans.mkdir(parents=True, exist_ok=True)
    expected = {f"{plan.plan_id}.md" for plan in report.plans}
    for path in plans.glob("p-*.md"):
        if path.name not in expected:
            path.unlink()
    _clear_drafts(folder, plans)
    for plan in report.plans:
        _write(plans / f"{plan.plan_id}.md", plan_markdown(plan, redact))
    page = folder / f"{report.as_of.isoformat()}.html"
    _write(page, report_html(report, redacted=redact))
    return page


def _count_found(session: Session, selection: Selected, rubric_id: str, model_version: str) -> tuple[int, int]:
    """Of how many failures words were found, and of how many they are sure."""
    found = sure = 0
    for failures in selection.failures.chunks(CALLS_AT_ONCE):
        picks = evidence.picks_of(session, [one.call_id for one in failures], rubric_id, model_version)
        wanted = [picks[key] for one in failures if (key := (*one.key, one.rubric_version)) in picks]
        found += sum(pick.status == "found" for pick in wanted)
        sure += sum(pick.sure for pick in wanted)
    return found, sure


def _followed(store: Store, as_of: date) -> Iterable[CycleAccount]:
    """The follow-ups scored in the week to ``as_of``, and the older ones on which nobody has decided."""
    week = as_of - timedelta(days=FOLLOWED_DAYS)
    with store.read() as session:
        recent = movements.list_cycles(session, since=week + timedelta(days=1))
        asking = movements.cycles_that_ask(session)
    yield from (one for one in asking if one.cycle.scored_on <= week)
    yield from (one for one in recent if one.cycle.scored_on <= as_of)


def _line(waiting: Waiting, names: dict[str, str], rubric: Rubric) -> WaitingLine:
    known = rubric.has(waiting.criterion_id)
    title = rubric.criterion(waiting.criterion_id).title if known else waiting.criterion_id
    return WaitingLine(agent_name=names.get(waiting.agent_id, waiting.agent_id), criterion_name=title, waiting=waiting)


def _order_notes(drafted: PlanReport, names: dict[str, str]) -> Iterable[OrderNote]:
    line: dict[str, list[Waiting]] = defaultdict(list)
    for one in drafted.waiting:
        line[one.agent_id].append(one)
    for plan in drafted.plans:
        for wrong in misplaced(plan.items, line.get(plan.agent_id, ())):
            yield OrderNote(agent_name=names.get(plan.agent_id, plan.agent_id), sentence=wrong.sentence)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _clear_drafts(*folders: Path) -> None:
    """Remove what killed writers have left half written: one night writes at a time."""
    for folder in folders:
        for path in folder.glob(".*"):
            if DRAFT.fullmatch(path.name) and path.is_file():
                path.unlink(missing_ok=True)
