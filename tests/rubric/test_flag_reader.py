from __future__ import annotations

from pathlib import Path

import pytest

from builders import a_rubric
from nlp.files import NoSuchInput
from nlp.ledger import Ledger
from rubric.flag_reader import read_flags
from rubric.score import Flag


def read(tmp_path: Path, text: str) -> tuple[list[Flag], Ledger]:
    path = tmp_path / "flags.csv"
    path.write_text(text, encoding="utf-8")
    ledger = Ledger()
    return list(ledger.keep(read_flags(path, a_rubric()))), ledger


def test_a_list_of_calls_is_enough(tmp_path: Path) -> None:
    assert read(tmp_path, "call_id\n0012\nc-2\n")[0] == [Flag(call_id="0012"), Flag(call_id="c-2")]


def test_a_flag_may_name_a_criterion_and_say_why(tmp_path: Path) -> None:
    text = "call_id,criterion_id,flagged_by,reason\nc-1,empathy,s-1,the customer hung up\nc-2,,s-1,\n"
    assert read(tmp_path, text)[0] == [
        Flag(call_id="c-1", criterion_id="empathy", flagged_by="s-1", reason="the customer hung up"),
        Flag(call_id="c-2", flagged_by="s-1"),
    ]


def test_an_unknown_criterion_names_the_nearest_one(tmp_path: Path) -> None:
    _, ledger = read(tmp_path, "call_id,criterion_id\nc-1,empaty\n")
    assert [aside.reason for aside in ledger.set_aside] == [
        "rubric support-core version 1 has no criterion 'empaty'; did you mean 'empathy'?"
    ]


def test_without_a_rubric_any_criterion_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "flags.csv"
    path.write_text("call_id,criterion_id\nc-1,empaty\n")
    assert list(read_flags(path)) == [Flag(call_id="c-1", criterion_id="empaty")]


def test_flags_are_one_csv_file(tmp_path: Path) -> None:
    with pytest.raises(NoSuchInput, match=r"is not a file; flags are read from \*.csv"):
        read_flags(tmp_path)
