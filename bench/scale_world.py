"""A night's inputs for the bench of scale, and the work of a night on them. Every call is scored on twelve criteria."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.speed_calls import Wanted, criteria, failing, generate, rubric
from coaching.assemble import PlanRules
from models.evidence import Pick
from nlp.call import Call
from operations.ingest import Inputs
from operations.locate import Finder
from operations.night import NightWork
from operations.select import TriggerRules
from rubric.failure import Failure
from rubric.rubric import Rubric
from store.session import Store

AS_OF = date(2026, 11, 16)
CALLS_AN_AGENT = 20
SCORES_A_CALL = len(criteria())
FAILING = 2
TEAM = 12
HEADER = "call_id,criterion_id,score\n"
PASSED, FAILED = 90, 20
REPEATED = 0.3


@dataclass(frozen=True)
class World:
    """The inputs of one night in a folder."""

    folder: Path
    calls: int

    @property
    def inputs(self) -> Inputs:
        return Inputs(self.folder / "calls.jsonl", self.folder / "scores.csv", self.folder / "agents.csv")

    @property
    def nothing_new(self) -> Inputs:
        return Inputs(self.folder / "no-calls.jsonl", self.folder / "no-scores.csv")


def write_world(folder: Path, calls: int, seed: int = 3) -> World:
    """Write the calls of a day, their scores and who took them; the first calls of more are the calls of fewer."""
    world, wanted = World(folder, calls), Wanted(calls=calls, seed=seed, repeated=REPEATED, failing=FAILING)
    names = [one.id for one in criteria()]
    world.nothing_new.calls.write_text("", encoding="utf-8")
    world.nothing_new.scores.write_text(HEADER, encoding="utf-8")
    agents = max(1, calls // CALLS_AN_AGENT)
    with (
        world.inputs.calls.open("w", encoding="utf-8") as into,
        world.inputs.scores.open("w", encoding="utf-8", newline="") as sheet,
    ):
        sheet.write(HEADER)
        scores = csv.writer(sheet)
        for number, call in enumerate(generate(wanted)):
            at = datetime.combine(AS_OF, time(8), UTC) + timedelta(seconds=number % 36_000)
            dated = call.model_copy(update={"agent_id": f"a{number % agents:06}", "started_at": at})
            into.write(dated.model_dump_json(exclude_defaults=True) + "\n")
            under = set(failing(wanted, number))
            scores.writerows([call.call_id, name, FAILED if name in under else PASSED] for name in names)
    _write_agents(folder / "agents.csv", agents)
    return world


def _write_agents(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["agent_id", "name", "team", "calls_per_day"])
        rows.writerows([f"a{n:06}", f"Agent {n}", f"team {n // TEAM}", CALLS_AN_AGENT] for n in range(count))


class Replayed:
    """A finder that gives the picks of a store where another one has found them: a night without finding evidence."""

    def __init__(self, model_version: str, found: Path) -> None:
        self.model_version = model_version
        self._store = sqlite3.connect(found)

    def find(self, call: Call, failures: Sequence[Failure], rubric: Rubric) -> list[Pick]:
        picks = dict(self._store.execute("SELECT criterion_id, pick FROM evidence WHERE call_id = ?", (call.call_id,)))
        return [Pick.model_validate_json(picks[one.criterion_id]) for one in failures]


def night_work(store: Store, world: World, finder: Finder) -> NightWork:
    """A night on these inputs, with the settings that a program begins with."""
    return NightWork(
        program="scale",
        store=store,
        rubric=rubric(),
        inputs=world.inputs,
        trigger=TriggerRules(),
        rules=PlanRules(),
        timezone=ZoneInfo("UTC"),
        finder=finder,
        guess_type=lambda call, rubric: None,
        reports=world.folder / "reports",
    )
