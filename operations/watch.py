"""Watching: whether the night ran when it should have, whether promises are kept, whether others are still told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from nlp.errors import WrongInput
from store import watching
from store.session import Store
from store.watching import Figures, NightsRun

AlarmKind = Literal["night_missed", "follow_ups_late", "deliveries_given_up", "endpoint_disabled", "store_unreachable"]


class NotACron(WrongInput):
    """What should be a cron expression is none."""

    def __init__(self, cron: str, problem: str) -> None:
        super().__init__(f"schedule.cron: {cron!r} is no cron expression ({problem}); write one like '15 4 * * *'")
        self.cron = cron


@dataclass(frozen=True, slots=True)
class WatchRules:
    """What is borne before somebody is called.

    ``cron`` is when the night begins, in ``timezone``, and ``grace`` how long it may take from then. Follow-ups may be
    ``late_days`` late, and ``dead`` deliveries may be given up.
    """

    cron: str
    timezone: ZoneInfo
    grace: timedelta
    late_days: int = 2
    dead: int = 0


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person has to see to. ``key`` is the same as long as it is the same thing: told twice is once.

    ``since`` is from when on it is so, where that is known. Nothing in it is a word of a call or a person's name.
    """

    kind: AlarmKind
    key: str
    said: str
    since: datetime | None = None

    def as_told(self, program: str, at: datetime) -> dict[str, str | None]:
        """What others are told of it: ``kind``, ``key``, ``said``, ``since``, ``program`` and ``at``."""
        since = self.since.isoformat() if self.since else None
        told = {"kind": self.kind, "key": self.key, "said": self.said, "since": since}
        return {**told, "program": program, "at": at.isoformat()}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the work stands, and what somebody has to see to. ``night_due`` is when the last night was to be done."""

    at: datetime
    night_due: datetime
    figures: Figures
    alarms: tuple[Alarm, ...]


def watch(store: Store, rules: WatchRules, now: datetime) -> Standing:
    """Look how the work stands at ``now``. Raises NotACron, StoreFailed."""
    due = night_due(rules, now)
    with store.read() as session:
        found = watching.figures(session, now.astimezone(rules.timezone).date())
    return Standing(now, due, found, tuple(_alarms(found, rules, due, now)))


def last_night(store: Store, rules: WatchRules, now: datetime) -> tuple[datetime | None, bool]:
    """When the last night that was done ended, and whether one was missed since. Raises NotACron, StoreFailed."""
    due = night_due(rules, now)
    with store.read() as session:
        done = watching.last_done(session)
    return done, done is None or done < due


def night_due(rules: WatchRules, now: datetime) -> datetime:
    """When the latest night began of which the time has run out: one must have been done since. Raises NotACron."""
    from cronsim import CronSim, CronSimError

    try:
        # going back does not give the moment itself, and a night whose time is just out counts
        return next(CronSim(rules.cron, _local(rules, now) + timedelta(seconds=1), reverse=True)).astimezone(UTC)
    except CronSimError as error:
        raise NotACron(rules.cron, str(error)) from None
    except StopIteration:
        raise NotACron(rules.cron, "it never comes") from None


def _local(rules: WatchRules, now: datetime) -> datetime:
    return (now - rules.grace).astimezone(rules.timezone)


def _alarms(found: Figures, rules: WatchRules, due: datetime, now: datetime) -> Iterator[Alarm]:
    if missed := _missed(found.nights, due):
        yield missed
    today = now.astimezone(rules.timezone).date()
    promises = found.promises
    if promises.first is not None and (late := (today - promises.first).days) > rules.late_days:
        said = f"{promises.late} follow-ups are late, the first by {late} days"
        yield Alarm("follow_ups_late", f"follow_ups_late:{promises.first.isoformat()}", said)
    dead = {name: number for (name, state), number in sorted(found.deliveries.items()) if state == "dead"}
    if sum(dead.values()) > rules.dead:
        said = "given up: " + ", ".join(f"{number} deliveries to {name!r}" for name, number in dead.items())
        yield Alarm("deliveries_given_up", f"deliveries_given_up:{sum(dead.values())}", said)
    for name in found.disabled:
        yield Alarm("endpoint_disabled", f"endpoint_disabled:{name}", f"endpoint {name!r} is disabled and told nothing")


def _missed(nights: NightsRun, due: datetime) -> Alarm | None:
    if nights.done_at is not None and nights.done_at >= due:
        return None
    last = f"the last one was done at {nights.done_at:%Y-%m-%d %H:%M} UTC" if nights.done_at else "none was ever done"
    failed = nights.failed_at is not None and nights.failed_at >= due
    what = "failed" if failed else "was not done"
    said = f"the night of {due:%Y-%m-%d %H:%M} UTC {what}; {last}"
    return Alarm("night_missed", f"night_missed:{due.isoformat()}", said, due)
