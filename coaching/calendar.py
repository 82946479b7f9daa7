"""Follow-up dates: counted in days, on a working day of a named calendar, never past the last allowed day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from nlp.errors import WrongInput
from nlp.noun import Noun, nearest

WEEKEND = {5, 6}


class UnknownCalendar(WrongInput):
    """No such country or part of a country in the `holidays` data."""

    def __init__(self, name: str, known: list[str], of: str = "country") -> None:
        like = nearest(name, known)
        hint = f"; did you mean {like!r}?" if like else f"; known are {', '.join(known[:12])}" if known else ""
        super().__init__(f"holidays: no {of} {name!r}{hint}")
        self.name, self.nearest = name, like


class FollowUpRules(Noun):
    """How soon new calls are scored: in days from the approval, by how busy an agent is."""

    busy_calls_per_day: Annotated[float, Field(ge=0)] = 20
    busy_days: Annotated[int, Field(ge=1, le=21)] = 7
    days: Annotated[int, Field(ge=1, le=21)] = 14
    max_days: Annotated[int, Field(ge=1, le=21)] = 21

    @model_validator(mode="after")
    def _keeps_within_the_last_day(self) -> Self:
        if max(self.busy_days, self.days) > self.max_days:
            raise ValueError(f"busy_days and days may not pass max_days ({self.max_days})")
        return self

    def days_for(self, calls_per_day: float | None) -> int:
        """Days to the follow-up; an agent without ``calls_per_day`` counts as not busy."""
        busy = calls_per_day is not None and calls_per_day >= self.busy_calls_per_day
        return self.busy_days if busy else self.days


class WorkCalendar(Noun):
    """Which days are worked. Without a country: Monday to Friday, no holidays."""

    country: str | None = None
    subdivision: str | None = None

    def is_working_day(self, day: date) -> bool:
        """Raises UnknownCalendar where the country or subdivision is not known."""
        if self.country is None:
            return day.weekday() not in WEEKEND
        return _working_day_of(self.country, self.subdivision)(day)


def follow_up_date(
    approved_on: date, calls_per_day: float | None, rules: FollowUpRules, calendar: WorkCalendar
) -> date:
    """The date on which new calls are scored.

    The days of ``rules`` after ``approved_on``, moved forward to a working day, and back only where forward would
    pass ``max_days``. A calendar without any working day in reach leaves the date as counted.
    """
    counted = approved_on + timedelta(days=rules.days_for(calls_per_day))
    last = approved_on + timedelta(days=rules.max_days)
    forward = (counted + timedelta(days=step) for step in range((last - counted).days + 1))
    back = (counted - timedelta(days=step) for step in range(1, (counted - approved_on).days))
    return next((day for day in (*forward, *back) if calendar.is_working_day(day)), counted)


@lru_cache(maxsize=32)
def _working_day_of(country: str, subdivision: str | None) -> Callable[[date], bool]:
    import holidays

    supported = holidays.list_supported_countries()
    if country not in supported:
        raise UnknownCalendar(country, sorted(supported))
    if subdivision is not None and subdivision not in supported[country]:
        raise UnknownCalendar(subdivision, sorted(supported[country]), of=f"subdivision of {country}")
    worked: Callable[[date], bool] = holidays.country_holidays(country, subdiv=subdivision).is_working_day
    return worked
