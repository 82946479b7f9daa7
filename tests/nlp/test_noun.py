from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from nlp.call import Call
from nlp.noun import DEEPEST, Id, JsonObject, Noun, Text, clean_id, clean_json, explain, known_keys, nearest, place_of


class Leaf(Noun):
    name: Id
    note: Text = ""
    size: float | None = None


class Tree(Noun):
    schema_: int = Field(alias="schema")
    leaves: tuple[Leaf, ...] = Field(default=(), strict=False)
    extra: JsonObject = {}


def reason(model: type[BaseModel], values: object) -> str:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(values)
    return explain(refused.value, model)[1]


@pytest.mark.parametrize("value", ["12", True, float("nan"), float("inf"), 10**400])
def test_a_number_is_a_finite_number_and_nothing_like_one(value: object) -> None:
    assert reason(Leaf, {"name": "oak", "size": value}).startswith("size: ")


def test_a_noun_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Leaf(name="oak").name = "elm"  # type: ignore[misc]


@pytest.mark.parametrize("name", ["0012", "NA", "None", "null", "1e5", "a/b?c", "é", "👩‍👧", "=HYPERLINK(1)"])
def test_an_id_stays_the_string_that_it_is(name: str) -> None:
    assert Leaf(name=name).name == name


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\tb", "\x7f", "a\x00", "\ud800"])
def test_an_id_is_one_line_of_text(name: str) -> None:
    with pytest.raises(ValueError, match=r"blank|control|NUL|surrogate"):
        clean_id(name)


def test_an_id_that_is_a_number_is_refused_with_the_reason_for_it() -> None:
    assert reason(Leaf, {"name": 12}) == (
        "name: input should be a valid string (here: 12); text stands in quotes, so that 0012 stays 0012"
    )


def test_an_id_over_500_characters_is_refused_and_shown_short() -> None:
    words = reason(Leaf, {"name": "x" * 501})
    assert "at most 500 characters" in words
    assert len(words) < 150


@pytest.mark.parametrize(("text", "what"), [("\ud800", "half a surrogate pair"), ("a\x00b", "a NUL character")])
def test_text_holds_nothing_that_a_file_cannot_carry(text: str, what: str) -> None:
    assert reason(Leaf, {"name": "oak", "note": text}).startswith(f"note: holds {what}")


@pytest.mark.parametrize(
    "value", [{"a": ["\x00"]}, {"a\x00": 1}, {"a": {"b": "\ud800"}}, {"\udfff": 1}, {"a": [float("nan")]}]
)
def test_what_a_call_carries_along_is_clean_at_any_depth(value: object) -> None:
    assert reason(Tree, {"schema": 1, "extra": value}).startswith("extra: holds ")


def test_nesting_has_an_end() -> None:
    value: object = 1
    for _ in range(DEEPEST):
        value = [value]
    assert clean_json(value) is value
    with pytest.raises(ValueError, match="nested more than"):
        clean_json([value])


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20))
def test_clean_json_lets_through_what_utf8_can_write(value: object) -> None:
    # NUL and half surrogates have their own test
    words = repr(value)
    if "\\x00" not in words and "\\ud" not in words:
        assert clean_json(value) is value


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"schem": 1}, "unknown key 'schem'; did you mean 'schema'?"),
        ({"schema": 1, "qqq": 1}, "unknown key 'qqq'"),
        ({}, "'schema' is missing"),
        ({"schema": 1, "leaves": [{"name": "a"}, {"nmae": "b"}]}, "unknown key 'leaves[1].nmae'; did you mean 'name'?"),
        ({"schema": 1, "leaves": [{"name": "a"}, {}]}, "'leaves[1].name' is missing"),
        ({"schema": 1, "leaves": "oak"}, "leaves: input should be a valid list (here: 'oak')"),
        ({"schema": 1, "leaves": ["oak"]}, "leaves[0]: input should be an object (here: 'oak')"),
        (["oak"], "input should be an object"),
    ],
)
def test_explain_says_in_one_line_where_what_and_what_would_be_right(values: object, words: str) -> None:
    assert reason(Tree, values) == words


def test_a_misspelt_key_is_named_before_the_key_that_is_missing_for_it() -> None:
    assert reason(Call, {"cal_id": "c-1", "turns": []}) == "unknown key 'cal_id'; did you mean 'call_id'?"


@given(st.text(), st.lists(st.text(), max_size=5))
def test_the_nearest_name_is_a_known_one_or_none(name: str, known: list[str]) -> None:
    assert nearest(name, known) in (*known, None)


def test_a_known_name_is_nearest_to_itself() -> None:
    assert nearest("empathy", ["apathy", "empathy", "opening"]) == "empathy"
    assert nearest("zzz", ["empathy"]) is None


def test_keys_are_named_as_they_are_written() -> None:
    assert known_keys(Tree) == ["schema", "leaves", "extra"]


def test_a_place_reads_as_people_write_it() -> None:
    assert place_of(("turns", 3, "text")) == "turns[3].text"
    assert place_of(()) == ""
