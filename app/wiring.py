"""Where real things are plugged in: a program is its settings, its rubric, its store and its finder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import ConfigError, Settings, load_settings
from nlp.errors import WrongInput
from rubric.loading import load_rubric
from rubric.lock import verify_locks
from rubric.rubric import Rubric

if TYPE_CHECKING:
    from models.finder import EvidenceFinder
    from models.shelf import Profile
    from nlp.call import Call
    from operations.delivering import DeliveryReport, DeliveryWork
    from operations.follow_up import FollowUpWork
    from operations.ingest import Inputs
    from operations.keeping import KeepingRules, Kept
    from operations.night import NightWork
    from operations.review import Decision
    from operations.score import MachineScoring
    from operations.select import TriggerRules
    from operations.watch import Standing, WatchRules
    from store.session import Store


class NotADay(WrongInput):
    """What should be a date is none."""

    def __init__(self, written: str) -> None:
        super().__init__(f"{written!r} is no date; write it like 2026-11-16")
        self.written = written


@dataclass(frozen=True)
class Program:
    """One contact center's program, ready to work."""

    settings: Settings
    rubric: Rubric
    store: Store

    @property
    def finder(self) -> EvidenceFinder:
        """The evidence finder of the settings; loaded once in a process."""
        evidence = self.settings.evidence
        model = str(self.settings.resolve(evidence.model)) if evidence.model else None
        return finder_for(model, evidence.encoder, evidence.sure, evidence.alternatives, evidence.profile, self.vectors)

    @property
    def vectors(self) -> Path | None:
        """The file that keeps sentences' vectors, where one is named."""
        named = self.settings.evidence.cache
        return self.settings.resolve(named) if named else None

    def today(self) -> date:
        """The date now in the program's time zone: the one place where a door reads the clock."""
        return datetime.now(self.settings.timezone).date()

    def day(self, written: str | None) -> date:
        """The day that a door was asked for, today where it was asked for none. Raises NotADay."""
        if written is None:
            return self.today()
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise NotADay(written) from None

    def decision(self, by: str, reason: str | None, day: str | None) -> Decision:
        """A person's decision, now, on the day that was asked for."""
        from operations.review import Decision

        return Decision(by, datetime.now(self.settings.timezone), self.day(day), reason)

    def night_work(self) -> NightWork:
        """What a night works with and under."""
        from operations.night import NightWork

        settings = self.settings
        return NightWork(
            program=settings.program.name,
            store=self.store,
            rubric=self.rubric,
            inputs=inputs_of(settings),
            trigger=_trigger(settings),
            rules=settings.plan.rules(),
            timezone=settings.timezone,
            finder=self.finder,
            guess_type=self._guess_type,
            reports=settings.resolve(settings.report.folder),
            redact=settings.report.redact,
            chunk_size=settings.evidence.chunk_size,
            movement=settings.follow_up.rules(),
            machine=self._machine(),
            doubled=settings.review.two_reviewers,
            deliver=self.deliver,
            keep=self.keep,
        )

    def delivery_work(self) -> DeliveryWork:
        """What events are delivered with and under."""
        from app.senders import senders_of
        from coaching.recording import View
        from operations.delivering import DeliveryWork

        return DeliveryWork(self.store, senders_of(self.settings), View(True, self.settings.report.redact))

    def deliver(self) -> DeliveryReport:
        """Tell everybody what is due to be told."""
        from operations.delivering import deliver

        return deliver(self.delivery_work())

    def keeping_rules(self) -> KeepingRules:
        """For how long what is kept."""
        from operations.keeping import KeepingRules

        reports = self.settings.resolve(self.settings.report.folder)
        return KeepingRules(reports, vectors=self.vectors, **dict(self.settings.keeping))

    def keep(self) -> Kept:
        """Let go what was kept for as long as the settings say, by now."""
        from operations.keeping import keep

        return keep(self.store, self.keeping_rules(), datetime.now(self.settings.timezone))

    def watch_rules(self) -> WatchRules:
        """What is borne before somebody is called."""
        from operations.watch import WatchRules

        given, settings = self.settings.watch, self.settings
        grace = timedelta(minutes=given.grace_minutes)
        late, dead = given.follow_ups_late_days, given.dead_deliveries
        return WatchRules(settings.schedule.cron, settings.timezone, grace, late, dead)

    def standing(self, now: datetime) -> Standing:
        """How the work stands, and what somebody has to see to. Raises NotACron, StoreFailed."""
        from operations.watch import watch

        return watch(self.store, self.watch_rules(), now)

    def follow_up_work(self) -> FollowUpWork:
        """What follow-ups are scored with and under."""
        from operations.follow_up import FollowUpWork

        settings = self.settings
        return FollowUpWork(
            store=self.store,
            rubric=self.rubric,
            rules=settings.plan.rules(),
            movement=settings.follow_up.rules(),
            timezone=settings.timezone,
            model_version=self.finder.model_version,
            machine=self._machine(),
        )

    def machine_scoring(self) -> MachineScoring:
        """The built-in scorer with what people have scored; a new one for each run."""
        from models.scorer import load_scorer
        from operations.score import MachineScoring, ScoringRules

        scorer = load_scorer(encoder=self.settings.evidence.encoder)
        return MachineScoring(self.store, self.rubric, scorer, ScoringRules(**dict(self.settings.scoring)))

    def _machine(self) -> MachineScoring | None:
        return None if self.settings.scoring.machine == "off" else self.machine_scoring()

    def _guess_type(self, call: Call, rubric: Rubric) -> str | None:
        from models.call_type import classify_call_type

        guess = classify_call_type(call, rubric, self.finder.encoder)
        return guess.call_type if guess else None


@contextmanager
def open_program(path: str | Path) -> Iterator[Program]:
    """A program by its configuration. All that can be checked is checked before the store is opened or made.

    Raises WrongInput in one line for a wrong configuration, rubric, input path or store.
    """
    from store.session import open_store

    settings = load_settings(Path(path))
    rubric_path = settings.resolve(settings.program.rubric)
    rubric = load_rubric(rubric_path)
    verify_locks(rubric, rubric_path)
    inputs_of(settings).check()
    if settings.evidence.model and not settings.resolve(settings.evidence.model).is_dir():
        raise ConfigError(settings.path, f"evidence.model: there is no folder {settings.evidence.model!r}")
    with open_store(settings.store_url) as store:
        yield Program(settings, rubric, store)


@lru_cache(maxsize=4)
def finder_for(
    model: str | None,
    encoder: str | None,
    sure: float | None,
    alternatives: int,
    profile: Profile,
    cache: Path | None = None,
) -> EvidenceFinder:
    """One finder a process for the same settings; its models load when it first finds."""
    from models.finder import load_finder

    folder = Path(model) if model else None
    finder = load_finder(folder, encoder=encoder, sure=sure, alternatives=alternatives, profile=profile)
    if cache is not None:
        from nlp.vector_cache import keep_vectors

        keep_vectors(finder.encoder, cache)
    return finder


def inputs_of(settings: Settings) -> Inputs:
    """Where the inputs of a program lie."""
    from operations.held_back import Doubts
    from operations.ingest import Inputs

    given = settings.input
    return Inputs(
        calls=settings.resolve(given.calls),
        scores=settings.resolve(given.scores),
        agents=settings.resolve(given.agents) if given.agents else None,
        flags=settings.resolve(given.flags) if given.flags else None,
        doubts=Doubts(given.swapped_from, frozenset(given.speakers_checked)),
    )


def _trigger(settings: Settings) -> TriggerRules:
    from operations.select import TriggerRules

    return TriggerRules(**dict(settings.trigger))
