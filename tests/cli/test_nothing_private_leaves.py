"""A plan that quotes what is private, as every document, and as what the terminal shows."""

import io
from pathlib import Path

import pytest

from app.wiring import open_program
from builders import STARTED_AT
from cli.import_tables import print_preview
from cli.main import main
from cli.tables import print_markdown, print_night, print_plans
from coaching.markdown import night_markdown, night_rows, plan_markdown
from coaching.page import plan_html, plan_paper, report_html
from coaching.recording import View, plan_shape
from coaching.transcript import shown_quote
from night_builders import a_night
from operations.document import write_document
from operations.import_account import Tally
from operations.import_transcripts import Preview
from private_builders import a_private_call, a_private_plan, keep_private, secrets_in


@pytest.fixture
def plan():
    return a_private_plan()


def test_no_document_of_a_plan_or_a_night_holds_it(plan):
    night = a_night(plan)
    written = {
        "markdown": plan_markdown(plan),
        "page": plan_html(plan),
        "paper": plan_paper(plan, "Larkfield"),
        "report": report_html(night),
        "night as markdown": night_markdown(night),
        "night as rows": str(night_rows(night)),
        "record": plan_shape(plan, 1, STARTED_AT, View(True, True)).model_dump_json(),
        "line of the queue": shown_quote(plan.items[0], True),
    }
    assert {name: secrets_in(text) for name, text in written.items()} == {name: set() for name in written}
    assert secrets_in(plan_markdown(plan, redacted=False))


@pytest.mark.parametrize("form", ["md", "html"])
def test_no_written_document_holds_it(plan, form):
    assert secrets_in(write_document(plan, form, "Larkfield").decode()) == set()


def test_no_pdf_holds_it(plan):
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("weasyprint")
    pdf = write_document(plan, "pdf", "Larkfield")
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "[name]" in text
    assert secrets_in(text) == set()


def test_no_table_of_the_terminal_holds_it(plan, capsys):
    print_night(a_night(plan))
    print_plans([plan])
    print_markdown(plan_markdown(plan))
    print_preview(Preview(Tally(kept=1), (a_private_call(),), ""), Path("import.toml"))
    shown = capsys.readouterr().out
    assert "[name]" in shown
    assert secrets_in(shown) == set()


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_nothing_exported_holds_it(tmp_path, capsys, form):
    assert main(["init", str(tmp_path / "quality")]) == 0
    config = tmp_path / "quality" / "verbatim.toml"
    with open_program(config) as program:
        keep_private(program.store, a_private_plan())
    assert main(["export", str(tmp_path / "out"), "--format", form, "--config", str(config)]) == 0
    assert main(["plan", "show", "p-a-1", "--config", str(config)]) == 0
    shown = capsys.readouterr().out
    assert r"\[name\]" in shown
    assert secrets_in(shown) == set()
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert any("[name]" in path.read_text(encoding="utf-8") for path in written)
    for path in written:
        assert secrets_in(path.read_text(encoding="utf-8")) == set(), path
