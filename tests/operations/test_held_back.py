"""A night on the sample company with a call whose speakers are swapped, and one that no model here reads."""

import json
from pathlib import Path

import pytest

from nlp.call import Call
from nlp.readers.hearing import LooksSwapped
from nlp.set_aside import SetAside
from operations.held_back import Doubts, held_back
from operations.locate import locate_files
from programs import open_program, run_sample, sample_program
from rubric.loading import load_rubric
from store.calls import get_calls
from talking import AGENT, CUSTOMER, talk

OTHER = {"agent": "customer", "customer": "agent", "system": "system"}


def call_of(*sides, call_id="c-1"):
    turns = [{"speaker": who, "text": text} for who, text in talk(*sides)]
    return Call.model_validate({"call_id": call_id, "turns": turns})


def edit_call(folder: Path, call_id: str, change):
    """Change the record of one call where it lies."""
    for path in sorted((folder / "calls").glob("*.jsonl")):
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for record in records:
            if record["call_id"] == call_id:
                change(record)
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def swap(record):
    for turn in record["turns"]:
        turn["speaker"] = OTHER[turn["speaker"]]


def test_a_swapped_call_is_held_back_and_the_others_go_on():
    right = call_of(("agent", AGENT), ("customer", CUSTOMER))
    wrong = call_of(("customer", AGENT), ("agent", CUSTOMER), call_id="c-2")
    broken = SetAside(file="x", line=1, reason="broken")
    found = list(held_back([right, broken, wrong], Path("calls"), Doubts()))
    assert found[:2] == [right, broken]
    assert isinstance(found[2], LooksSwapped)
    assert str(found[2]).startswith("calls: call 'c-2': its speakers look swapped, 99% sure")


@pytest.mark.parametrize("doubts", [Doubts(checked=frozenset({"c-1"})), Doubts(swapped_from=1.0)])
def test_a_call_that_somebody_has_looked_at_is_taken_up(doubts):
    wrong = call_of(("customer", AGENT), ("agent", CUSTOMER))
    assert list(held_back([wrong], Path("calls"), doubts)) == [wrong]


def test_a_night_counts_what_it_holds_back_and_says_which_calls_no_model_reads(tmp_path):
    config = sample_program(tmp_path)
    failing = sorted({item.call_id for plan in run_sample(config).report.plans for item in plan.items})
    swapped, german = failing[:2]
    fresh = sample_program(tmp_path / "again")
    edit_call(fresh.parent, swapped, swap)
    edit_call(fresh.parent, german, lambda record: record.update(language="de-DE"))
    report = run_sample(fresh).report
    held = [one for one in report.set_aside if "look swapped" in one.reason]
    assert [swapped in one.reason for one in held] == [True]
    assert report.read["calls"] == report.kept["calls"] + len([one for one in report.set_aside if "calls" in one.file])
    assert set(report.not_planned) == {
        "the call is in German, which no model here reads",
        "the call's speakers look swapped, and nobody has looked yet",
    }
    quoted = {item.call_id for plan in report.plans for item in plan.items}
    assert not quoted & {swapped, german}
    with open_program(fresh) as program, program.store.read() as session:
        assert [call.call_id for call in get_calls(session, [swapped, german])] == [german]


def test_a_held_back_call_is_taken_up_once_somebody_says_that_it_is_right(tmp_path):
    config = sample_program(tmp_path)
    text = config.read_text(encoding="utf-8")
    call_id = "hm-1109-01"
    edit_call(config.parent, call_id, swap)
    config.write_text(text.replace("[input]\n", f'[input]\nspeakers_checked = ["{call_id}"]\n'), encoding="utf-8")
    assert not [one for one in run_sample(config).report.set_aside if "look swapped" in one.reason]
    with open_program(config) as program, program.store.read() as session:
        assert get_calls(session, [call_id])


class Untouched:
    """A finder that must not be asked."""

    model_version = "none"

    def find(self, call, failures, rubric):
        raise AssertionError(call.call_id)


def test_locate_says_that_no_model_reads_a_call_and_picks_nothing_in_it(tmp_path):
    config = sample_program(tmp_path)
    rubric = load_rubric(config.parent / "rubric.yaml")
    spanish = "Hola, mire, quiero saber por qué me han cobrado dos veces la factura de la luz este mes, por favor."
    turns = [{"speaker": who, "text": spanish} for who in ("agent", "customer")]
    (tmp_path / "calls.jsonl").write_text(json.dumps({"call_id": "c-1", "turns": turns}) + "\n", encoding="utf-8")
    (tmp_path / "scores.csv").write_text(f"call_id,criterion_id,score\nc-1,{rubric.criteria[0].id},0\n")
    out = tmp_path / "picks.jsonl"
    report = locate_files(rubric, tmp_path / "calls.jsonl", tmp_path / "scores.csv", out, Untouched())
    assert out.read_text() == ""
    (one,) = report.set_aside
    assert one.reason == f"call 'c-1' ({rubric.criteria[0].id}): the call is in Spanish, which no model here reads"
