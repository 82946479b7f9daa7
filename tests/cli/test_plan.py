"""Documents of plans and links to them, as people type the commands."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from answer_builders import keep_assigned
from app.wiring import open_program
from cli.main import main
from judging_builders import keep_draft
from operations.sign_in import link_opens
from operations.start import init_program


@pytest.fixture
def verbatim(tmp_path, capsys, monkeypatch):
    """Runs a command on a program with a draft and an assigned plan; its exit status, what it said and complained."""
    monkeypatch.chdir(tmp_path)
    config = init_program(tmp_path / "program")
    with open_program(config) as program:
        keep_draft(program.store, "a-1")
        keep_assigned(program.store, "a-2")

    def run(*words):
        status = main([*map(str, words), "--config", str(config)])
        said = capsys.readouterr()
        return status, said.out, said.err

    run.config = config
    return run


@pytest.mark.parametrize(
    ("suffix", "begins"), [("pdf", b"%PDF-"), ("md", b"# Coaching plan: A-1"), ("html", b"<!doctype html>")]
)
def test_a_plan_is_written_as_a_document_named_by_its_date(verbatim, tmp_path, suffix, begins):
    status, said, _ = verbatim("plan", "document", "p-a-1", "--format", suffix)
    assert (status, said) == (0, f"wrote plan-2026-11-16.{suffix}\n")
    assert (tmp_path / f"plan-2026-11-16.{suffix}").read_bytes().startswith(begins)
    assert not list(tmp_path.glob(".plan*")), "no half of it is left"


def test_a_document_goes_where_it_is_told(verbatim, tmp_path):
    out = tmp_path / "somewhere.md"
    assert verbatim("plan", "document", "p-a-1", "--format", "md", "--out", out)[0] == 0
    assert "What is the account number?" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "status", "complaint"),
    [
        (["document", "p-a-1", "--format", "docx"], 2, "'docx' is not one of"),
        (["document", "p-none"], 2, "no such plan"),
        (["document", "p-a-1", "--format", "md", "--out", "none/there.md"], 2, "none/there.md: "),
        (["link", "p-none"], 2, "no such plan"),
        (["link", "p-a-1"], 2, "it is draft; the agent sees it once it is approved"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(verbatim, words, status, complaint):
    found, said, complained = verbatim("plan", *words)
    assert (found, said) == (status, "")
    assert complaint in complained
    assert complained.count("\n") == 1


def test_a_link_opens_that_plan_and_says_until_when(verbatim):
    status, said, _ = verbatim("plan", "link", "p-a-2", "--port", "8099")
    assert status == 0
    found = re.search(
        r"until (\d\d:\d\d) on (\d{4}-\d\d-\d\d); it is not shown again:\nhttp://127.0.0.1:8099/enter/(.+)\n", said
    )
    with open_program(verbatim.config) as program:
        kept = link_opens(program.store, found[3], datetime.now(UTC))
        until = kept.expires_at.astimezone(program.settings.timezone)
    assert (kept.purpose, kept.plan_id, kept.agent_id) == ("plan", "p-a-2", "a-2")
    assert f"{until:%H:%M %Y-%m-%d}" == f"{found[1]} {found[2]}"
