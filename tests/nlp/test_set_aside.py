from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from nlp.set_aside import LONGEST_RECORD, SetAside


def test_a_record_is_shown_with_its_place() -> None:
    assert str(SetAside(file="a.csv", line=3, reason="is wrong")) == "a.csv:3: is wrong"
    assert str(SetAside(file="a.csv", line=None, reason="is wrong")) == "a.csv: is wrong"


def test_a_long_record_is_shortened() -> None:
    assert SetAside(file="a", line=1, reason="r", record="é" * 5000).record == "é" * LONGEST_RECORD


def test_a_record_keeps_its_line_ends_and_a_reason_is_one_line() -> None:
    aside = SetAside(file="a\x1b[31m\n.csv", line=1, reason="two\nlines", record="two\nlines")
    assert str(aside) == "a\\x1b[31m\\n.csv:1: two\\nlines"
    assert aside.record == "two\nlines"


@given(st.text(), st.text(), st.text())
def test_whatever_stood_in_it_can_be_printed_and_stored(file: str, reason: str, record: str) -> None:
    aside = SetAside(file=file, line=1, reason=reason, record="\ud800\x00" + record)
    assert str(aside).isprintable()
    str(aside).encode("utf-8")
    assert "\x00" not in aside.record
    assert SetAside.model_validate(json.loads(aside.model_dump_json())) == aside
