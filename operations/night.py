"""A night, step by step: take up the inputs, find evidence chunk by chunk, draft plans, write the report.

Each step keeps what it has done in the store, so that a night that is cut short is taken up where it was, and a night
that is run twice changes nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from coaching.assemble import PlanRules, Setting
from coaching.movement import MovementRules
from coaching.night_report import NightReport
from models.evidence import Pick
from nlp.call import Call
from nlp.errors import VerbatimError
from nlp.set_aside import SetAside
from nlp.spoken_language import why_unread
from operations.across import gather, section_of
from operations.bottom_quartile import wind_clock
from operations.comparing_machine import MachineScores
from operations.dashboard import refresh as refresh_dashboard
from operations.follow_up import FollowUpWork
from operations.follow_up_run import take_up_missed
from operations.ingest import IngestReport, Inputs, ingest
from operations.locate import Finder, find_evidence, prepared
from operations.night_lease import alone_at_night
from operations.plan import draft_plans
from operations.progress import Progress, silent
from operations.report import Findings, make_report, write_report
from operations.select import TriggerRules, select
from operations.selected import Chunks, Selected, SelectedFailures
from operations.spans import span
from rubric.failure import Failure
from rubric.rubric import Rubric
from rubric.score import Score
from store import calls, evidence, rubrics, runs, set_aside
from store.evidence import FoundBy
from store.runs import MadeWith
from store.session import Store

log = logging.getLogger(__name__)

CALLS_LOOKED_UP = 500

TypeGuesser = Callable[[Call, Rubric], str | None]
"""The type of a call that names none, from how the customer begins; None where the rubric has no types."""


def nobody() -> None:
    """What a night does that tells nobody."""


@dataclass(frozen=True)
class NightWork:
    """What a night works with and under. ``reports`` is the folder that the night's report goes into.

    ``doubled`` is the share of items that two people judge unseen. ``deliver`` tells others what is due to be told
    when the night is done; then ``keep`` lets go what was kept for long enough.
    """

    program: str
    store: Store
    rubric: Rubric
    inputs: Inputs
    trigger: TriggerRules
    rules: PlanRules
    timezone: ZoneInfo
    finder: Finder
    guess_type: TypeGuesser
    reports: Path
    redact: bool = True
    chunk_size: int = 100
    movement: MovementRules = field(default_factory=MovementRules)
    machine: MachineScores | None = None
    doubled: float = 0.0
    deliver: Callable[[], object] = nobody
    keep: Callable[[], object] = nobody

    def follow_up_work(self) -> FollowUpWork:
        """What follow-ups are scored with and under."""
        return FollowUpWork(
            self.store,
            self.rubric,
            self.rules,
            self.movement,
            self.timezone,
            self.finder.model_version,
            self.machine,
        )


@dataclass(frozen=True)
class NightStart:
    """What there is to do: the failures in chunks of calls, and what was read and selected on the way."""

    run_id: str
    as_of: date
    chunks: Chunks
    selection: Selected
    ingest: IngestReport


@dataclass(frozen=True, slots=True)
class ChunkCounts:
    """Of one chunk: failures with a pick now, how many were found in this run, and failures without a transcript.

    ``none``: of those found in this run, the failures that no sentence shows.
    """

    located: int
    fresh: int
    no_transcript: int
    none: int = 0


@dataclass(frozen=True)
class NightResult:
    """What a night did: the report, where it lies, and how many records were set aside."""

    report: NightReport
    report_path: Path
    set_aside: int


@contextmanager
def have_night(work: NightWork, as_of: date) -> Iterator[NightWork]:
    """The night's work for one process alone: two nights of one program at once would draft one agent's plan twice.

    Raises AlreadyAtWork in one line, before anything is written; what a killed night held is taken up. What writes
    with the work that comes out is undone where another night has taken it up meanwhile (LeaseLost).
    """
    with alone_at_night(work.store, as_of) as store:
        yield replace(work, store=store)


@span("night.begin")
def begin(work: NightWork, as_of: date, run_id: str, progress: Progress = silent) -> NightStart:
    """Check, take up the inputs, select the failures. Raises WrongInput before anything is written."""
    work.inputs.check()
    with work.store.begin() as session:
        rubrics.put_rubric(session, work.rubric)
        made_with = MadeWith(work.rubric.id, work.rubric.version, work.finder.model_version, version("verbatim"))
        runs.start_run(session, run_id, as_of, datetime.now(UTC), made_with)
    taken = ingest(work.store, work.inputs, work.rubric, work.timezone, progress)
    selection = select(
        work.store, work.rubric, work.trigger, as_of, work.timezone, has_flags=work.inputs.flags is not None
    )
    with work.store.begin() as session:
        set_aside.put_set_aside(session, [*taken.set_aside, *_set_aside(selection, work.inputs)], run_id)
    mark_kept(work, selection.failures)
    return NightStart(run_id, as_of, selection.failures.to_find(work.chunk_size), selection, taken)


def mark_kept(work: NightWork, failures: SelectedFailures) -> None:
    """Most of a month's failures were found on the nights before: no chunk has to look at them again."""
    for some in failures.chunks(CALLS_LOOKED_UP):
        with work.store.read() as session:
            ids = [one.call_id for one in some]
            found = evidence.keys_of(session, ids, work.rubric.id, work.finder.model_version)
        failures.mark_kept([one.key for one in some if (*one.key, one.rubric_version) in found])


@span("night.chunk")
def locate_chunk(work: NightWork, failures: Sequence[Failure]) -> ChunkCounts:
    """Find and keep the evidence of these failures; what this model has found before is not searched again."""
    model = work.finder.model_version
    with work.store.read() as session:
        found = evidence.picks_of(session, [one.call_id for one in failures], work.rubric.id, model)
        known = {call.call_id: call for call in calls.get_calls(session, [one.call_id for one in failures])}
        versions = {one.version: one for one in rubrics.list_versions(session, work.rubric.id)}
    missing = [one for one in failures if (*one.key, one.rubric_version) not in found]
    fresh: list[tuple[Pick, FoundBy]] = []
    types: dict[str, str] = {}
    # the model runs before the transaction: on SQLite a writer holds up every other one
    readable, unread = _readable(known, missing)
    for call in prepared(work.finder, readable):
        fresh += _find(work, call, [one for one in missing if one.call_id == call.call_id], versions)
        if call.call_type is None and (guessed := work.guess_type(call, work.rubric)):
            types[call.call_id] = guessed
    with work.store.begin() as session:
        added = evidence.put_picks(session, fresh)
        for call_id, guessed in types.items():
            calls.keep_guessed_type(session, call_id, guessed)
    without = sum(one.call_id not in known for one in failures)
    none = sum(pick.status == "none" for pick, _ in fresh)
    return ChunkCounts(len(failures) - without - unread, added, without, none)


def _readable(known: Mapping[str, Call], missing: Sequence[Failure]) -> tuple[list[Call], int]:
    """The calls of these failures that can be read, by id, and how many failures have a call that cannot."""
    readable, unread = [], 0
    for call_id in sorted({one.call_id for one in missing} & known.keys()):
        if (why := why_unread(known[call_id])) is None:
            readable.append(known[call_id])
            continue
        log.info("call %s: %s", call_id, why)
        unread += sum(one.call_id == call_id for one in missing)
    return readable, unread


@span("night.finish")
def finish(work: NightWork, start: NightStart, counts: Sequence[ChunkCounts]) -> NightResult:
    """Take up what follow-ups were missed, draft the plans, write the report, and note that the run is done."""
    missed = take_up_missed(work.follow_up_work(), start.as_of)
    with work.store.read() as session:
        versions = {one.version: one for one in rubrics.list_versions(session, work.rubric.id)}
    setting = Setting(versions, work.rules, start.as_of, work.timezone)
    held_back = start.ingest.held_back
    drafted = draft_plans(work.store, start.selection.failures, setting, work.finder.model_version, held_back)
    aside = [*start.ingest.set_aside, *_set_aside(start.selection, work.inputs)]
    clock = tuple(wind_clock(work.store, work.rubric, start.as_of, work.timezone))
    findings = Findings(start.as_of, start.selection, start.ingest, drafted, tuple(aside), clock)
    # the scores of half a year are read once, for the report and for the dashboard
    gathered = gather(work.store, work.rubric, start.as_of, work.timezone, uncoached=True)
    across = section_of(gathered, work.rubric, start.as_of)
    report = make_report(
        work.program, work.store, work.rubric, findings, work.finder.model_version, across, work.doubled
    )
    path = write_report(report, work.reports, redact=work.redact)
    refresh_dashboard(work.store, work.rubric, start.as_of, work.timezone, clock=clock, gathered=gathered)
    kept = start.selection.failures.kept
    totals = Counter(located=kept + sum(one.located for one in counts), fresh=sum(one.fresh for one in counts))
    totals.update(none=sum(one.none for one in counts))
    totals.update({f"read_{kind}": number for kind, number in start.ingest.read.items()})
    totals.update(plans=len(drafted.plans), waiting=len(drafted.waiting), set_aside=len(aside))
    totals.update(held_back=len(held_back))
    totals.update(follow_ups=len(missed.scored), follow_ups_failed=len(missed.failed))
    with work.store.begin() as session:
        runs.finish_run(session, start.run_id, datetime.now(UTC), totals)
    _tell(work)
    _keep(work)
    return NightResult(report, path, len(aside))


@span("night")
def run_night(work: NightWork, as_of: date, run_id: str, progress: Progress = silent) -> NightResult:
    """All steps one after the other, in this process. Raises AlreadyAtWork where another night is not done."""
    with have_night(work, as_of) as mine:
        start = begin(mine, as_of, run_id, progress)
        counts = []
        for number, chunk in enumerate(start.chunks, start=1):
            counts.append(locate_chunk(mine, chunk))
            progress("finding evidence", number, len(start.chunks))
        return finish(mine, start, counts)


def _tell(work: NightWork) -> None:
    """What cannot be told now is told later: the night is done."""
    try:
        work.deliver()
    except VerbatimError as error:
        log.error("events not delivered: %s", error)


def _keep(work: NightWork) -> None:
    """What cannot be let go now goes another night: this one is done, whatever it was that failed."""
    try:
        work.keep()
    except Exception as error:
        log.error("records not let go: %s", error)


def mark_failed(store: Store, run_id: str, problem: str) -> None:
    """Note that a run did not get to its end, and why."""
    with store.begin() as session:
        runs.finish_run(session, run_id, datetime.now(UTC), {}, problem or "failed")


def _find(
    work: NightWork, call: Call, failures: Sequence[Failure], versions: Mapping[int, Rubric]
) -> Iterator[tuple[Pick, FoundBy]]:
    """The picks of one call, each under the rubric version that its score names."""
    for number in sorted({one.rubric_version for one in failures}):
        rubric = versions[number]
        digests = rubric.digests()
        some = [one for one in failures if one.rubric_version == number]
        for pick in find_evidence(work.finder, call, some, rubric):
            yield pick, FoundBy(call.digest, digests[pick.criterion_id], work.finder.model_version)


def _set_aside(selection: Selected, inputs: Inputs) -> list[SetAside]:
    """Scores and flags that contradict the rubric or the calls, with the file that they came from."""
    return [
        SetAside(
            file=str(inputs.scores if isinstance(unused.record, Score) else inputs.flags),
            line=None,
            reason=f"call {unused.record.call_id!r}: {unused.reason}",
            record=unused.record.model_dump_json(exclude_none=True),
        )
        for unused in selection.set_aside
    ]
