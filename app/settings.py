"""A program's settings: ``verbatim.toml``, checked whole before anything is opened or written."""

from __future__ import annotations

import os
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationError

from app.delivery_settings import DeliverySettings
from app.keeping_settings import KeepingSettings
from app.log_settings import LogSettings, WatchSettings
from app.review_settings import ReviewSettings
from coaching.assemble import PlanRules
from coaching.calendar import FollowUpRules, WorkCalendar
from coaching.movement import MovementRules
from nlp.errors import WrongInput
from nlp.noun import Noun, explain, nearest
from nlp.readers.speakers import SURE, SWAPPED_FROM

DEFAULT_NAME = "verbatim.toml"
STORE_VARIABLE = "VERBATIM_STORE"
"""An environment variable that takes the place of ``program.store``: a database URL may hold a password."""


class ConfigError(WrongInput):
    """The configuration cannot be used. Nothing was written."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        from zoneinfo import available_timezones

        like = nearest(name, available_timezones())
        hint = f"; did you mean {like!r}?" if like else "; a name like 'Europe/Berlin' is needed"
        raise ValueError(f"no such time zone{hint}") from None
    return name


def _known_cron(expression: str) -> str:
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError("a cron expression has five fields: minute, hour, day, month, weekday, like '15 4 * * *'")
    return expression


def _known_hour(written: str) -> str:
    try:
        if len(written) == len("06:00"):
            time.fromisoformat(written)
            return written
    except ValueError:
        pass
    raise ValueError("a time of day is written like '06:00'")


class ProgramSettings(Noun):
    """Whose program this is, its time zone, its memory and its rubric."""

    name: str
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    store: str = "sqlite:///verbatim.db"
    rubric: str = "rubric.yaml"


class InputSettings(Noun):
    """Where calls, scores, agents and flags lie: files or folders, relative to the configuration.

    ``speakers_sure`` is how sure it must be, by how people talk, who is the agent where nothing says it;
    ``swapped_from`` the chance from which a call is held back because its speakers look swapped (1: only where it is
    beyond doubt); ``speakers_checked`` are calls that look so and are right.
    """

    calls: str = "calls"
    scores: str = "scores"
    agents: str | None = None
    flags: str | None = None
    speakers_sure: Annotated[float, Field(ge=0.5, le=1)] = SURE
    swapped_from: Annotated[float, Field(ge=0.5, le=1)] = SWAPPED_FROM
    speakers_checked: Annotated[tuple[str, ...], Field(strict=False)] = ()


class TriggerSettings(Noun):
    """Which failures start a plan. ``auto``: flagged up to ``auto_limit`` active agents, by score from one more."""

    mode: Literal["score", "flagged", "auto"] = "score"
    auto_limit: Annotated[int, Field(ge=0)] = 40
    lookback_days: Annotated[int, Field(ge=1, le=3650)] = 30


class PlanSettings(Noun):
    """How plans are made. Days are calendar days; ``holidays`` names a country and maybe a part of it."""

    max_items: Annotated[int, Field(ge=1, le=20)] = 2
    busy_calls_per_day: Annotated[float, Field(ge=0)] = 20
    busy_days: Annotated[int, Field(ge=1, le=21)] = 7
    days: Annotated[int, Field(ge=1, le=21)] = 14
    max_days: Annotated[int, Field(ge=1, le=21)] = 21
    holidays: WorkCalendar = WorkCalendar()

    def rules(self) -> PlanRules:
        """The same, as coaching takes them. Raises ValidationError where the days contradict each other."""
        follow_up = FollowUpRules(
            busy_calls_per_day=self.busy_calls_per_day,
            busy_days=self.busy_days,
            days=self.days,
            max_days=self.max_days,
        )
        return PlanRules(max_items=self.max_items, follow_up=follow_up, calendar=self.holidays)


class EvidenceSettings(Noun):
    """How evidence is found. ``model`` is a folder that `verbatim train` wrote; ``encoder`` a name or path.

    ``sure`` is the confidence from which a pick counts as sure; left out, the model's own threshold. The profile
    ``fast`` leaves out the second, costly look at the best candidates. ``cache`` is a file that keeps vectors
    from night to night; left out, they are kept while a process lives.
    """

    model: str | None = None
    encoder: str | None = None
    sure: Annotated[float, Field(ge=0, le=1)] | None = None
    alternatives: Annotated[int, Field(ge=0, le=20)] = 4
    chunk_size: Annotated[int, Field(ge=1, le=10_000)] = 100
    profile: Literal["default", "fast"] = "default"
    cache: str | None = None


class ReportSettings(Noun):
    """Where each night's report goes, and whether personal data is masked in it."""

    folder: str = "reports"
    redact: bool = True


class FollowUpSettings(Noun):
    """How movement is judged, and when follow-ups are scored: at ``hour`` in the program's time zone.

    ``wake`` is the cron, in the program's time zone, by which Prefect's runs are made what the store says.
    """

    min_calls: Annotated[int, Field(ge=2)] = 5
    by: Literal["interval", "delta"] = "interval"
    least_delta: Annotated[float, Field(gt=0)] = 5
    before_days: Annotated[int, Field(ge=1, le=365)] = 30
    hour: Annotated[str, AfterValidator(_known_hour)] = "06:00"
    wake: Annotated[str, AfterValidator(_known_cron)] = "*/15 * * * *"

    def rules(self) -> MovementRules:
        """How movement is judged, as coaching takes it."""
        return MovementRules(
            min_calls=self.min_calls, by=self.by, least_delta=self.least_delta, before_days=self.before_days
        )


class ScoringSettings(Noun):
    """Whether the built-in scorer scores new calls where people have not. Its scores are marked, and never mixed in.

    ``off``: never. ``proven``: criteria with at least ``min_team_scores`` scores by people, and a kappa with them of at
    least ``min_kappa``. ``unproven``: also criteria with fewer scores.
    """

    machine: Literal["off", "proven", "unproven"] = "off"
    min_team_scores: Annotated[int, Field(ge=10)] = 50
    min_kappa: Annotated[float, Field(ge=0, le=1)] = 0.6


class ScheduleSettings(Noun):
    """When Prefect runs the night, in the program's time zone, on which work pool, and who finds the evidence.

    ``runner``: threads of the night's own process, or a cluster by Dask or Ray: the one at ``address``, or one of this
    machine's own for the night. ``workers`` is how many chunks of calls are worked on at once; left out, one a core.
    """

    cron: Annotated[str, AfterValidator(_known_cron)] = "15 4 * * *"
    work_pool: str = "verbatim"
    slug: str = "nightly"
    prefect_home: str = ".prefect"
    runner: Literal["threads", "dask", "ray"] = "threads"
    workers: Annotated[int, Field(ge=1, le=1024)] | None = None
    address: str | None = None


class Settings(Noun):
    """All of ``verbatim.toml``. ``path`` is where it was read from; other paths are relative to its folder."""

    path: Path
    program: ProgramSettings
    input: InputSettings = InputSettings()
    trigger: TriggerSettings = TriggerSettings()
    plan: PlanSettings = PlanSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    report: ReportSettings = ReportSettings()
    follow_up: FollowUpSettings = FollowUpSettings()
    scoring: ScoringSettings = ScoringSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    review: ReviewSettings = ReviewSettings()
    delivery: DeliverySettings = DeliverySettings()
    keeping: KeepingSettings = KeepingSettings()
    log: LogSettings = LogSettings()
    watch: WatchSettings = WatchSettings()

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.program.timezone)

    def resolve(self, name: str) -> Path:
        """A path of the configuration, from the configuration's own folder."""
        return self.folder / Path(name).expanduser()

    @property
    def store_url(self) -> str:
        """The store's URL: the environment's where it says so. A relative SQLite path lies in the program's folder."""
        url = os.environ.get(STORE_VARIABLE) or self.program.store
        if "://" not in url:
            raise ConfigError(self.path, f"program.store: {url!r} is no database URL; write sqlite:///verbatim.db")
        kind, _, rest = url.partition(":///")
        if kind.startswith("sqlite") and rest and rest != ":memory:":
            return f"{kind}:///{self.resolve(rest)}"
        return url


def load_settings(path: Path) -> Settings:
    """Read and check a configuration.

    Raises ConfigError, which names the file, the key, what is wrong and what would be right.
    """
    values = _read(path)
    try:
        settings = Settings.model_validate({**values, "path": path.absolute()})
        settings.plan.rules()
    except ValidationError as error:
        model = FollowUpRules if error.title == "FollowUpRules" else Settings
        raise ConfigError(path, explain(error, model)[1]) from None
    _check_calendar(settings)
    _check_runner(settings)
    if problem := settings.keeping.problem(settings.trigger.lookback_days, settings.follow_up.before_days):
        raise ConfigError(path, problem)
    return settings


def _read(path: Path) -> dict[str, Any]:
    if path.is_dir():
        raise ConfigError(path, f"is a folder; name the file in it, {path / DEFAULT_NAME}")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(path, "no such file; `verbatim init DIR` writes one to start from") from None
    except UnicodeDecodeError:
        raise ConfigError(path, "is not UTF-8 text") from None
    except OSError as error:
        raise ConfigError(path, f"cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, f"is no TOML: {error}") from None
    if "path" in values:
        raise ConfigError(path, "unknown key 'path'")
    return values


def _check_calendar(settings: Settings) -> None:
    from datetime import date

    try:
        settings.plan.holidays.is_working_day(date(2026, 1, 1))
    except WrongInput as error:
        raise ConfigError(settings.path, f"plan.{error}") from None


def _check_runner(settings: Settings) -> None:
    schedule, path = settings.schedule, settings.path
    if schedule.address is None:
        return
    if schedule.runner == "threads":
        raise ConfigError(path, "schedule.address: threads have none; say runner = 'dask' or 'ray', or leave it out")
    if schedule.workers is not None:
        raise ConfigError(path, "schedule.workers: a cluster with an address has its own workers; leave it out")
    if settings.store_url.startswith("sqlite"):
        raise ConfigError(
            path, "schedule.address: the workers of a cluster cannot share a SQLite file; name a PostgreSQL store"
        )
