"""What is killed: two nights of the sample company with all that people and others do in between, stage by stage."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from app.settings import load_settings
from app.wiring import Program
from coaching.recording import View
from models.evidence import Pick
from nlp.call import Call
from operations.delivering import DeliveryWork, Sent, deliver
from operations.endpoints import add_endpoint
from operations.follow_up_run import score_alone
from operations.ingest import Inputs
from operations.locate import Finder
from operations.night import NightWork, run_night
from operations.review import Decision, approve_plan, dismiss_plan, list_plans
from rubric.failure import Failure
from rubric.loading import load_rubric
from rubric.rubric import Rubric
from store.endpoints import Endpoint
from store.events import Event
from store.session import Store

EXAMPLES = Path(__file__).parents[1] / "examples"
FIRST_NIGHT, SECOND_NIGHT = date(2026, 11, 9), date(2026, 11, 17)
LOOKS = tuple(date(2026, 11, 23) + timedelta(days=step) for step in (0, 2, 7, 8))
"""Days on which follow-ups are looked after: on time, and when some were missed."""

REPORTS, RECEIVED = "reports", "received.jsonl"
CALLS_AT_ONCE = 5
RETRY = timedelta(minutes=10)
"""How long after a kill the next run comes: later than a dead worker's hold on a delivery lasts."""

CONFIG = """[program]
name = "Hearthmoor customer care"
timezone = "Europe/Dublin"
rubric = "{examples}/rubric.yaml"

[input]
calls = "second/calls"
scores = "second/scores"

[evidence]
profile = "fast"

[plan]
max_items = 2
holidays = {{ country = "IE" }}
"""


@dataclass
class Remembered:
    """The evidence finder, which finds the same for the same; what it has found once is given from memory."""

    finder: Finder
    known: dict[tuple[Any, ...], list[Pick]] = field(default_factory=dict)

    @property
    def model_version(self) -> str:
        return self.finder.model_version

    def find(self, call: Call, failures: list[Failure], rubric: Rubric) -> list[Pick]:
        key = (call.call_id, call.digest, rubric.version, *((*one.key, one.score, one.threshold) for one in failures))
        if key not in self.known:
            self.known[key] = self.finder.find(call, failures, rubric)
        return self.known[key]


@dataclass(frozen=True)
class Receiver:
    """Somebody who is told: each event with its record is a line at the end of a file, whatever is killed after it."""

    path: Path
    kind = "receiver"

    def send(self, event: Event, record: dict[str, Any], endpoint: Endpoint) -> Sent:
        line = json.dumps({"id": event.event_id, "record": record}, sort_keys=True) + "\n"
        at = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(at, line.encode())
        finally:
            os.close(at)
        return Sent("done")


@dataclass(frozen=True)
class World:
    """The sample company on disk in ``folder``: what its files hold on the first night and on the second."""

    folder: Path
    finder: Remembered
    guesses: dict[tuple[str, int], str | None]

    def work(self, desk: Desk, night: str) -> NightWork:
        """What a night works with: the program's own parts, with what was found remembered."""
        program = self.program(desk.store)
        work = program.night_work()
        files = self.folder / night
        inputs = Inputs(calls=files / "calls", scores=files / "scores", agents=EXAMPLES / "agents.csv")

        def guess(call: Call, rubric: Rubric) -> str | None:
            key = (call.digest, rubric.version)
            if key not in self.guesses:
                self.guesses[key] = work.guess_type(call, rubric)
            return self.guesses[key]

        return replace(
            work,
            inputs=inputs,
            finder=self.finder,
            guess_type=guess,
            reports=desk.folder / REPORTS,
            chunk_size=CALLS_AT_ONCE,
            deliver=lambda: deliver(desk.delivering()),
        )

    def program(self, store: Store) -> Program:
        settings = load_settings(self.folder / "verbatim.toml")
        return Program(settings, load_rubric(EXAMPLES / "rubric.yaml"), store)


@dataclass(frozen=True)
class Desk:
    """Where one life of the company happens: a store, and a folder for what is written. ``attempt`` counts kills."""

    store: Store
    folder: Path
    attempt: int = 0

    def delivering(self) -> DeliveryWork:
        receiver = Receiver(self.folder / RECEIVED)
        later = self.attempt * RETRY
        return DeliveryWork(self.store, {receiver.kind: receiver}, View(True, True), lambda: datetime.now(UTC) + later)


Stage = tuple[str, Callable[[World, Desk], None]]


def make_world(folder: Path, seed: int) -> World:
    """Write the company's files. The scores after the plans are drawn by ``seed`` from those of the second week."""
    (folder / "verbatim.toml").write_text(CONFIG.format(examples=EXAMPLES), encoding="utf-8")
    for night, weeks in (("first", ("week-45.csv",)), ("second", ("week-45.csv", "week-46.csv"))):
        files = folder / night
        (files / "calls").mkdir(parents=True)
        (files / "scores").mkdir()
        for path in sorted((EXAMPLES / "calls").iterdir()):
            if night == "second" or path.name < "2026-11-07":
                shutil.copy(path, files / "calls")
        for week in weeks:
            shutil.copy(EXAMPLES / "scores" / week, files / "scores")
    _write_later_scores(folder / "second" / "scores" / "week-48.csv", seed)
    settings = load_settings(folder / "verbatim.toml")
    from app.wiring import finder_for

    evidence = settings.evidence
    found = finder_for(None, evidence.encoder, evidence.sure, evidence.alternatives, evidence.profile)
    return World(folder, Remembered(found), {})


def add_receiver(store: Store) -> None:
    """Somebody who is told of everything."""
    nothing: dict[str, Any] = {"types": (), "teams": (), "options": {}, "secret": None, "old_secret": None}
    at = datetime(2026, 11, 2, tzinfo=UTC)
    add_endpoint(
        store,
        Endpoint(
            "lms",
            Receiver.kind,
            "https://lms.example.org/",
            **nothing,
            old_until=None,
            state="open",
            problem=None,
            not_before=None,
            added_by="admin",
            added_at=at,
        ),
    )


def stages() -> Sequence[Stage]:
    """What happens, in its order. Each can be done again after it was cut short."""
    return (
        ("first night", lambda world, desk: _night(world, desk, "first", FIRST_NIGHT)),
        ("first approvals", lambda world, desk: _decide(world, desk, FIRST_NIGHT)),
        ("second night", lambda world, desk: _night(world, desk, "second", SECOND_NIGHT)),
        ("follow-ups", _follow_up),
        ("second approvals", lambda world, desk: _decide(world, desk, LOOKS[-1])),
        ("deliveries", lambda world, desk: _deliver(desk)),
    )


def _night(world: World, desk: Desk, files: str, as_of: date) -> None:
    run_night(world.work(desk, files), as_of, f"{files}-{desk.attempt}")


def _decide(world: World, desk: Desk, day: date) -> None:
    """A supervisor goes through what is still a draft; every sixth plan is dismissed."""
    program = world.program(desk.store)
    at = datetime.combine(day, time(15), program.settings.timezone)
    for plan in list_plans(desk.store, "draft"):
        decision = Decision("supervisor", at, day, "listened to the calls")
        if int(plan.plan_id[-4:], 36) % 6 == 0:
            dismiss_plan(desk.store, plan.plan_id, decision)
        else:
            approve_plan(desk.store, plan.plan_id, decision, program.settings.plan.rules())


def _follow_up(world: World, desk: Desk) -> None:
    work = world.work(desk, "second").follow_up_work()
    for day in LOOKS:
        failed = score_alone(work, day).failed
        if failed:
            raise AssertionError(f"follow-ups of {day} failed: {failed}")


def _deliver(desk: Desk) -> None:
    deliver(desk.delivering())


def _write_later_scores(path: Path, seed: int) -> None:
    """Scores of calls after the plans: three copies of the second week, on later days, some drawn anew."""
    draw = random.Random(seed)
    with (EXAMPLES / "scores" / "week-46.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    given = [row["score"] for row in rows if row["score"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for copy in range(3):
            for row in rows:
                at = datetime.fromisoformat(row["scored_at"]) + timedelta(days=5 + 3 * copy)
                score = draw.choice(given) if row["score"] and draw.random() < 0.5 else row["score"]
                call_id = f"{row['call_id']}-later{copy}"
                writer.writerow({**row, "call_id": call_id, "scored_at": at.isoformat(), "score": score})
