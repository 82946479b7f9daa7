from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.readers.parts import (
    epoch,
    facts,
    file_stem,
    identifier,
    iso_duration,
    label,
    moment,
    number,
    proto_duration,
    ticks,
)

ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.text(alphabet="0123456789.PTHMSse+-", max_size=12)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.sampled_from(["seconds", "nanos"]), st.integers() | st.text(max_size=3), max_size=2)
)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("PT2.58S", 2.58), ("PT1M48.05S", 108.05), ("PT1H0.5S", 3600.5), ("P1DT2S", 86402.0), ("-PT3S", -3.0)],
)
def test_iso_durations(value, seconds):
    assert iso_duration(value) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1.200s", 1.2),
        ("0s", 0.0),
        ({"seconds": "12", "nanos": 900000000}, 12.9),
        ({"seconds": 3}, 3.0),
        ({"nanos": 5e8}, 0.5),
    ],
)
def test_durations_of_protocol_buffers_as_text_and_as_dumped(value, seconds):
    assert proto_duration(value) == pytest.approx(seconds)


@pytest.mark.parametrize("value", ["", "P", "PT", "1.2", "s", "PT1", None, {}, {"seconds": "x"}, "12,5s", "٣s"])
def test_what_is_no_duration_is_none(value):
    assert iso_duration(value) is None
    assert proto_duration(value) is None


def test_ticks_come_whole_and_as_floats():
    assert ticks(7600000) == ticks(7600000.0) == 0.76


@pytest.mark.parametrize("value", [True, None, "", "1,5", "0x10", "NaN", "1e999", 10**400, float("inf"), "٣", [], {}])
def test_what_is_no_number_is_none(value):
    assert number(value) is None


@given(ANYTHING)
def test_nothing_raises_whatever_it_is_given(value):
    for read in (number, ticks, iso_duration, proto_duration, label, identifier, file_stem, moment):
        read(value)
    assert set(facts(a=value)) <= {"a"}


@given(st.none() | st.floats())
def test_a_moment_is_one_in_which_a_call_can_have_been(seconds):
    found = epoch(seconds)
    assert found is None or datetime(1990, 1, 1, tzinfo=UTC) <= found < datetime(2200, 1, 1, tzinfo=UTC)


def test_labels_are_text():
    assert [label(value) for value in (0, 1.0, "spk_0", True, None, " ", "a\nb", 1.5)] == ["0", "1", "spk_0"] + [""] * 5


def test_a_recordings_name_is_without_folders_query_and_ending():
    assert file_stem("https://store.example/a/lark-31.wav?sig=a/b.c") == "lark-31"
    assert file_stem("gs://calls/lark.2.wav") == "lark.2"
    assert file_stem(None) is None
