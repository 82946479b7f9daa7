from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from nlp.errors import WrongInput
from rubric.loading import RubricError, load_rubric, load_with_lines, parse_rubric

CONTRACT = Path(__file__).parents[3] / "shared" / "contract"

GOOD = """\
schema: 1
id: support-core
version: 1
name: Support
scale: {min: 0, max: 100}
criteria:
  - id: empathy
    name: Empathy
    weight: 60
    threshold: 60
    definition: The agent names the trouble before asking for details.
    expected_behavior: Name the trouble, then ask.
    failure: omission
    due:
      cue:
        examples:
          - I was charged twice!
    met_by:
      examples:
        - That must have been a shock.
    broken_by:
      examples:
        - What is your order number?
  - id: closing
    weight: 40
    threshold: 70
    definition: The agent sums up and asks whether there is more.
    expected_behavior: Sum up, then ask.
    failure: omission
    due: {moment: closing}
    practice:
      skill: summing up
      by_call_type:
        billing: a refund
"""


def refusal(text: str) -> RubricError:
    with pytest.raises(RubricError) as refused:
        parse_rubric(text, "rubric.yaml")
    assert "\n" not in str(refused.value)
    return refused.value


def edited(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_rubric_is_read_with_all_that_it_says() -> None:
    rubric = parse_rubric(GOOD)
    assert [criterion.id for criterion in rubric.criteria] == ["empathy", "closing"]
    assert rubric.criterion("empathy").broken_by.examples == ("What is your order number?",)


@pytest.mark.parametrize("name", ["rubric.example.yaml", "rubric.wide.yaml"])
@pytest.mark.skipif(not CONTRACT.is_dir(), reason="the contract's rubrics lie beside a developer's checkout")
def test_the_contracts_rubrics_load(name: str) -> None:
    rubric = load_rubric(CONTRACT / name)
    assert len(rubric.criteria) in (7, 14)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            edited("    threshold: 70", "    thresholld: 70"),
            "rubric.yaml:26: unknown key 'criteria[1].thresholld'; did you mean 'threshold'?",
        ),
        (edited("    threshold: 70\n", ""), "rubric.yaml:24: 'criteria[1].threshold' is missing"),
        (
            edited("threshold: 70", "threshold: 170"),
            "rubric.yaml:26: criteria[1].threshold: criterion 'closing': threshold 170 is off the scale 0 to 100",
        ),
        (edited("weight: 40", "weight: 50"), "rubric.yaml:6: criteria: weights sum to 110, they must sum to 100"),
        (edited("id: closing", "id: empathy"), "rubric.yaml:24: criteria[1].id: two criteria have the id 'empathy'"),
        (
            edited("failure: omission\n    due: {m", "failure: violation\n    due: {m"),
            "rubric.yaml:24: criteria[1]: due is for omissions only; this criterion's failure is 'violation'",
        ),
        (edited("schema: 1", "schema: 2"), "rubric.yaml:1: schema: input should be 1 (here: 2)"),
    ],
)
def test_every_error_names_the_line_and_what_would_be_right(text: str, error: str) -> None:
    assert str(refusal(text)) == error


def test_an_error_keeps_its_values_and_is_a_wrong_input() -> None:
    error = refusal(edited("weight: 40", "weight: heavy"))
    assert isinstance(error, WrongInput)
    assert (error.path, error.line) == (Path("rubric.yaml"), 25)
    assert "criteria[1].weight" in error.reason


@pytest.mark.parametrize("value", ["no", "on", "y", "12:30", "2026-11-02", "0x1F", "1_000", "1.2.3"])
def test_text_that_yaml_would_make_something_else_stays_text(value: str) -> None:
    assert parse_rubric(edited("name: Empathy", f"name: {value}")).criteria[0].name == value


@pytest.mark.parametrize("key", ["no", "12:30", "0123", "1.10", "null", "2026-11-02"])
def test_keys_are_text_as_they_are_written(key: str) -> None:
    practice = parse_rubric(edited("billing: a refund", f"{key}: a refund")).criteria[1].practice
    assert practice is not None
    assert practice.by_call_type == {key: "a refund"}


@pytest.mark.parametrize("value", ["0123", "1.10", "5", "true", "null", "1e5", "~"])
def test_a_number_or_a_switch_where_text_is_due_asks_for_quotes_as_it_was_written(value: str) -> None:
    error = refusal(edited("name: Empathy", f"name: {value}"))
    assert str(error).startswith("rubric.yaml:8: criteria[0].name:")
    assert str(error).endswith(f'; write it in quotes: "{value}"')


def test_a_colon_or_nothing_where_text_is_due_is_told_as_what_it_is() -> None:
    colon = refusal(edited("- What is your order number?", "- Sorry: no"))
    assert str(colon).startswith("rubric.yaml:23: criteria[0].broken_by.examples[0]")
    assert str(colon).endswith("a colon made it a mapping: write it in quotes")
    assert str(refusal(edited("name: Empathy", "name:"))).endswith("; it is empty")


@pytest.mark.parametrize("value", [".nan", ".inf", "1e999", "'60'", "true"])
def test_a_weight_is_a_finite_number(value: str) -> None:
    assert refusal(edited("weight: 60", f"weight: {value}")).line == 9


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", None, "is empty"),
        ("# only a comment\n", None, "is empty"),
        ("- a\n- b\n", 1, "a rubric is a mapping"),
        ("just words", 1, "a rubric is a mapping"),
        (BOMB, 1, "&a: anchors are not accepted"),
        (edited("name: Empathy", "name: *a"), 8, "aliases are not accepted"),
        (
            edited("name: Empathy", "name: !!python/name:os.system"),
            8,
            "the tag !!python/name:os.system is not accepted",
        ),
        (edited("name: Empathy", "name: !!str 5"), 8, "the tag !!str is not accepted"),
        (edited("name: Empathy", "name: !env HOME"), 8, "the tag !env is not accepted"),
        (edited("name: Empathy", "name: a\n    name: b"), 9, "'name' is here a second time (first on line 8)"),
        (edited("    name: Empathy", "\tname: Empathy"), 8, "indented with a tab"),
        (edited("name: Empathy", "name: 'Empathy"), None, "is no YAML"),
        (edited("name: Empathy", "name: Empathy: warmth"), 8, "put text that holds a colon in quotes"),
        (edited("name: Empathy", "name: @empathy"), 8, "put text that begins with a sign in quotes"),
        (edited("name: Empathy", "? [a]\n    : b"), 8, "a key must be one word"),
        (edited("name: Empathy", "'' : b"), 8, "a key is empty"),
        (edited("name: Empathy", "name: a\x00b"), 8, "the control character U+0000"),
        (edited("name: Empathy", "name: a\x1bb"), 8, "the control character U+001B"),
        (edited("name: Empathy", "name: " + "[" * 200), 8, "nested more than 40 deep"),
        (GOOD + "---\na: b\n", 35, "a second document begins here"),
        ("a: [" + "0," * 210_000 + "]", 1, "more than 200,000 values"),
    ],
)
def test_hostile_or_broken_yaml_is_refused_with_its_line(text: str, line: int | None, reason: str) -> None:
    error = refusal(text)
    assert reason in error.reason
    if line is not None:
        assert error.line == line


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (GOOD.encode("utf-16"), "is not UTF-8"),
        (GOOD.encode() + "# caf\xe9\n".encode("latin-1"), "rubric.yaml:35: is not UTF-8"),
        (b"\x1f\x8b\x08\x00", "is not UTF-8"),
        (b"#" * 5_000_001, "is larger than 5 MB"),
    ],
)
def test_files_that_are_no_text_or_too_large_are_refused(tmp_path: Path, raw: bytes, reason: str) -> None:
    path = tmp_path / "rubric.yaml"
    path.write_bytes(raw)
    with pytest.raises(RubricError, match=reason):
        load_rubric(path)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "rubric.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_rubric(path) == parse_rubric(GOOD)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match=r"none\.yaml: no such file"):
        load_rubric(tmp_path / "none.yaml")
    with pytest.raises(RubricError, match="is a folder"):
        load_rubric(tmp_path)


def test_json_is_read_too_with_lines_and_tabs_and_signs_beyond_the_basic_plane(tmp_path: Path) -> None:
    path = tmp_path / "rubric.json"
    content = yaml.safe_load(GOOD) | {"name": "Support \U0001f600 \\ud83d"}
    path.write_text(json.dumps(content, indent="\t"), encoding="utf-8")
    assert load_rubric(path).name == content["name"]
    path.write_text(path.read_text(encoding="utf-8").replace('"weight"', '"wieght"'), encoding="utf-8")
    with pytest.raises(RubricError, match=r"rubric\.json:14: unknown key 'criteria\[0\]\.wieght'"):
        load_rubric(path)


@pytest.mark.parametrize("text", ['{"schema": 1,}', '{"schema": 1', "schema: 1", "[" * 200_000, '{"a": 1, "a": 2}'])
def test_broken_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rubric.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RubricError):
        load_rubric(path)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[]", "an empty pattern matches nothing"),
        ("[{LOWERR: what}]", "LOWERR"),
        ("[{LOWER: [a]}]", "is no token pattern"),
        ("[{TEXT: {REGEX: '('}}]", "is no token pattern"),
        ("[{OP: sometimes}]", "is no token pattern"),
    ],
)
def test_token_patterns_are_held_against_the_matcher(pattern: str, reason: str) -> None:
    good_one = "[{LOWER: calm}, {LOWER: down}]"
    with_pattern = f"broken_by:\n      patterns:\n        - {good_one}\n        - {pattern}\n"
    error = refusal(edited("broken_by:\n", with_pattern))
    assert (error.line, reason in error.reason) == (24, True)
    assert "criteria[0].broken_by.patterns[1]" in error.reason


def test_lines_are_known_for_every_value(tmp_path: Path) -> None:
    path = tmp_path / "rubric.yaml"
    path.write_text(GOOD, encoding="utf-8")
    document = load_with_lines(path)[1]
    assert document.line(("criteria", 1, "practice", "by_call_type", "billing")) == 34
    assert document.line(("criteria", 1, "practice", "sessions")) == 31
    assert document.line(("call_types",)) == 1


@pytest.mark.timeout(20)
def test_a_rubric_of_fifteen_hundred_criteria_loads_in_a_second_or_two(tmp_path: Path) -> None:
    lines = [GOOD.split("criteria:")[0] + "criteria:"]
    lines += [
        f"  - {{id: c{number}, weight: {100 / 1500!r}, threshold: 60, definition: It is judged., failure: violation,\n"
        f"     expected_behavior: Do it., met_by: {{examples: [One., Two., Three.]}}}}"
        for number in range(1500)
    ]
    path = tmp_path / "rubric.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert len(load_rubric(path).criteria) == 1500
