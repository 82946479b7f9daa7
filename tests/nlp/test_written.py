from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.written import instant, number, whole_number, yes_or_no

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "value"), [("42", 42), ("0", 0), ("-3.5", -3.5), ("+7.", 7), (".5", 0.5), ("1e2", 100), ("0012", 12)]
)
def test_a_number_is_written_in_digits_with_a_point(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("0,5", "write 0.5 with a point"),
        ("NA", "leave the field empty where the criterion does not apply"),
        ("n/a", "leave the field empty"),
        ("NaN", "leave the field empty"),
        ("None", "leave the field empty"),
        ("-", "leave the field empty"),
        ("80%", "write 80 without the percent sign"),
        ("true", "write digits"),
        ("inf", "write digits"),
        ("Infinity", "write digits"),
        ("1_000", "write digits"),
        ("1,000,000", "write digits"),
        ("0x10", "write digits"),
        ("٤٢", "write digits"),
        ("4 2", "write digits"),
        ("1e9999", "write digits"),
    ],
)
def test_what_is_no_number_is_refused_with_what_would_be_one(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f"is no number; {hint}"):
        number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_reads_back_from_its_shortest_text(value: float) -> None:
    assert number(repr(value)) == value


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert isinstance(number(text), float)
    except ValueError as refused:
        assert "is no number" in str(refused)  # noqa: PT017


@pytest.mark.parametrize("value", [4, 4.5, True, None, Decimal(3)])
def test_what_has_a_type_already_is_left_to_the_noun(value: object) -> None:
    assert number(value) is value
    assert yes_or_no(value) is value


@pytest.mark.parametrize(("value", "whole"), [("2", 2), ("2.0", 2), ("2.", 2), (2.0, 2), (2, 2), (2.5, 2.5)])
def test_a_whole_number_may_come_as_a_float_that_is_one(value: object, whole: object) -> None:
    assert whole_number(value) == whole


@pytest.mark.parametrize("text", ["2.5", "v2", "1e3", "9" * 30, ""])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no whole number"):
        whole_number(text)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("Yes", True), ("1", True), ("FALSE", False), ("no", False), ("0", False)]
)
def test_yes_and_no_are_written_in_three_ways(text: str, value: bool) -> None:
    assert yes_or_no(text) is value


def test_what_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ValueError, match="'maybe' is neither yes nor no; write true or false"):
        yes_or_no("maybe")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-02T14:03:00-05:00", "2026-11-02T19:03:00"),
        ("2026-11-02T19:03:00Z", "2026-11-02T19:03:00"),
        ("2026-11-02 14:03", "2026-11-02T19:03:00"),
        ("2026-11-02", "2026-11-02T05:00:00"),
        ("2026-07-02", "2026-07-02T04:00:00"),
        ("2026-11-02T14:03:00.1234567-05:00", "2026-11-02T19:03:00.123456"),
        # shown twice by the clock: the first; never shown by it: as if it had not yet been put forward
        ("2026-11-01T01:30:00", "2026-11-01T05:30:00"),
        ("2026-03-08T02:30:00", "2026-03-08T07:30:00"),
    ],
)
def test_a_time_without_an_offset_is_in_the_time_zone_given(text: str, utc: str) -> None:
    found = instant(text, NEW_YORK)
    assert found == datetime.fromisoformat(utc + "+00:00")
    assert found.tzinfo is UTC


def test_dates_and_times_are_taken_as_they_are() -> None:
    assert instant(date(2026, 11, 2), NEW_YORK) == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert instant(datetime(2026, 11, 2), UTC) == datetime(2026, 11, 2, tzinfo=UTC)  # noqa: DTZ001


@pytest.mark.parametrize(
    "value",
    [45963, 1793630580.5, True, None, "45963", "20261102", "11/02/2026", "2026-13-01", "2026-11-02T25:00", ""],
)
def test_what_would_have_to_be_guessed_is_no_time(value: object) -> None:
    with pytest.raises(ValueError, match="is no date or time; write 2026-11-02 or"):
        instant(value, UTC)


def test_a_time_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        instant("0001-01-01T00:00:00+05:00", UTC)


@given(st.datetimes(timezones=st.builds(timezone, st.timedeltas(timedelta(hours=-12), timedelta(hours=14)))))
def test_every_time_with_an_offset_reads_back_from_iso(when: datetime) -> None:
    try:
        expected = when.astimezone(UTC)
    except OverflowError:
        return
    assert instant(when.isoformat(), NEW_YORK) == expected
