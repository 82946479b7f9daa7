"""Scores in tables of any make, read by a map; and every bad input that such a table may hold."""

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from importing import blob
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import Hints
from rubric.readers import table
from rubric.score_map import ScoreMap
from scoring import Read, read_table, setup_of

WIDE = {"columns": {"call_id": "Call"}, "criteria": {"Empathy": "empathy", "Closing": "closing"}}
LONG = {
    "columns": {"call_id": "Call", "criterion": "Question", "score": "Points"},
    "criteria": {"Q1": "empathy", "Q2": "closing"},
}
DATED = {**WIDE, "columns": {"call_id": "Call", "scored_at": "On"}}


def scores(text, **told):
    return read_table(text, **told).values


def at(text, **told):
    (score,) = read_table(
        f"Call,On,Empathy,Closing\nc-1,{text},1,\n", **{**DATED, "criteria": {"Empathy": "empathy"}, **told}
    ).scores
    return score["scored_at"]


def test_a_wide_table_has_a_column_a_criterion():
    assert scores("Call,Empathy,Closing\nc-1,40,100\nc-2,7,0\n", **WIDE) == {
        ("c-1", "empathy"): 40, ("c-1", "closing"): 100, ("c-2", "empathy"): 7, ("c-2", "closing"): 0
    }  # fmt: skip


def test_a_long_table_has_a_row_a_score():
    assert scores("Call,Question,Points\nc-1,Q1,40\nc-1,Q2,\n", **LONG) == {
        ("c-1", "empathy"): 40, ("c-1", "closing"): None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "scale", "score"),
    [
        ("40", None, 40), ("40", "0-100", 40), ("0.4", "0-1", 40), ("0.58", "0-1", 58), ("1", "1-5", 0),
        ("3", "1-5", 50), ("5", "1-5", 100), ("2", "0-5", 40), ("40%", "percent", 40), ("Yes", "yes-no", 100),
        ("no", "yes-no", 0), ("0", "yes-no", 0), ("3/5", "points", 60), ("3 of 5", "points", 60), ("-1", "-2-2", 25),
    ],
)  # fmt: skip
def test_each_scale_is_converted_to_the_rubrics(cell, scale, score):
    told = {**WIDE, "criteria": {"Empathy": "empathy"}, **({"scale": scale} if scale else {})}
    assert scores(f"Call,Empathy\nc-1,{cell}\n", **told) == {("c-1", "empathy"): score}


def test_a_score_is_converted_to_a_rubric_of_another_scale():
    from builders import a_criterion, a_rubric

    rubric = a_rubric(a_criterion("empathy", threshold=3), scale={"min": 1, "max": 5})
    told = {**WIDE, "criteria": {"Empathy": "empathy"}, "scale": "0-100"}
    assert read_table("Call,Empathy\nc-1,75\n", rubric=rubric, **told).values == {("c-1", "empathy"): 4}


def test_points_are_of_the_most_in_a_column_beside_them():
    told = {**LONG, "columns": {**LONG["columns"], "max": "Of"}, "scale": "points"}
    found = read_table("Call,Question,Points,Of\nc-1,Q1,3,4\nc-1,Q2,1,\nc-2,Q1,1,0\n", **told)
    assert found.values == {("c-1", "empathy"): 75}
    assert found.reasons == [
        "Points: '1' are points of nobody knows how many; name the column with the most as max",
        "Points: the most is 0, and points are of more than nothing",
    ]


def test_single_criteria_may_have_scales_of_their_own():
    told = {**WIDE, "scale": "1-5", "scales": {"closing": "yes-no"}}
    assert scores("Call,Empathy,Closing\nc-1,3,yes\n", **told) == {("c-1", "empathy"): 50, ("c-1", "closing"): 100}


def test_words_may_stand_for_scores():
    told = {**WIDE, "scale": "1-5", "answers": {"Exceeds": 100, "needs work": 30}}
    assert scores("Call,Empathy,Closing\nc-1,exceeds,Needs Work\n", **told) == {
        ("c-1", "empathy"): 100, ("c-1", "closing"): 30
    }  # fmt: skip


@pytest.mark.parametrize("cell", ["", "  ", "N/A", "na", "NA", "n.a.", "Not applicable"])
def test_what_does_not_apply_is_empty_and_never_zero(cell):
    assert scores(f"Call,Empathy,Closing\nc-1,{cell},0\n", **WIDE) == {("c-1", "empathy"): None, ("c-1", "closing"): 0}


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("140", "score: 140 is off the scale of 0 to 100"),
        ("-3", "score: -3 is off the scale of 0 to 100"),
        ("NaN", "'NaN' is no number; leave the field empty where the criterion does not apply"),
        ("inf", "'inf' is no number; write digits, with a point for decimals"),
        ("1e999", "score: inf is off the scale of 0 to 100"),
        ("good", "'good' is no number; write digits, with a point for decimals"),
        ("42%", "'42%' is no number; write 42 without the percent sign"),
        ('"42,5"', "'42,5' is no number; write 42.5 with a point; or say decimal = \",\" in the map"),
        ("-", "'-' is no number; leave the field empty where the criterion does not apply"),
    ],
)
def test_what_is_no_score_is_set_aside_and_the_others_go_on(cell, reason):
    found = read_table(f"Call,Empathy,Closing\nc-1,{cell},50\n", **WIDE)
    assert found.reasons == [f"Empathy: {reason}"]
    assert found.values == {("c-1", "closing"): 50}
    assert found.balanced


def test_a_decimal_comma_is_read_where_the_map_says_so():
    told = {**WIDE, "decimal": ","}
    assert scores("Call;Empathy;Closing\nc-1;42,5;7\n", **told) == {("c-1", "empathy"): 42.5, ("c-1", "closing"): 7}
    found = read_table("Call;Empathy;Closing\nc-1;1.000;7\n", **told)
    assert found.reasons == ["Empathy: '1.000' has a point and may mean thousands; write it without"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_separators_and_encodings_are_told_by_the_content(separator, encoding):
    text = "Call,Empathy,Closing,Rück\nc-1,40,50,ü\n".replace(",", separator).encode(encoding)
    assert read_table(text, **WIDE).values == {("c-1", "empathy"): 40, ("c-1", "closing"): 50}


def test_headers_may_differ_in_case_spaces_and_order():
    assert scores(" closing ,CALL,EMPATHY\n50,c-1,40\n", **WIDE) == {("c-1", "empathy"): 40, ("c-1", "closing"): 50}


def test_quoted_line_breaks_and_separators_stay_in_their_cell():
    told = {**WIDE, "comments": {"Empathy": "Why"}}
    found = read_table('Call,Empathy,Closing,Why\nc-1,40,50,"Late,\nand ""short"""\nc-2,1,2,\n', **told)
    assert found.scores[0]["comment"] == 'Late,\nand "short"'
    assert len(found.scores) == 4


def test_a_row_with_a_field_too_many_is_set_aside_alone():
    found = read_table("Call,Empathy,Closing\nc-1,40,50,60\nc-2,41,51\n", **WIDE)
    assert found.values == {("c-2", "empathy"): 41, ("c-2", "closing"): 51}
    assert found.reasons == ["line 2: has 4 fields, the header has 3; quote a field that holds a separator"]


def test_columns_that_no_map_names_are_passed_over():
    assert scores("Call,Queue,Empathy,Closing\nc-1,billing,40,50\n", **WIDE)["c-1", "empathy"] == 40


@pytest.mark.parametrize("name", ["NA", "None", "null", "0012", "1e5", "nan", "TRUE"])
def test_identifiers_stay_the_text_that_they_are(name):
    told = {**WIDE, "columns": {"call_id": "Call", "agent_id": "Agent", "scored_by": "By"}}
    (first, _) = read_table(f"Call,Agent,By,Empathy,Closing\n{name},{name},qa,1,2\n", **told).scores
    assert (first["call_id"], first["agent_id"]) == (name, name)


def test_numbers_are_identifiers_as_they_stand_and_none_with_decimals():
    told = {**WIDE, "columns": {"call_id": "Call", "agent_id": "Agent"}}
    rows = [
        {"Call": 7001, "Agent": "a", "Empathy": 1, "Closing": 2},
        {"Call": 12.0, "Agent": "b", "Empathy": 1, "Closing": 2},
    ]
    found = Read({"s.json": rows}, setup_of(told))
    assert {call for call, _ in found.values} == {"7001"}
    assert found.reasons == ["Call: 12.0 is a number and no identifier; keep the column as text"]
    assert found.tally.lost == 2


@pytest.mark.parametrize("row", [",40,50", "  ,40,50"])
def test_a_row_that_names_no_call_is_set_aside_with_all_its_scores(row):
    found = read_table(f"Call,Empathy,Closing\n{row}\n", **WIDE)
    assert found.reasons == ["Call: which call it is, is missing"]
    assert (found.tally.lost, found.balanced) == (2, True)


@pytest.mark.parametrize(
    ("text", "dates", "moment"),
    [
        ("2026-11-03T09:00:00-05:00", "iso", "2026-11-03T14:00:00Z"),
        ("2026-11-03 09:00", "iso", "2026-11-03T09:00:00Z"),
        ("2026-11-03", "iso", "2026-11-03T00:00:00Z"),
        ("03.11.2026", "%d.%m.%Y", "2026-11-03T00:00:00Z"),
        ("11/03/2026 9:05 PM", "%m/%d/%Y %I:%M %p", "2026-11-03T21:05:00Z"),
        ("46329", "excel", "2026-11-03T00:00:00Z"),
        ("46329.5", "excel", "2026-11-03T12:00:00Z"),
    ],
)
def test_dates_are_read_as_the_map_says(text, dates, moment):
    assert at(text, dates=dates) == moment


def test_a_time_without_a_zone_is_in_the_programs():
    files = {"s.csv": "Call,On,Empathy,Closing\nc-1,2026-11-03 09:00,1,2\n"}
    found = Read(files, setup_of(DATED, timezone=ZoneInfo("America/New_York")))
    assert found.scores[0]["scored_at"] == "2026-11-03T14:00:00Z"


@pytest.mark.parametrize(
    ("text", "dates", "reason"),
    [
        ("46329", "iso", "'46329' is no date or time; write 2026-11-02 or 2026-11-02T14:03:00-05:00; a spreadsheet's "
                         'day number? say dates = "excel" in the map'),
        ("03/11/2026", "iso", "'03/11/2026' is no date or time; write 2026-11-02 or 2026-11-02T14:03:00-05:00; "
                              'or say in the map how dates are written, like dates = "%d/%m/%Y"'),
        ("31/12/2026", "%m/%d/%Y", "'31/12/2026' is not written as %m/%d/%Y, which the map says"),
        ("7", "excel", "'7' is no day number of a spreadsheet; the map says dates = \"excel\""),
        ("nan", "excel", "'nan' is no day number of a spreadsheet; the map says dates = \"excel\""),
    ],
)  # fmt: skip
def test_a_date_that_would_have_to_be_guessed_is_set_aside(text, dates, reason):
    found = read_table(f"Call,On,Empathy,Closing\nc-1,{text},1,2\n", **{**DATED, "dates": dates})
    assert found.reasons == [f"On: {reason}"]
    assert found.tally.lost == 2


def test_a_score_of_the_future_is_set_aside():
    found = read_table("Call,On,Empathy,Closing\nc-1,2027-01-05,1,2\nc-2,2026-11-30,1,2\n", **DATED)
    assert {call for call, _ in found.values} == {"c-2"}
    assert found.reasons == [
        "was given in the future (2027-01-05T00:00:00+00:00); is a clock or the order of the date wrong?"
    ]


def test_an_unfinished_evaluation_is_left_out_by_its_status():
    told = {**WIDE, "columns": {"call_id": "Call", "status": "State"}, "counted": ["Submitted", "closed"]}
    found = read_table(
        "Call,State,Empathy,Closing\nc-1,submitted,1,2\nc-2,Draft,1,2\nc-3,,1,2\nc-4,CLOSED,1,2\n", **told
    )
    assert {call for call, _ in found.values} == {"c-1", "c-4"}
    assert dict(found.tally.left_out) == {
        "not finished: its status is 'Draft'": 2, "not finished: its status is 'empty'": 2
    }  # fmt: skip
    assert found.balanced


def test_calibration_sessions_are_left_out():
    told = {**WIDE, "columns": {"call_id": "Call", "calibration": "Cal"}}
    found = read_table("Call,Cal,Empathy,Closing\nc-1,,1,2\nc-2,yes,1,2\nc-3,no,1,2\nc-4,session-7,1,2\n", **told)
    assert {call for call, _ in found.values} == {"c-1", "c-3"}
    assert dict(found.tally.left_out) == {"of a calibration session": 4}


def test_an_agents_own_score_is_left_out():
    told = {**WIDE, "columns": {"call_id": "Call", "agent_id": "Agent", "scored_by": "By"}}
    found = read_table("Call,Agent,By,Empathy,Closing\nc-1,a-1,a-1,1,2\nc-2,a-1,qa-1,1,2\n", **told)
    assert {call for call, _ in found.values} == {"c-2"}
    assert dict(found.tally.left_out) == {"the agent's own evaluation": 2}


def test_an_auto_fail_column_fails_what_it_names_even_with_full_points():
    told = {**WIDE, "columns": {"call_id": "Call", "auto_fail": "Fatal"}}
    found = read_table("Call,Fatal,Empathy,Closing\nc-1,Closing,80,100\nc-2,no,80,100\n", **told)
    assert found.values["c-1", "closing"] == 0
    assert found.values["c-1", "empathy"] == 80
    assert found.values["c-2", "closing"] == 100
    told = {**LONG, "columns": {**LONG["columns"], "auto_fail": "Fatal"}}
    found = read_table("Call,Question,Points,Fatal\nc-1,Q1,100,yes\nc-1,Q2,100,\nc-2,Q1,100,perhaps\n", **told)
    assert found.values == {("c-1", "empathy"): 0, ("c-1", "closing"): 100}
    assert found.reasons == ["Fatal: 'perhaps' is neither yes nor no"]


def test_a_question_that_nobody_has_mapped_is_set_aside_with_the_nearest_and_never_guessed():
    found = read_table("Call,Question,Points\nc-1,Empathic,40\nc-1,Colour,40\nc-1,EMPATHY,41\n", **LONG)
    assert found.values == {("c-1", "empathy"): 41}, "the criterion's own name is no guess"
    assert found.reasons == [
        "Points: nobody has said which criterion 'Empathic' is; is it 'empathy'? say so in the map's [criteria]",
        "Points: nobody has said which criterion 'Colour' is; say it in the map's [criteria]",
    ]


def test_a_column_that_was_renamed_is_told_and_nothing_of_the_table_is_read():
    found = read_table("Call,Empathy,Closing words\nc-1,40,50\n", **WIDE)
    assert found.scores == []
    assert found.reasons == [
        "has no column 'Closing', which the map names; is it now 'Closing words'? change the map then"
    ]


def test_the_same_row_twice_is_once_and_another_of_the_same_time_is_set_aside():
    found = read_table(
        "Call,On,Empathy,Closing\nc-1,2026-11-03,40,50\nc-1,2026-11-03,40,50\nc-1,2026-11-03,41,50\n", **DATED
    )
    assert found.values == {("c-1", "empathy"): 40, ("c-1", "closing"): 50}
    assert (found.tally.repeated, found.tally.lost) == (3, 1)
    assert "taken up before with another answer of the same time; the first stays" in found.reasons[0]
    assert found.balanced


def test_a_later_row_of_the_same_call_is_a_score_of_its_own():
    found = read_table("Call,On,Empathy,Closing\nc-1,2026-11-03,40,50\nc-1,2026-11-04,90,50\n", **DATED)
    assert [one["score"] for one in found.scores if one["criterion_id"] == "empathy"] == [40, 90]


def test_parquet_has_the_same_columns_with_values_of_its_own():
    stream = BytesIO()
    columns = {"Call": ["c-1", "c-2"], "On": [datetime(2026, 11, 3, 9, tzinfo=UTC)] * 2,
               "Empathy": [40.0, float("nan")], "Closing": pa.array([None, 7], pa.int8())}  # fmt: skip
    pq.write_table(pa.table(columns), stream)
    found = Read({"s.parquet": stream.getvalue()}, setup_of(DATED))
    assert found.values == {("c-1", "empathy"): 40, ("c-1", "closing"): None, ("c-2", "closing"): 7}
    assert found.reasons == ["Empathy: nan is no number; leave the score empty where there is none"]
    assert found.scores[0]["scored_at"] == "2026-11-03T09:00:00Z"


def test_json_lines_and_arrays_are_tables_too():
    rows = ['{"Call": "c-1", "Empathy": 40, "Closing": null}', '{"Call": "c-2", "Empathy": true, "Closing": "50"}']
    for text in ("\n".join(rows) + "\n", f"[{','.join(rows)}]"):
        found = Read({"s.json": text}, setup_of(WIDE))
        assert found.values == {("c-1", "empathy"): 40, ("c-1", "closing"): None, ("c-2", "closing"): 50}
        assert found.reasons == ['Empathy: True is no number; say scale = "yes-no" where it means yes or no']


def test_our_own_format_needs_no_map_and_keeps_its_rules():
    text = (
        "call_id,criterion_id,score,scored_by,agent_id\nc-1,empathy,40,qa,a\nc-2,empathy,NA,qa,a\nc-3,empathy,1,a,a\n"
    )
    found = Read({"s.csv": text}, setup_of())
    assert found.values == {("c-1", "empathy"): 40}
    assert found.reasons == [
        "score: 'NA' is no number; leave the field empty where the criterion does not apply",
        "scored_by: is the agent, and an agent's own score is none of the QA team's",
    ]


def test_a_form_version_and_a_rubric_version_come_along():
    columns = {"call_id": "Call", "form": "F", "form_version": "V", "rubric_version": "R"}
    text = "Call,F,V,R,Empathy,Closing\nc-1,QA,3,2,1,2\nc-2,QA,4,2,1,2\nc-3,QA,3,two,1,2\n"
    found = read_table(text, **{**WIDE, "columns": columns, "form_versions": [3]})
    assert {(one["call_id"], one["rubric_version"]) for one in found.scores} == {("c-1", 2)}
    assert [reason[:40] for reason in found.reasons] == [
        "is of version 4 of the form 'QA', and th", "R: 'two' is no version of a rubric, like"
    ]  # fmt: skip


def test_a_map_may_say_the_rubrics_version_and_a_long_table_what_was_answered():
    told = {**LONG, "columns": {**LONG["columns"], "answer": "Said"}, "rubric_version": 3}
    found = read_table("Call,Question,Points,Said\nc-1,Q1,40,In part\n", **told)
    assert found.scores[0]["rubric_version"] == 3
    (source,) = sources_in(blob(b"Call,Question,Points,Said\nc-1,Q1,40,In part\n", "s.csv"), Hints())
    (evaluation,) = table.read(source, ScoreMap(**told))
    assert evaluation.answers[0].answer == "In part"
