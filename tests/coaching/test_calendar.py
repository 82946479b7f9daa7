from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from coaching.calendar import FollowUpRules, UnknownCalendar, WorkCalendar, follow_up_date

RULES = FollowUpRules()
WEEKDAYS = WorkCalendar()
MONDAY = date(2026, 11, 2)


def test_a_busy_agent_is_scored_again_after_seven_days():
    assert follow_up_date(MONDAY, 20, RULES, WEEKDAYS) == date(2026, 11, 9)


def test_any_other_agent_is_scored_again_after_fourteen_days():
    assert follow_up_date(MONDAY, 19.5, RULES, WEEKDAYS) == date(2026, 11, 16)


def test_no_calls_per_day_means_fourteen_days():
    assert follow_up_date(MONDAY, None, RULES, WEEKDAYS) == date(2026, 11, 16)


def test_a_weekend_moves_forward_to_monday():
    assert follow_up_date(date(2026, 11, 7), 30, RULES, WEEKDAYS) == date(2026, 11, 16)


def test_a_public_holiday_moves_forward():
    assert follow_up_date(date(2026, 12, 11), None, RULES, WorkCalendar(country="DE")) == date(2026, 12, 28)


def test_a_holiday_of_one_part_of_a_country_counts_there_only():
    epiphany = date(2027, 1, 6)
    assert not WorkCalendar(country="DE", subdivision="BY").is_working_day(epiphany)
    assert WorkCalendar(country="DE", subdivision="BE").is_working_day(epiphany)


def test_a_date_goes_back_only_where_forward_would_pass_the_last_day():
    rules = FollowUpRules(days=21)
    assert follow_up_date(date(2026, 11, 7), None, rules, WEEKDAYS) == date(2026, 11, 27)


@given(
    st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.none() | st.floats(0, 200), st.sampled_from([None, "DE", "US"])
)
def test_a_follow_up_is_a_working_day_within_the_days_allowed(day, calls, country):
    calendar = WorkCalendar(country=country)
    found = follow_up_date(day, calls, RULES, calendar)
    assert day < found <= day + timedelta(days=21)
    assert calendar.is_working_day(found)


def test_an_unknown_country_names_the_nearest():
    with pytest.raises(UnknownCalendar, match="'DEE'"):
        WorkCalendar(country="DEE").is_working_day(MONDAY)


def test_an_unknown_subdivision_is_refused():
    with pytest.raises(UnknownCalendar, match="subdivision of DE"):
        WorkCalendar(country="DE", subdivision="XX").is_working_day(MONDAY)


def test_rules_past_day_twenty_one_are_refused():
    with pytest.raises(ValidationError):
        FollowUpRules(days=22)
    with pytest.raises(ValidationError, match="max_days"):
        FollowUpRules(days=14, max_days=10)
