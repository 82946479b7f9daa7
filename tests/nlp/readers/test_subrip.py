import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing import found_in, said, times, transcript_of

SRT = """1
00:00:01,000 --> 00:00:02,500
[SPEAKER_00]: Thank you for calling.

2
00:00:03,000 --> 00:00:04,000
[SPEAKER_01]: {\\an8}<i>Hi</i>, R&amp;D &
two lines

3
00:00:05,000 --> 00:00:06,000
[SPEAKER_00]: 42
"""


def test_numbered_cues_with_commas_are_read():
    found = transcript_of(SRT, "c-9.srt")
    assert found.vendor == "SubRip"
    assert found.call_id == "c-9"
    assert said(found) == [
        ("SPEAKER_00", "Thank you for calling."),
        ("SPEAKER_01", "Hi, R&amp;D &\ntwo lines"),
        ("SPEAKER_00", "42"),
    ]
    assert times(found) == [(1.0, 2.5), (3.0, 4.0), (5.0, 6.0)]


def test_cues_that_follow_each_other_without_a_blank_line_are_still_two():
    found = transcript_of("1\n00:00:01,000 --> 00:00:02,000\nAgent: a\n2\n00:00:03,000 --> 00:00:04,000\nCustomer: b\n")
    assert said(found) == [("Agent", "a"), ("Customer", "b")]


def test_a_broken_line_of_times_loses_its_cue_and_says_where():
    found = transcript_of(SRT.replace("00:00:03,000 -->", "00:00:0three -->"))
    assert len(found.speeches) == 2
    assert found.set_aside[0].reason.startswith(
        "the cue in line 6: '00:00:0three --> 00:00:04,000' is no line of times"
    )


def test_an_arrow_in_what_is_said_is_no_cue():
    found = transcript_of(SRT.replace("two lines", "go --> there"))
    assert said(found)[1][1].endswith("\ngo --> there")


@pytest.mark.parametrize("cut", range(0, len(SRT), 7))
def test_a_file_that_was_cut_off_is_accounted_for(cut):
    for each in found_in(SRT[:cut]):
        assert "could be accounted for" not in getattr(each, "reason", "")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_file_with_bytes_changed_is_accounted_for(data):
    raw = bytearray(SRT.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.sampled_from(b"\x00\n\r ->:,0129Ax<\xff\xe9"))
    for each in found_in(bytes(raw)):
        reason = getattr(each, "reason", "")
        assert "could be accounted for" not in reason
        assert "is not as" not in reason
