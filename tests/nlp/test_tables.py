from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nlp.tables
from nlp.records import Record
from nlp.set_aside import SetAside
from nlp.tables import Columns, UnusableTable, read_csv, read_parquet
from rubric.score import Score

COLUMNS = Columns(known=("id", "score", "note"), needed=("id",))
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


def read(tmp_path: Path, content: str | bytes, columns: Columns = COLUMNS) -> list[Record | SetAside]:
    path = tmp_path / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_csv(path, columns))


def values(found: list[Record | SetAside]) -> list[tuple[int, object]]:
    return [(each.line, each.values) for each in found if isinstance(each, Record)]


def asides(found: list[Record | SetAside]) -> list[tuple[int | None, str]]:
    return [(each.line, each.reason) for each in found if isinstance(each, SetAside)]


def parquet(tmp_path: Path, columns: dict[str, Any], known: Columns = COLUMNS) -> list[Record | SetAside]:
    pq.write_table(pa.table(columns), tmp_path / "table.parquet")
    return list(read_parquet(tmp_path / "table.parquet", known))


@pytest.mark.parametrize("text", ["NA", "None", "null", "NaN", "0012", "1e5", "True", "=1+1", "2026-11-02", "007.0"])
def test_every_value_stays_the_text_that_it_is(tmp_path: Path, text: str) -> None:
    assert values(read(tmp_path, f"id,note\n{text},{text}\n")) == [(2, {"id": text, "note": text})]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_header_shows_the_separator(tmp_path: Path, separator: str) -> None:
    text = '\ufeff ID |"Score"| note \n1|0,5|"a;b,c\td"\n'.replace("|", separator)
    text = text.replace("0,5", '"0,5"')
    assert values(read(tmp_path, text)) == [(2, {"id": "1", "score": "0,5", "note": "a;b,c\td"})]


def test_a_table_may_have_one_column(tmp_path: Path) -> None:
    assert values(read(tmp_path, "id\n1\n2")) == [(2, {"id": "1"}), (3, {"id": "2"})]


def test_spaces_around_a_value_and_empty_fields_are_not_in_the_record(tmp_path: Path) -> None:
    assert values(read(tmp_path, 'id,score,note\n 1 ,"", \n')) == [(2, {"id": "1"})]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_record_stands_where_it_begins(tmp_path: Path, end: str) -> None:
    rows = ["id,note", '1,"two', 'lines"', "", ",", "2,x"]
    first, second = {"id": "1", "note": f"two{end}lines"}, {"id": "2", "note": "x"}
    assert values(read(tmp_path, end.join(rows))) == [(2, first), (6, second)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,2", "has 2 fields, the header has 3; leave a field empty, not out"),
        ("1,2,3,4", "has 4 fields, the header has 3; quote a field that holds a separator"),
        ('1,2,"a"b', "is not CSV: ',' expected after '\"'; write a quotation mark inside quotes twice"),
        (b"1,2,caf\xe9", "note: is not UTF-8 (byte 0xe9 as character 4), perhaps Windows-1252 or Latin-1; "
                         "save the file as UTF-8"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_set_aside_and_the_others_go_on(
    tmp_path: Path, row: str | bytes, reason: str
) -> None:
    row = row.encode() if isinstance(row, str) else row
    found = read(tmp_path, b"id,score,note\n1,1,a\n" + row + b"\n3,3,c\n")
    assert [line for line, _ in values(found)] == [2, 4]
    assert asides(found) == [(3, reason)]


def test_a_row_is_set_aside_as_it_stood(tmp_path: Path) -> None:
    (aside,) = read(tmp_path, 'id,score,note\r\n1,"two\r\nlines"\r\n')
    assert isinstance(aside, SetAside)
    assert aside.record == '1,"two\r\nlines"'


def test_a_quotation_mark_in_the_middle_of_a_field_is_a_letter(tmp_path: Path) -> None:
    assert values(read(tmp_path, 'id,note\n1,a 5" screen\n')) == [(2, {"id": "1", "note": 'a 5" screen'})]


def test_a_quote_that_runs_into_a_later_row_takes_along_only_the_rows_it_covers(tmp_path: Path) -> None:
    found = read(tmp_path, 'id,note\n1,"open\n2,b\n3,"c"\n4,d\n')
    assert values(found) == [(5, {"id": "4", "note": "d"})]
    ((line, reason),) = asides(found)
    assert line == 2
    assert reason.startswith("down to line 4 is not CSV")


def test_a_quote_that_never_closes_ends_the_reading_and_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, 'id,note\n1,a\n2,"open\n3,c\n')
    assert values(found) == [(2, {"id": "1", "note": "a"})]
    never = "a quotation mark that opens here is not closed; nothing from this line on was read"
    assert asides(found) == [(3, never)]
    assert asides(read(tmp_path, 'id,note\n1,"' + "x\n" * 100_000))[0] == (2, never)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "is empty; the first line names the columns"),
        ("\n\n", "is empty; the first line names the columns"),
        ("id,scoer", "unknown column 'scoer'; did you mean 'score'?"),
        ("id,zzz", "unknown column 'zzz'; known are id, score, note"),
        ("Id,Score,ID", "the column 'id' is there twice"),
        ("score,note", "the column 'id' is missing; there are score, note"),
        ("id,score,", "column 3 has no name; the first line names the columns"),
        ("1,80", "unknown column '1'; known are id, score, note"),
        ('id,"note', "the first line, which names the columns, is not CSV: unexpected end of data"),
    ],
)
def test_a_head_that_cannot_be_read_sets_the_file_aside(tmp_path: Path, header: str, reason: str) -> None:
    content = header + "\n1,2,3\n" if header.strip() else header
    assert asides(read(tmp_path, content)) == [(None, reason)]


def test_a_header_alone_is_a_table_of_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "id,score") == []


def test_a_line_without_end_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp.tables, "LONGEST", 20)
    found = read(tmp_path, "id,note\n1,a\n2," + "x" * 100)
    assert values(found) == [(2, {"id": "1", "note": "a"})]
    assert asides(found) == [(None, "line 3 is over 20 characters; nothing from there on was read")]


def test_a_table_of_another_kind_is_set_aside_for_what_it_is(tmp_path: Path) -> None:
    parquet(tmp_path, {"id": ["1"]})
    assert asides(list(read_csv(tmp_path / "table.parquet", COLUMNS))) == [(None, "is Parquet: name it .parquet")]
    assert asides(read(tmp_path, "id\n1\n".encode("utf-16"))) == [(None, "is UTF-16: save it as UTF-8")]
    assert asides(read(tmp_path, b"PK\x03\x04"))[0][1].startswith("is a zip archive or an Excel workbook")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.sampled_from(nlp.tables.SEPARATORS))
def test_rows_come_back_as_they_were_written(tmp_path: Path, rows: list[tuple[str, str, str]], separator: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([("id", "score", "note"), *rows])
    kept = [dict(zip(("id", "score", "note"), map(str.strip, row), strict=True)) for row in rows]
    found = read(tmp_path, text.getvalue())
    assert [each for _, each in values(found)] == [
        {k: v for k, v in row.items() if v} for row in kept if any(row.values())
    ]
    assert asides(found) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.binary(max_size=100) | st.text(alphabet='id,;\t"\n\r\x00 é1', max_size=60))
def test_any_bytes_are_read_or_set_aside(tmp_path: Path, content: bytes | str) -> None:
    rows = content.encode() if isinstance(content, str) else content
    for each in [*read(tmp_path, rows), *read(tmp_path, b"id,note\n" + rows)]:
        assert isinstance(each, Record) or str(each).isprintable()


def test_columns_come_from_the_noun() -> None:
    assert Columns.of(Score).needed == ("call_id", "criterion_id", "score")
    with pytest.raises(UnusableTable, match="the column 'score' is missing"):
        Columns.of(Score).named(["call_id", "criterion_id"])


def test_parquet_values_keep_their_types_and_rows_are_counted_from_one(tmp_path: Path) -> None:
    found = parquet(tmp_path, {"ID": ["0012", "NA"], "score": [42, None], "note": [Decimal("1.50"), None]})
    assert values(found) == [
        (1, {"id": "0012", "score": 42, "note": 1.5}),
        (2, {"id": "NA", "score": None, "note": None}),
    ]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_times_come_as_times_whatever_their_unit(tmp_path: Path, unit: str) -> None:
    when = datetime(2026, 11, 2, 14, 3, tzinfo=UTC)
    column = pa.array([when]).cast(pa.timestamp(unit, "America/New_York"))
    naive = pa.array([when.replace(tzinfo=None)]).cast(pa.timestamp(unit))
    ((_, row),) = values(parquet(tmp_path, {"id": column, "score": naive, "note": [date(2026, 11, 2)]}))
    assert row == {"id": when, "score": when.replace(tzinfo=None), "note": date(2026, 11, 2)}


def test_parquet_times_lose_nothing_but_nanoseconds(tmp_path: Path) -> None:
    column = pa.array([1_793_628_180_123_456_789], pa.timestamp("ns", "UTC"))
    ((_, row),) = values(parquet(tmp_path, {"id": column}))
    assert row == {"id": datetime.fromtimestamp(1_793_628_180, UTC).replace(microsecond=123_456)}


def test_a_parquet_file_with_wrong_columns_is_set_aside(tmp_path: Path) -> None:
    found = parquet(tmp_path, {"id": ["1"], "scoer": [2]})
    assert asides(found) == [(None, "unknown column 'scoer'; did you mean 'score'?")]


def test_the_index_of_a_data_frame_is_known_for_what_it_is(tmp_path: Path) -> None:
    ((_, reason),) = asides(parquet(tmp_path, {"id": ["1"], "__index_level_0__": [7]}))
    assert reason == "unknown column '__index_level_0__'; that is a data frame's index; write the table without it"


def test_what_is_no_parquet_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    for content in (b"", b"id,score\n1,2\n", b"PAR1" + bytes(50) + b"PAR1"):
        path.write_bytes(content)
        ((line, reason),) = asides(list(read_parquet(path, COLUMNS)))
        assert (line, reason[:16]) == (None, "is not Parquet: ")


def test_a_parquet_file_that_breaks_off_says_from_where_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp.tables, "BATCH_ROWS", 10)
    path = tmp_path / "table.parquet"
    table = pa.table({"id": [f"an identifier {n}" for n in range(40)]})
    pq.write_table(table, path, row_group_size=20, compression="none", use_dictionary=False)
    content = bytearray(path.read_bytes())
    second = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    content[second : second + 30] = b"\xff" * 30
    path.write_bytes(content)
    found = list(read_parquet(path, COLUMNS))
    assert len(values(found)) == 20
    ((line, reason),) = asides(found)
    assert line == 21
    assert reason.endswith("nothing after row 20 was read")


def test_a_file_that_cannot_be_opened_is_set_aside(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert asides(list(read_csv(gone, COLUMNS))) == [(None, "cannot be read: No such file or directory")]
    assert asides(list(read_parquet(gone, COLUMNS))) == [(None, "cannot be read: No such file or directory")]
