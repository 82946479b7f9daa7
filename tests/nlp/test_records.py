from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nlp.records
from nlp.records import Record, parse_json, read_json, read_json_lines
from nlp.set_aside import SetAside

Reader = Callable[[Path], Iterator[Record | SetAside]]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=5)


def read(tmp_path: Path, content: str | bytes, reader: Reader = read_json_lines) -> list[Record | SetAside]:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return list(reader(path))


def values(found: list[Record | SetAside]) -> list[tuple[int, object]]:
    return [(each.line, each.values) for each in found if isinstance(each, Record)]


def asides(found: list[Record | SetAside]) -> list[tuple[int | None, str]]:
    return [(each.line, each.reason) for each in found if isinstance(each, SetAside)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_from_one_and_blank_ones_count(tmp_path: Path, end: str) -> None:
    found = read(tmp_path, end.join(['{"a": 1}', "", "  ", '{"a": 2}']))
    assert values(found) == [(1, {"a": 1}), (4, {"a": 2})]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": NaN}', "holds NaN, which is no number; write null where there is none"),
        ('{"a": -Infinity}', "holds -Infinity, which is no number; write null where there is none"),
        ('{"a": 1e999}', "holds 1e999, a number that is too large"),
        ('{"a": ' + "9" * 5000 + "}", "holds a number of 5,000 digits"),
        ('{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice in one object"),
        ('{"x": [{"a": 1, "a": 1}]}', "the key 'a' stands twice in one object"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a": ' * 100_000, "is nested too deeply"),
        ('{"a": "b', "is not JSON: unterminated string starting at character 7; its end seems to be cut off"),
        ('{"a": ', "is not JSON: expecting value at character 6; its end seems to be cut off"),
        ("{'a': 1}", "is not JSON: expecting property name enclosed in double quotes at character 2"),
        ('{"a": "\x01"}', "is not JSON: invalid control character at character 8"),
        ('{"a": 1} {"a": 2}', "goes on after its JSON object ends, at character 9; write one object a line"),
        ("[1]", "is not a JSON object ({...}) but a list; a file that is one array is named *.json"),
        ('"a"', "is not a JSON object ({...}) but a text"),
        ("12", "is not a JSON object ({...}) but a number"),
        ("null", "is not a JSON object ({...}) but null"),
        ("true", "is not a JSON object ({...}) but true or false"),
    ],
)
def test_a_line_that_is_no_object_is_set_aside_and_the_others_go_on(tmp_path: Path, line: str, reason: str) -> None:
    found = read(tmp_path, f'{{"good": 1}}\n{line}\n{{"good": 2}}\n')
    assert values(found) == [(1, {"good": 1}), (3, {"good": 2})]
    assert asides(found) == [(2, reason)]


def test_a_line_in_another_encoding_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    found = read(tmp_path, b'{"a": "caf\xe9"}\n{"a": "it\x92s"}\n{"a": "caf\xc3\xa9"}\n')
    assert values(found) == [(3, {"a": "café"})]
    assert [reason[:44] for _, reason in asides(found)] == [
        "is not UTF-8 (byte 0xe9 as character 11), pe",
        "is not UTF-8 (byte 0x92 as character 10), pe",
    ]


def test_what_is_set_aside_keeps_the_record_as_it_stood_but_short(tmp_path: Path) -> None:
    (broken,) = read(tmp_path, '{"a": ' + "x" * 9000)
    assert isinstance(broken, SetAside)
    assert broken.record == '{"a": ' + "x" * 1994


@pytest.mark.parametrize("opening", ["[", "{"])
def test_a_document_over_many_lines_is_said_once_and_not_line_by_line(tmp_path: Path, opening: str) -> None:
    assert asides(read(tmp_path, f"\n{opening}\n1,\n2\n")) == [
        (None, "is one JSON document over many lines; name it *.json")
    ]


def test_an_empty_file_of_lines_has_no_records(tmp_path: Path) -> None:
    assert read(tmp_path, "") == read(tmp_path, "\n\n") == []


def test_a_line_without_end_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp.records, "LONGEST", 100)
    found = read(tmp_path, '{"a": 1}\n"' + "x" * 1000 + '"\n{"a": 2}\n')
    assert values(found) == [(1, {"a": 1}), (3, {"a": 2})]
    assert asides(found) == [(2, "is longer than 100 characters")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(OBJECTS, st.booleans())
def test_lines_come_back_as_they_were_written(tmp_path: Path, objects: list[dict[str, object]], escaped: bool) -> None:
    text = "".join(json.dumps(each, ensure_ascii=escaped) + "\n" for each in objects)
    assert values(read(tmp_path, text)) == [(line, each) for line, each in enumerate(objects, start=1)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(OBJECTS, st.sampled_from([None, 1, "\t"]))
def test_an_array_comes_back_with_the_line_of_each_element(
    tmp_path: Path, objects: list[dict[str, object]], indent: int | str | None
) -> None:
    text = "\n" + json.dumps(objects, indent=indent)
    found = values(read(tmp_path, text, read_json))
    assert [each for _, each in found] == objects
    if indent is not None:
        first_lines = [n for n, line in enumerate(text.split("\n"), start=1) if line[1:2] == "{"]
        assert [line for line, _ in found] == first_lines


def test_one_document_is_one_record(tmp_path: Path) -> None:
    assert values(read(tmp_path, '\n\n{"a":\n 1}\n', read_json)) == [(3, {"a": 1})]


@pytest.mark.parametrize(
    ("content", "kept", "aside"),
    [
        ("", 0, (None, "is empty")),
        (" \n ", 0, (None, "is empty")),
        ("[]", 0, None),
        ("[ \n ]\n", 0, None),
        ('{"a": 1', 0, (None, "is not JSON: expecting ',' delimiter at character 8; its end seems to be cut off")),
        ('{"a": 1}\n{"a": 2}', 0, (None, "holds more than one JSON document; name it *.jsonl, a record a line")),
        ("12", 0, (1, "is not a JSON object ({...}) but a number")),
        ('[{"a": 1},\n 5,\n {"a": 2}]', 2, (2, "is not a JSON object ({...}) but a number")),
        (
            '[{"a": 1},\n {"a": NaN}, {"a": 3}]',
            1,
            (2, "holds NaN, which is no number; write null where there is none; nothing from here on was read"),
        ),
        (
            '[{"a": 1},\n {"a"',
            1,
            (
                2,
                "is not JSON: expecting ':' delimiter at character 6 of line 2; its end seems to be cut off; "
                "nothing from here on was read",
            ),
        ),
        (
            '[{"a": 1}\n {"a": 2}]',
            1,
            (1, "is not followed by a comma or the end of the array; nothing after it was read"),
        ),
        ('[{"a": 1}]\n{"a": 2}', 1, (2, "stands after the end of the JSON array; it was not read")),
        (b'[{"a": "caf\xe9"}]', 0, (None, "is not UTF-8")),
    ],
)
def test_a_document_keeps_what_is_sound_and_sets_the_rest_aside(
    tmp_path: Path, content: str | bytes, kept: int, aside: tuple[int | None, str] | None
) -> None:
    found = read(tmp_path, content, read_json)
    assert len(values(found)) == kept
    assert [(line, reason.split(" (byte")[0]) for line, reason in asides(found)] == ([aside] if aside else [])


def test_a_document_that_is_too_large_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp.records, "LONGEST", 3)
    ((line, reason),) = asides(read(tmp_path, "[1, 2]", read_json))
    assert line is None
    assert reason.endswith("write it as *.jsonl, a record a line")


@pytest.mark.parametrize("reader", [read_json, read_json_lines])
def test_a_file_that_cannot_be_read_is_set_aside(tmp_path: Path, reader: Reader) -> None:
    assert asides(list(reader(tmp_path))) == [(None, "cannot be read: Is a directory")]
    assert asides(list(reader(tmp_path / "gone"))) == [(None, "cannot be read: No such file or directory")]


@pytest.mark.parametrize("reader", [read_json, read_json_lines])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(content=st.binary(max_size=200) | st.text(alphabet='[]{}:,"\\u0d8 \n\r1eNa-', max_size=60))
def test_any_bytes_are_read_or_set_aside(tmp_path: Path, reader: Reader, content: bytes | str) -> None:
    for each in read(tmp_path, content, reader):
        assert isinstance(each, Record) or str(each).isprintable()


def test_json_is_read_from_where_it_begins() -> None:
    assert parse_json('xx{"a": 1}yy', 2) == ({"a": 1}, 10)
