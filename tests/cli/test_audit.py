"""verbatim audit, as somebody at a terminal meets it."""

import pytest
from sqlalchemy import text

from app.wiring import open_program
from cli.main import main
from plan_builders import a_plan
from store import plans


@pytest.fixture
def config(tmp_path, capsys):
    assert main(["init", str(tmp_path / "quality")]) == 0
    path = str(tmp_path / "quality" / "verbatim.toml")
    with open_program(path) as program, program.store.begin() as session:
        plans.put_plan(session, a_plan())
    capsys.readouterr()
    return path


@pytest.fixture
def audit(config, capsys):
    def run(*arguments):
        status = main(["audit", *arguments, "--config", config])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_a_trail_that_holds_says_how_long_it_is_and_its_digest(audit):
    status, out, _ = audit("verify")
    assert status == 0
    assert "The trail holds: 1 entry, digest " in out
    assert audit("verify", "--expect", out.split("digest ")[1].split()[0])[0] == 0


def test_a_trail_that_does_not_hold_names_the_entry_in_one_line(audit, config):
    with open_program(config) as program, program.store.begin() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text("UPDATE audit SET by = 'somebody else'"))
    status, _, said = audit("verify")
    assert (status, said) == (3, "verbatim: audit trail, entry 1: was changed: its digest is of something else\n")


def test_a_digest_that_was_never_in_the_trail_is_told(audit):
    status, _, said = audit("verify", "--expect", "f" * 64)
    assert status == 3
    assert "ends without the digest" in said


def test_the_entries_of_a_plan_are_a_table(audit):
    status, out, _ = audit("list", "--plan", a_plan().plan_id)
    assert status == 0
    assert "plan.drafted" in out
    assert audit("list")[1] == out
    assert audit("list", "--plan", "nothing")[0] == 2
