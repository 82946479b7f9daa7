import io
import json
import tracemalloc

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing import calls_of, found_in, reasons, refusal_of, said, times, transcript_of
from nlp.readers import table
from nlp.readers.vendor import Hints, LostTurn, Transcript

CSV = """Conversation ID,Participant,Start (ms),End (ms),Message,Agent Name,Agent ID,Channel
0012,Agent,0,2100,"Hello, this is Priya.",Priya Raman,a-9,Voice
0012,Customer,2300,4000,"I was ""charged""
twice",Priya Raman,a-9,Voice
NA,Agent,0,900,Hi.,,,chat
"""


def parquet(**columns):
    buffer = io.BytesIO()
    pd.DataFrame(columns).to_parquet(buffer, index=False)
    return buffer.getvalue()


def test_a_row_is_a_turn_of_the_call_that_it_names():
    first, second = found_in(CSV, "export.csv")
    assert said(first) == [("Agent", "Hello, this is Priya."), ("Customer", 'I was "charged"\ntwice')]
    assert times(first) == [(0.0, 2.1), (2.3, 4.0)]
    assert (first.call_id, first.agent_id, first.channel, first.names) == (
        "0012",
        "a-9",
        "phone",
        {"Agent": "Priya Raman"},
    )
    assert (second.call_id, second.agent_id, second.channel) == ("NA", None, "chat")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "\ufeff", "\n"])
def test_any_separator_line_end_and_mark(separator, end, before):
    rows = [["Call_ID", "Speaker", "Text"], ["1", "agent", "hi"], ["1", "customer", "yes"]]
    raw = before + end.join(separator.join(row) for row in rows)
    assert said(transcript_of(raw)) == [("agent", "hi"), ("customer", "yes")]


def test_a_spreadsheets_word_on_its_separator_is_passed_over():
    assert said(transcript_of("sep=;\ncall_id;speaker;text\n1;agent;hi\n")) == [("agent", "hi")]


def test_columns_are_what_a_map_says_they_are():
    raw = "k,who,what,von\nc-1,A,hello,1\nc-1,B,hi,2\n"
    assert "no transcript of a known format" in refusal_of(raw)
    hints = Hints(columns={"call_id": "k", "speaker": "who", "text": "what", "start": "von"}, unit="seconds")
    found = transcript_of(raw, hints=hints)
    assert said(found) == [("A", "hello"), ("B", "hi")]
    assert times(found) == [(1.0, None), (2.0, None)]


def test_rows_of_a_sequence_are_put_in_its_order_and_others_in_that_of_time():
    assert said(transcript_of("call_id,seq,speaker,text\n1,10,agent,b\n1,9,customer,a\n")) == [
        ("customer", "a"),
        ("agent", "b"),
    ]
    raw = "call_id,start_s,speaker,text\n1,0,agent,a\n1,9,agent,c\n1,5,customer,b\n"
    assert [words for _, words in said(transcript_of(raw))] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("column", "values", "seconds"),
    [
        ("start", ("0", "2.5"), [0.0, 2.5]),
        ("start_time", ("0", "2500"), [0.0, 2.5]),
        ("offset_ms", ("0", "2500"), [0.0, 2.5]),
        ("start_seconds", ("0", "2500"), [0.0, 2500.0]),
        ("timestamp", ("00:00:01", "00:01:02.5"), [1.0, 62.5]),
        ("timestamp", ("2026-11-02T14:00:00Z", "2026-11-02T14:00:03Z"), [0.0, 3.0]),
        ("timestamp", ("1793628180", "1793628183"), [0.0, 3.0]),
        ("timestamp", ("1793628180000", "1793628183500"), [0.0, 3.5]),
        ("start", ("x", ""), [None, None]),
        ("start", ("-1", "2"), [-1.0, 2.0]),
    ],
)
def test_times_in_every_writing(column, values, seconds):
    raw = f"call_id,speaker,text,{column}\n" + "".join(f"1,agent,some words here,{value}\n" for value in values)
    assert [start for start, _ in times(transcript_of(raw))] == seconds


def test_a_unit_that_nobody_can_tell_is_left_out_and_said():
    raw = "call_id,speaker,text,start\n1,agent,hi,0\n1,agent,yes,90\n"
    found = transcript_of(raw)
    assert times(found) == [(None, None), (None, None)]
    assert "nobody can tell their unit" in found.notes[0]


def test_a_moment_is_when_the_call_began():
    raw = "call_id,speaker,text,timestamp\n1,agent,hi,2026-11-02T14:00:00-05:00\n"
    assert transcript_of(raw).started_at.isoformat() == "2026-11-02T19:00:00+00:00"


def test_a_transcript_in_a_cell_is_a_call_of_its_own():
    raw = 'Call ID,Agent ID,Transcript\nc-1,a-9,"Agent: Hi.\nCustomer: Yes.\nAgent: Bye."\nc-2,a-9,nothing\nc-3,a-9,\n'
    call, lost, empty = found_in(raw)
    assert (call.call_id, call.agent_id, call.vendor) == ("c-1", "a-9", "Plain text")
    assert said(call) == [("Agent", "Hi."), ("Customer", "Yes."), ("Agent", "Bye.")]
    assert isinstance(lost, LostTurn)
    assert lost.reason.startswith("row 5: is no transcript of a known format")
    assert empty.reason == "row 6: has no transcript"


def test_a_transcript_in_a_cell_none_of_whose_turns_can_be_kept_is_one_row_still():
    found = transcript_of('Call ID,Transcript\nc-1,"Agent: \x00Customer: Yes.\nAg.\nAgent-x"\n')
    assert found.speeches == ()
    assert [lost.entries for lost in found.set_aside] == [1]


def test_rows_that_are_none_are_lost_alone_with_their_line():
    raw = 'call_id,speaker,text\n1,agent,hi\n1,agent\n1,agent,a,b\n,agent,x\n\n1,customer,"a"b\n1,customer,ok\n'
    found = found_in(raw)
    assert [each.reason.split(";")[0] for each in found if isinstance(each, LostTurn)] == [
        "line 3: has 2 fields, the header has 3",
        "line 4: has 4 fields, the header has 3",
        "row 5: names no call: 'call_id' is empty",
        "line 7: is not CSV: ',' expected after '\"'",
    ]
    assert said(found[-1]) == [("agent", "hi"), ("customer", "ok")]


def test_a_quotation_mark_that_never_closes_says_so_and_keeps_what_was_before():
    found = found_in('call_id,speaker,text\n1,agent,hi\n1,agent,"oh\n1,customer,yes\n')
    assert any("is not CSV" in reason for reason in reasons(found))
    assert said(next(each for each in found if isinstance(each, Transcript))) == [("agent", "hi")]


def test_identifiers_that_look_like_numbers_or_nothing_stay_as_they_are():
    raw = "call_id,speaker,text\n" + "".join(f"{name},agent,hi\n" for name in ("0012", "NA", "null", "1e5", "None"))
    assert [each.call_id for each in found_in(raw)] == ["0012", "NA", "null", "1e5", "None"]


def test_parquet_has_the_same_columns():
    raw = parquet(call_id=["p", "p"], speaker=["agent", "customer"], text=["hello", None], start=[0.0, 1.5])
    found = transcript_of(raw)
    assert said(found) == [("agent", "hello"), ("customer", "")]


def test_parquet_of_our_own_calls_is_read_as_them():
    turns = [
        [{"speaker": "agent", "text": "hi", "start": 0.5}],
        [{"speaker": "customer", "text": "yes", "start": None}],
    ]
    raw = parquet(call_id=["p", "q"], turns=turns, started_at=pd.to_datetime(["2026-11-02T14:00:00Z", None]))
    first, second = calls_of(raw)
    assert (first.call_id, first.turns[0].start, first.started_at.isoformat()) == (
        "p",
        0.5,
        "2026-11-02T14:00:00+00:00",
    )
    assert second.started_at is None


def test_a_parquet_file_that_breaks_is_set_aside():
    raw = bytearray(parquet(call_id=["p"] * 50, speaker=["agent"] * 50, text=[f"words {n}" for n in range(50)]))
    raw[40:120] = b"\xff" * 80
    assert all("Parquet" in reason for reason in reasons(found_in(bytes(raw))))


def test_an_array_of_flat_objects_is_a_table():
    rows = [
        {"conversationId": "c", "from": "agent", "message": "hi"},
        {"conversationId": "c", "from": "customer", "message": "yo"},
    ]
    assert said(transcript_of(json.dumps(rows))) == [("agent", "hi"), ("customer", "yo")]


@pytest.mark.parametrize(
    "head", ["call_id,criterion_id,score", "agent_id,name,team", "a,b,c", "text", "speaker,speaker,text"]
)
def test_other_tables_are_not_taken_for_transcripts(head):
    assert reasons(found_in(f"{head}\n1,2,3\n"))


@pytest.mark.parametrize(
    "hostile", ["=HYPERLINK(1)", "\tx", "../../x", "'; DROP TABLE calls; --", "\x1b[31mred", "<b>"]
)
def test_hostile_cells_stay_what_they_are(hostile):
    raw = f'call_id,speaker,text\n1,agent,"{hostile}"\n'
    assert said(transcript_of(raw)) == [("agent", hostile)]


CELLS = st.sampled_from(
    ["1", "agent", "hi", "", " ", '"', '""', '"a"', '"a,b"', ",", "\r", '"a\nb"', "\x00", "NA", "x" * 50, ";"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELLS | st.text(max_size=6), max_size=5), max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_row_of_any_table_is_accounted_for(rows, end):
    raw = end.join(["call_id,speaker,text", *(",".join(row) for row in rows)])
    for each in found_in(raw.encode("utf-8", "replace")):
        reason = getattr(each, "reason", "")
        assert "could be accounted for" not in reason
        assert "is not as" not in reason


def test_words_and_times_of_nobody_are_read_so_that_it_can_be_said():
    raw = "start\tend\ttext\n0\t1500\tHello there, how are you?\n1500\t2500\tHi, I am fine.\n"
    assert "names no speakers" in reasons(calls_of(raw))[0]


def test_cells_over_several_lines_come_out_as_they_are_whichever_call_they_are_of():
    words = ['one\ntwo, "three"', "a\r\nb", "", "last"]
    body = "".join(f'{"xy"[n % 2]},agent,"{each.replace(chr(34), chr(34) * 2)}"\r\n' for n, each in enumerate(words))
    found = found_in("call_id,speaker,text\r\n" + body)
    assert [speech.text for call in found for speech in call.speeches] == [words[0], words[2], words[1], words[3]]


def test_a_call_of_more_rows_than_any_call_has_is_set_aside_and_the_others_are_read():
    raw = "call_id,speaker,text\n" + "1,agent,a\n" * (table.MOST_TURNS + 1) + "2,agent,b\n"
    lost, call = found_in(raw)
    assert lost.reason == (
        "call '1': has 120,001 rows, and no call has over 120,000 turns; is the column right that names the call?"
    )
    assert lost.entries == 120_001
    assert call.call_id == "2"


@pytest.mark.slow
def test_a_table_of_many_short_rows_takes_at_most_ten_times_its_size_and_50_mb():
    rows = (f"{n // 1000},agent,{n}.5,ok {n}\n" for n in range(200_000))
    raw = ("call_id,speaker,start_s,text\n" + "".join(rows)).encode()
    tracemalloc.start()
    found = found_in(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(len(call.speeches) for call in found) == 200_000
    assert peak < 10 * len(raw) + 50 * 2**20
