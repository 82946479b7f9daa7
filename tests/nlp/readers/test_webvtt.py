import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing import calls_of, found_in, refusal_of, said, times, transcript_of
from nlp.readers import webvtt
from nlp.readers.cues import count_cues, cues
from nlp.readers.speakers import Who

ZOOM = """WEBVTT

1
00:00:02.010 --> 00:00:04.500
Priya Raman: Thanks for calling Fern &amp; Co.

2
00:00:05.000 --> 00:00:06.250
Dana Whitlock: Hi: it's about my parcel.

3
00:00:06.300 --> 00:00:08.000
Priya Raman: Sure -
one moment.
"""

TEAMS = """WEBVTT

018f/12-0
0:0:-1.0 --> 0:0:1.500
<v Priya Raman>Good morning.</v>

018f/13-0
-0:0:2.0 --> 0:0:5.320
<v Priya Raman>How can</v> <v Dana Whitlock>I <i>lost</i> it &lt;today&gt;</v>

NOTE a remark with --> in it
that goes on

018f/14-0
0:1:0,5 --> 0:1:2,25
<v.first.loud Dana Whitlock>Yes, 1 < 2 and <3</v>
"""

SPOKEN = {
    "startDateTime": "2026-11-02T14:00:01Z",
    "endDateTime": "2026-11-02T14:00:05Z",
    "speakerName": "Priya Raman",
    "spokenText": "Go --> there & wait",
    "spokenLanguage": "en-us",
}
GRAPH = f"WEBVTT\n\n0:0:1.000 --> 0:0:5.320\n{json.dumps(SPOKEN)}\n"


def test_zooms_names_before_the_words_are_speakers():
    found = transcript_of(ZOOM, "GMT20261102-190300_Recording.transcript.vtt")
    assert said(found) == [
        ("Priya Raman", "Thanks for calling Fern & Co."),
        ("Dana Whitlock", "Hi: it's about my parcel."),
        ("Priya Raman", "Sure -\none moment."),
    ]
    assert times(found) == [(2.01, 4.5), (5.0, 6.25), (6.3, 8.0)]
    assert found.call_id == "GMT20261102-190300_Recording"
    assert found.started_at.isoformat() == "2026-11-02T19:03:00+00:00"
    assert found.channel == "phone"


def test_who_is_the_agent_comes_from_the_agents_names():
    (call,) = calls_of(ZOOM, who=Who(agents={"Priya Raman": "a-9"}))
    assert [turn.speaker for turn in call.turns] == ["agent", "customer", "agent"]
    assert call.agent_id == "a-9"


def test_teams_voices_two_in_a_cue_and_negative_unpadded_times_with_commas():
    found = transcript_of(TEAMS)
    assert said(found) == [
        ("Priya Raman", "How can"),
        ("Dana Whitlock", "I lost it <today>"),
        ("Dana Whitlock", "Yes, 1 < 2 and <3"),
    ]
    assert times(found) == [(-2.0, 5.32), (-2.0, 5.32), (60.5, 62.25)]
    (lost,) = found.set_aside
    assert lost.reason.startswith("the cue in line 4: '0:0:-1.0 --> 0:0:1.500' is no line of times like 00:00:01.000")


def test_graphs_metadata_is_read_as_who_said_what_and_when():
    found = transcript_of(GRAPH)
    assert said(found) == [("Priya Raman", "Go --> there & wait")]
    assert found.started_at.isoformat() == "2026-11-02T14:00:00+00:00"
    assert found.language == "en-us"


def test_numbered_speakers_as_whisperx_writes_them():
    found = transcript_of("WEBVTT\nLanguage: en\n\n00:01.000 --> 00:02.000\n[SPEAKER_00]: hello\n")
    assert said(found) == [("SPEAKER_00", "hello")]
    assert found.language == "en"


def test_captions_of_nobody_are_read_and_say_so_as_a_call():
    words = ("Okay: so", "What now", "bye")
    raw = "WEBVTT\n\n" + "\n\n".join(f"00:0{n}.000 --> 00:0{n}.900\n{each}" for n, each in enumerate(words))
    assert said(transcript_of(raw)) == [("", "Okay: so"), ("", "What now"), ("", "bye")]
    assert "names no speakers" in calls_of(raw)[0].reason


def test_a_cue_that_names_nobody_goes_on_with_the_speaker_before_and_that_is_said():
    raw = ZOOM + "\n4\n00:00:09.000 --> 00:00:10.000\nand it came back\n"
    found = transcript_of(raw)
    assert said(found)[-1] == ("Priya Raman", "and it came back")
    assert found.notes == ("1 cues that name nobody were given to the speaker before them",)


def test_a_cue_without_words_is_counted_and_passed_over():
    found = transcript_of(ZOOM + "\n4\n00:00:09.000 --> 00:00:10.000\n\n")
    assert found.no_speech == 1


def test_reversed_times_lose_their_end_and_not_the_words():
    found = transcript_of("WEBVTT\n\n00:05.000 --> 00:02.000\n<v Agent>hello</v>\n")
    assert times(found) == [(5.0, None)]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_line_ends_and_any_unicode(end, encoding):
    found = transcript_of(ZOOM.replace("\n", end).encode(encoding))
    assert len(found.speeches) == 3


def test_a_blank_line_inside_a_cue_loses_nothing():
    found = transcript_of(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>one\n\ntwo</v>\n\n00:03.000 --> 00:04.000\n<v Agent>three</v>\n"
    )
    assert said(found) == [("Agent", "one\n\ntwo"), ("Agent", "three")]


def test_styles_and_regions_are_no_words():
    cue = "00:01.000 --> 00:02.000 align:start\n<v Agent>hi</v>\n"
    raw = f"WEBVTT\n\nSTYLE\n::cue {{ color: red }}\n\nREGION\nid:x\n\n{cue}"
    assert said(transcript_of(raw)) == [("Agent", "hi")]


def test_a_head_without_cues_is_no_call():
    assert refusal_of("WEBVTT\n\n") == "holds no turns; was the recording silent, or was it not transcribed?"


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img onerror=x>', "{{7*7}}", "=HYPERLINK(1)", "../../x"]
)
def test_hostile_words_stay_the_words_that_they_are(hostile):
    assert said(transcript_of(f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>{hostile}</v>\n"))[0][1] == hostile


LINES = st.sampled_from(
    [
        *("WEBVTT", "", "", " ", "\t", "\x0b", "\u2028", "1", "NOTE x", "NOTE --> x", "STYLE", "-->", "&amp;lt;"),
        *("00:01.000 --> 00:02.000", "0:0:-1 --> 0:0:1", "-0:1:2,5 --> 0:0:9", "x --> y", "00:0x --> 1"),
        *("00:00:01.000 --> 00:00:0x", "99:99:99.9 --> 00:00:00", "a --> b --> c"),
        *("Priya: hi", "<v Priya>hi</v>", "<v A>a</v><v B>b", '{"spokenText":"a"}', '{"spokenText"'),
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.lists(LINES | st.text(max_size=12), max_size=14), st.sampled_from(["\n", "\r\n", "\r"]))
def test_whatever_lines_come_as_many_cues_are_read_as_the_bytes_hold(lines, end):
    text = "WEBVTT\n\n" + end.join(lines)
    raw = text.encode("utf-8", "replace")
    assert len(list(cues(raw.decode(), notes=True))) == count_cues(raw)
    for each in found_in(raw):
        assert "could be accounted for" not in getattr(each, "reason", "")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400))
def test_a_file_that_was_cut_off_keeps_what_is_there(cut):
    raw = ZOOM.encode()[:cut]
    for each in found_in(raw):
        assert "could be accounted for" not in getattr(each, "reason", "")
    assert webvtt.NAME == "WebVTT"


def test_names_on_a_line_of_their_own_are_speakers():
    cues = [
        "0:0:1.0 --> 0:0:2.0\nAnn Bell\nHello: all",
        "0:0:3.0 --> 0:0:4.0\nJo\nHi.",
        "0:0:5.0 --> 0:0:6.0\nAnn Bell\nBye.",
    ]
    found = transcript_of("\n\n".join(cues))
    assert said(found) == [("Ann Bell", "Hello: all"), ("Jo", "Hi."), ("Ann Bell", "Bye.")]


def test_two_lines_of_words_are_not_a_name_and_words():
    cues = [f"00:0{n}.000 --> 00:0{n}.500\nThank you {n}\nfor calling" for n in range(4)]
    assert {label for label, _ in said(transcript_of("WEBVTT\n\n" + "\n\n".join(cues)))} == {""}
