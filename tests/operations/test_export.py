"""Exports: every record holds to its schema, the same state is the same bytes, and half a file is never there."""

import csv
import json
import re
from datetime import UTC, date, datetime
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import jsonschema
import pyarrow.parquet as pq
import pytest

from coaching.follow_up import Overruling
from coaching.recording import View
from coaching.schemas import RECORDS, schema
from cycle_builders import an_account
from operations.document import PdfNotSet
from operations.export import FORMATS, CannotExport, UnknownFormat, Wanted, export, known_format
from operations.export_documents import Paper, export_documents, file_name
from plan_builders import a_plan, an_item
from store import decisions, follow_ups, movements, plans
from store.session import open_store

AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAYS = {"approved_on": date(2026, 11, 16), "due_on": date(2026, 11, 23), "last_day": date(2026, 12, 7)}
PLAIN = View(evidence=True, redacted=False)
PAPER = Paper("Harbour", (0, 100))


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


def decide(session, plan, status, at):
    decided = plan.model_copy(update={"status": status, "decided_by": "Ines", "decided_at": at, "reason": "Now."})
    decisions.add_decision(session, decided, plans.put_plan(session, decided))
    return decided


@pytest.fixture
def filled(store):
    """A draft, an approved plan, one that was approved and closed a week later, and its cycle."""
    cycle = an_account([40, 42], [80, 85, 88, 82, 90]).cycle
    with store.begin() as session:
        plans.put_plan(session, a_plan("a-1"))
        decide(session, a_plan("a-2"), "approved", AT)
        closing = decide(session, a_plan("a-3", an_item("empathy"), an_item("tone")), "approved", AT)
        kept = follow_ups.open_follow_up(session, closing.plan_id, "a-3", **DAYS, at=AT)
        follow_ups.end_follow_up(session, kept.follow_up_id, "done", LATER)
        decide(session, closing, "closed", LATER)
        movements.put_cycle(session, cycle)
        said = Overruling(actions=("continue",), by="Ines", at=LATER, reason="Once more.")
        movements.add_overruling(session, cycle, said)
    return store


def wanted(**fields):
    return Wanted(**{"view": PLAIN, "timezone": ZoneInfo("UTC"), **fields})


def lines(folder, name):
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_exported_record_holds_to_its_schema(filled, tmp_path):
    done = export(filled, tmp_path / "out", wanted())
    kinds = {"plans": "plan", "items": "item", "follow_ups": "follow_up", "movements": "movement"}
    assert done.records == {"plans.jsonl": 3, "items.jsonl": 4, "follow_ups.jsonl": 1, "movements.jsonl": 1}
    for name, record in kinds.items():
        for written in lines(tmp_path / "out", name):
            jsonschema.validate(written, schema(record), cls=jsonschema.Draft202012Validator)
    for item in lines(tmp_path / "out", "items"):
        jsonschema.validate(item["evidence"], schema("evidence"), cls=jsonschema.Draft202012Validator)
    assert set(kinds.values()) | {"evidence"} == set(RECORDS)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_state_is_the_same_bytes(filled, tmp_path, name):
    for folder in ("one", "two"):
        export(filled, tmp_path / folder, wanted(format=name))
    written = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(written) == 5
    for file in written:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_tables_have_a_column_a_field_and_say_the_same_in_each_format(filled, tmp_path):
    for name in ("csv", "parquet", "xlsx"):
        export(filled, tmp_path, wanted(format=name))
    with (tmp_path / "items.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    table = pq.read_table(tmp_path / "items.parquet").to_pylist()
    assert list(rows[0]) == list(table[0])
    assert {"item_id", "criterion_id", "score", "quote", "evidence_span_sha256", "practice_skill"} <= set(rows[0])
    assert [row["quote"] for row in rows] == [row["quote"] for row in table]
    assert [float(row["score"]) for row in rows] == [row["score"] for row in table]
    assert all(row["quote"] for row in rows)
    with ZipFile(tmp_path / "items.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert rows[0]["quote"].split()[0] in sheet
    assert "<f>" not in sheet


def test_no_cell_of_a_spreadsheet_is_a_formula(store, tmp_path):
    with store.begin() as session:
        for number, words in enumerate(("=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", " =1")):
            plans.put_plan(session, a_plan(f"a-{number}").model_copy(update={"agent_name": words}))
    export(store, tmp_path, wanted(format="csv"))
    with (tmp_path / "plans.csv").open(encoding="utf-8-sig", newline="") as handle:
        names = [row["agent_name"] for row in csv.DictReader(handle)]
    assert len(names) == 6
    assert all(name.startswith("'") for name in names)
    export(store, tmp_path, wanted(format="xlsx"))
    with ZipFile(tmp_path / "plans.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_past_day_has_what_was_decided_by_its_end(filled, tmp_path):
    export(filled, tmp_path, wanted(as_of=date(2026, 11, 17)))
    assert {one["plan_id"]: one["status"] for one in lines(tmp_path, "plans")} == {
        a_plan("a-2").plan_id: "approved",
        a_plan("a-3").plan_id: "approved",
    }
    assert [one["state"] for one in lines(tmp_path, "follow_ups")] == ["open"]
    export(filled, tmp_path, wanted(as_of=date(2026, 11, 23)))
    assert {one["status"] for one in lines(tmp_path, "plans")} == {"approved", "closed"}
    assert [one["state"] for one in lines(tmp_path, "follow_ups")] == ["done"]
    export(filled, tmp_path, wanted(as_of=date(2026, 11, 15)))
    assert lines(tmp_path, "plans") == []


def test_a_cycle_is_told_as_people_had_decided_by_then(filled, tmp_path):
    export(filled, tmp_path, wanted())
    (cycle,) = lines(tmp_path, "movements")
    scored = date.fromisoformat(cycle["scored_on"])
    export(filled, tmp_path, wanted(as_of=scored))
    assert [one["overrulings"] for one in lines(tmp_path, "movements")] == [
        cycle["overrulings"] if LATER.date() <= scored else []
    ]


def test_since_a_day_is_what_was_written_from_then_on(filled, tmp_path):
    export(filled, tmp_path, wanted(since=date(2999, 1, 1)))
    assert lines(tmp_path, "plans") == lines(tmp_path, "movements") == []
    export(filled, tmp_path, wanted(since=date(2026, 11, 20), as_of=date(2026, 11, 30)))
    assert [one["status"] for one in lines(tmp_path, "plans")] == ["closed"]


def test_who_may_have_no_words_gets_none(filled, tmp_path):
    export(filled, tmp_path, wanted(view=View(evidence=False, redacted=True)))
    assert [one["evidence"] for one in lines(tmp_path, "items")] == [None] * 4


def test_an_export_that_fails_leaves_the_one_before_it(filled, tmp_path):
    export(filled, tmp_path, wanted())
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.json*")}

    def fail(stage, done, total):
        if done == 3:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        export(filled, tmp_path, wanted(as_of=date(2026, 11, 23)), fail)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.json*")} == before
    assert list(tmp_path.glob(".*draft")) == []


def test_a_folder_that_is_a_file_and_a_format_that_is_none_are_told_in_a_line(store, tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(CannotExport, match="cannot be written"):
        export(store, tmp_path / "taken", wanted())
    with pytest.raises(UnknownFormat, match="jsonl, csv, parquet, xlsx"):
        known_format("xls")


def test_plans_are_documents_of_their_own_the_same_plan_the_same_bytes(filled, tmp_path):
    first = export_documents(filled, tmp_path / "a", "md", wanted(), PAPER)
    second = export_documents(filled, tmp_path / "b", "md", wanted(), PAPER)
    assert sorted(first.written) == ["p-a-1", "p-a-2", "p-a-3"]
    assert first.written == second.written
    for name in [*first.written.values(), "documents.json"]:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert "a-2" in (tmp_path / "a" / first.written["p-a-2"]).read_text(encoding="utf-8")


def test_a_plan_that_cannot_be_set_is_set_aside_and_the_others_are_written(filled, tmp_path, monkeypatch):
    def refuse(plan, *given, **more):
        if plan.plan_id == "p-a-2":
            raise PdfNotSet(plan.plan_id, "it took longer than 60 seconds")
        return b"%PDF-"

    monkeypatch.setattr("operations.export_documents.write_document", refuse)
    done = export_documents(filled, tmp_path / "papers", "pdf", wanted(), PAPER)
    assert sorted(done.written) == ["p-a-1", "p-a-3"]
    assert "60 seconds" in json.loads((tmp_path / "papers" / "documents.json").read_text())["set_aside"]["p-a-2"]


def test_the_name_of_a_document_holds_nothing_that_somebody_typed():
    name = file_name(a_plan("../../etc/x", plan_id="p-../../etc/x"), "pdf")
    assert re.fullmatch(r"plan-\d{4}-\d\d-\d\d-[0-9a-f]{12}\.pdf", name)
