from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import a_rubric, a_score
from nlp.files import NoSuchInput
from nlp.ledger import Ledger
from rubric.score import Score
from rubric.score_reader import read_scores

RUBRIC = a_rubric("empathy", "opening", version=2)
HEADER = "call_id,criterion_id,score\n"
EMPTY_HINT = "leave the field empty where the criterion does not apply"


def read(path: Path, **where: Any) -> tuple[list[Score], Ledger]:
    ledger = Ledger()
    return list(ledger.keep(read_scores(path, RUBRIC, **where))), ledger


def read_text(tmp_path: Path, text: str, name: str = "scores.csv") -> tuple[list[Score], Ledger]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def read_table(tmp_path: Path, **columns: Any) -> tuple[list[Score], Ledger]:
    pq.write_table(pa.table({"criterion_id": ["empathy"], **columns}), tmp_path / "scores.parquet")
    return read(tmp_path / "scores.parquet")


def test_a_score_is_read_with_all_that_it_may_have(tmp_path: Path) -> None:
    ((score,), _) = read_text(
        tmp_path,
        "call_id,criterion_id,score,agent_id,scored_at,scored_by,rubric_version,comment\n"
        'c-1,empathy,42.5,a-17,2026-11-02T14:03:00Z,qa-3,2,"cold, and short"\n',
    )
    assert score == Score(
        call_id="c-1",
        criterion_id="empathy",
        score=42.5,
        agent_id="a-17",
        scored_at=datetime(2026, 11, 2, 14, 3, tzinfo=UTC),
        scored_by="qa-3",
        rubric_version=2,
        comment="cold, and short",
    )


def test_an_empty_score_is_not_applicable_and_a_zero_is_a_zero(tmp_path: Path) -> None:
    scores, _ = read_text(tmp_path, HEADER + "c-1,empathy,\nc-2,empathy,0\nc-3,empathy,  \n")
    assert [score.score for score in scores] == [None, 0, None]


@pytest.mark.parametrize("name", ["0012", "NA", "None", "null", "1e5", "nan"])
def test_ids_stay_strings(tmp_path: Path, name: str) -> None:
    ((score,), _) = read_text(tmp_path, f"call_id,criterion_id,score,agent_id\n{name},empathy,1,{name}\n")
    assert (score.call_id, score.agent_id) == (name, name)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("c-1,empathy,101", "score: 101 is off the scale of support-core, 0 to 100"),
        ("c-1,empathy,-0.001", "score: -0.001 is off the scale of support-core, 0 to 100"),
        ("c-1,empathy,NaN", f"score: 'NaN' is no number; {EMPTY_HINT}"),
        ("c-1,empathy,NA", f"score: 'NA' is no number; {EMPTY_HINT}"),
        ("c-1,empathy,inf", "score: 'inf' is no number; write digits, with a point for decimals"),
        ("c-1,empathy,true", "score: 'true' is no number; write digits, with a point for decimals"),
        ('c-1,empathy,"0,5"', "score: '0,5' is no number; write 0.5 with a point"),
        ("c-1,empaty,50", "rubric support-core version 2 has no criterion 'empaty'; did you mean 'empathy'?"),
        ("c-1,zzz,50", "rubric support-core version 2 has no criterion 'zzz'"),
        (",empathy,50", "'call_id' is missing"),
        ("c-1,empathy", "has 2 fields, the header has 3; leave a field empty, not out"),
    ],
)
def test_what_is_no_score_is_set_aside_with_the_reason_and_the_others_go_on(
    tmp_path: Path, row: str, reason: str
) -> None:
    kept, ledger = read_text(tmp_path, f"{HEADER}c-0,empathy,100\n{row}\nc-2,opening,0\n")
    assert [score.call_id for score in kept] == ["c-0", "c-2"]
    assert [(aside.line, aside.reason, aside.record) for aside in ledger.set_aside] == [(3, reason, row)]


def test_a_score_of_another_version_is_not_held_against_this_one(tmp_path: Path) -> None:
    scores, ledger = read_text(
        tmp_path,
        "call_id,criterion_id,score,rubric_version\nc-1,old_criterion,500,1\nc-2,old,5,2\nc-3,old,5,\nc-4,empathy,5,2.0\n",
    )
    assert [(score.criterion_id, score.rubric_version) for score in scores] == [("old_criterion", 1), ("empathy", 2)]
    assert [aside.line for aside in ledger.set_aside] == [3, 4]


@pytest.mark.parametrize("version", ["0", "-1", "1.5", "v1"])
def test_a_rubric_version_is_a_whole_number_from_one(tmp_path: Path, version: str) -> None:
    kept, ledger = read_text(tmp_path, f"call_id,criterion_id,score,rubric_version\nc-1,empathy,5,{version}\n")
    assert kept == []
    assert ledger.set_aside[0].reason.startswith("rubric_version: ")


def test_a_time_without_offset_is_in_the_time_zone_given(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("call_id,criterion_id,score,scored_at\nc-1,empathy,5,2026-11-02\nc-2,empathy,5,02.11.2026\n")
    ((score,), ledger) = read(path, timezone=ZoneInfo("Europe/Dublin"))
    assert score.scored_at == datetime(2026, 11, 2, tzinfo=ZoneInfo("Europe/Dublin"))
    assert ledger.set_aside[0].reason.startswith("scored_at: '02.11.2026' is no date or time")


def test_two_scores_of_one_call_and_criterion_are_both_read(tmp_path: Path) -> None:
    kept, ledger = read_text(tmp_path, HEADER + "c-1,empathy,5\nc-1,empathy,6\nc-1,empathy,6\n")
    assert [score.score for score in kept] == [5, 6, 6]
    assert ledger.set_aside == []


def test_json_lines_keep_their_types(tmp_path: Path) -> None:
    lines = [
        {"call_id": "c-1", "criterion_id": "empathy", "score": 42},
        {"call_id": "c-2", "criterion_id": "empathy", "score": None, "scored_at": "2026-11-02T14:03:00Z"},
        {"call_id": "c-3", "criterion_id": "empathy", "score": "42"},
        {"call_id": 4, "criterion_id": "empathy", "score": 42},
        {"call_id": "c-5", "criterion_id": "empathy"},
        {"call_id": "c-6", "criterion_id": "empathy", "score": 42, "skore": 1},
        {"call_id": "c-7", "criterion_id": "empathy", "score": True},
    ]
    kept, ledger = read_text(tmp_path, "\n".join(map(json.dumps, lines)), "scores.jsonl")
    assert [(score.call_id, score.score) for score in kept] == [("c-1", 42), ("c-2", None)]
    assert [(aside.line, aside.reason) for aside in ledger.set_aside] == [
        (3, "score: input should be a valid number (here: '42')"),
        (4, "call_id: input should be a valid string (here: 4); text stands in quotes, so that 0012 stays 0012"),
        (5, "'score' is missing"),
        (6, "unknown key 'skore'; did you mean 'score'?"),
        (7, "score: input should be a valid number (here: True)"),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ([42], 42.0),
        ([42.5], 42.5),
        ([None], None),
        (pa.array([42], pa.int8()), 42.0),
        (pa.array([Decimal("42.50")]), 42.5),
        (pa.array([None], pa.float32()), None),
    ],
)
def test_parquet_scores_are_numbers_of_any_width_or_null(tmp_path: Path, column: Any, value: float | None) -> None:
    ((score,), _) = read_table(tmp_path, call_id=["c-1"], score=column)
    assert score.score == value


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"call_id": [12], "score": [1]}, "call_id: input should be a valid string (here: 12); text stands in quotes"),
        ({"call_id": ["c"], "score": [float("nan")]}, "score: input should be a finite number (here: nan)"),
        ({"call_id": ["c"], "score": ["42"]}, "score: input should be a valid number (here: '42')"),
        ({"call_id": ["c"], "score": [True]}, "score: input should be a valid number (here: True)"),
        ({"call_id": ["c"], "score": [[1]]}, "score: input should be a valid number"),
        ({"call_id": ["c"], "score": [1], "scored_at": [45963]}, "scored_at: 45963 is no date or time"),
        ({"call_id": ["c"], "score": [1], "scorer": ["x"]}, "unknown column 'scorer'; did you mean 'score'?"),
        ({"call_id": ["c"]}, "the column 'score' is missing"),
        ({"call_id": [None], "score": [1]}, "'call_id' is missing"),
    ],
)
def test_parquet_rows_that_are_no_scores_are_set_aside(tmp_path: Path, columns: dict[str, Any], reason: str) -> None:
    kept, ledger = read_table(tmp_path, **columns)
    assert kept == []
    assert [aside.reason[: len(reason)] for aside in ledger.set_aside] == [reason]


def test_parquet_as_pandas_writes_it_is_read(tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "call_id": ["0012", "NA"],
            "criterion_id": pd.Categorical(["empathy", "opening"]),
            "score": [42.0, None],
            "scored_at": [pd.Timestamp("2026-11-02T14:03:00Z"), None],
            "rubric_version": [2.0, None],
        }
    )
    frame.to_parquet(tmp_path / "scores.parquet")
    kept, ledger = read(tmp_path / "scores.parquet")
    assert ledger.set_aside == []
    assert [(score.call_id, score.score, score.rubric_version) for score in kept] == [
        ("0012", 42, 2),
        ("NA", None, None),
    ]
    assert kept[0].scored_at == datetime(2026, 11, 2, 14, 3, tzinfo=UTC)


def test_a_folder_of_scores_is_read_whatever_their_formats(tmp_path: Path) -> None:
    read_text(tmp_path, HEADER + "1,empathy,1\n", "a.CSV")
    read_text(tmp_path, '{"call_id": "2", "criterion_id": "empathy", "score": 2}\n', "b.jsonl")
    read_table(tmp_path, call_id=["3"], score=[3])
    read_text(tmp_path, "call_id;score\n4;4\n", "z.csv")
    (tmp_path / "scores.xlsx").touch()
    kept, ledger = read(tmp_path)
    assert [score.call_id for score in kept] == ["1", "2", "3"]
    assert [str(aside).removeprefix(f"{tmp_path}/") for aside in ledger.set_aside] == [
        "scores.xlsx: scores are read from *.csv, *.jsonl or *.parquet",
        "z.csv: the column 'criterion_id' is missing; there are call_id, score",
    ]


def test_a_path_that_does_not_exist_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(NoSuchInput, match="does not exist; scores were to be read from there"):
        read_scores(tmp_path / "scores.csv", RUBRIC)


ROWS = (
    "call_id;criterion_id;score;comment\n"
    + "".join(f'c-{n};empathy;{n};"brisk, ça va"\n' for n in range(5))
).encode()  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.lists(st.tuples(st.integers(0, len(ROWS)), st.integers(0, 3), st.binary(max_size=3)), max_size=3))
def test_whatever_happens_to_the_bytes_rows_are_kept_or_set_aside(
    tmp_path: Path, edits: list[tuple[int, int, bytes]]
) -> None:
    content = ROWS
    for at, removed, put_in in edits:
        content = content[:at] + put_in + content[at + removed :]
    path = tmp_path / "scores.csv"
    path.write_bytes(content)
    kept, ledger = read(path)
    assert ledger.read == len(kept) + len(ledger.set_aside)


BODY = ROWS.index(b"\n") + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.integers(BODY, len(ROWS) - 1), st.binary(max_size=6).filter(lambda new: not set(new) & set(b'\n\r"')))
def test_every_row_is_accounted_for_whatever_is_written_into_one(tmp_path: Path, at: int, put_in: bytes) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(ROWS[:at] + put_in + ROWS[at:])
    kept, ledger = read(path)
    assert len(kept) >= 4
    assert ledger.read == 5


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_happens_to_parquet_bytes_nothing_is_raised(tmp_path: Path, data: st.DataObject) -> None:
    source = tmp_path / "source.parquet"
    if not source.exists():
        scores = [a_score(n, call_id=str(n)).model_dump(include={"call_id", "criterion_id", "score"}) for n in range(9)]
        pq.write_table(pa.Table.from_pylist(scores), source)
    content = source.read_bytes()
    at = data.draw(st.integers(0, len(content)))
    changed = content[:at] + data.draw(st.binary(max_size=4)) + content[at + data.draw(st.integers(0, 4)) :]
    (tmp_path / "scores.parquet").write_bytes(changed)
    kept, ledger = read(tmp_path / "scores.parquet")
    assert ledger.read == len(kept) + len(ledger.set_aside)


def test_an_agents_own_score_is_set_aside_and_another_persons_of_that_agent_is_not(tmp_path: Path) -> None:
    text = "call_id,criterion_id,score,agent_id,scored_by\nc-1,empathy,40,a-1,a-1\nc-2,empathy,40,a-1,a-2\n"
    scores, ledger = read_text(tmp_path, text)
    assert [score.call_id for score in scores] == ["c-2"]
    assert [aside.reason for aside in ledger.set_aside] == [
        "scored_by: is the agent, and an agent's own score is none of the QA team's"
    ]
