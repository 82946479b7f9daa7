"""verbatim import on scores: looked at first, mapped by a person, then taken up; twice is once."""

import json
import shutil
import sqlite3
import tomllib

import pytest

from cli.main import main
from importing import contract_line
from scoring import EVALUATIONS

TABLE = """Interaction ID;Agent;Reviewed on;Reviewer;Courtesy;Identity check;Colour;Courtesy comment
c-1;0012;13.11.2026;qa-1;3,5;yes;4;"Her card is 4111 1111 1111 1111; \x1b[31mred"
c-2;0012;14.11.2026;qa-1;1;no;5;
"""


@pytest.fixture
def program(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "p"]) == 0
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "tool.csv").write_text(TABLE, encoding="utf-8")
    capsys.readouterr()
    return tmp_path / "p"


def run(*arguments):
    return main(["import", *arguments, "--config", "p/verbatim.toml", "--as-of", "2026-11-20"])


def words(out):
    """What a terminal shows, without the lines of its tables."""
    return " ".join(out.replace("│", " ").split())


def looked_through(path, **changes):
    text = path.read_text(encoding="utf-8").replace("proposed = true\n", "").replace('# "Colour"', '"Colour"')
    path.write_text(text, encoding="utf-8")
    return tomllib.loads(text)


def test_a_preview_of_an_unknown_table_proposes_a_map_and_writes_nothing(program, capsys):
    before = sorted(program.parent.rglob("*"))
    assert run("export", "--preview") == 1
    out = capsys.readouterr().out
    assert "Map (p/import-scores-tool.toml):" in out
    assert 'call_id = "Interaction ID"  # sure by its name' in out
    assert '"Courtesy" = "courtesy"  # sure by its name' in out
    assert '# "Colour" = ""' in out
    assert "Would import: 0 scores of 0 calls, 1 set aside. Nothing was written." in out
    assert sorted(program.parent.rglob("*")) == before


def test_an_import_writes_the_proposal_and_takes_the_scores_once_it_is_looked_through(program, capsys):
    assert run("export") == 1
    proposal = program / "import-scores-tool.toml"
    assert f"Wrote p/{proposal.name}: look it through" in capsys.readouterr().out
    assert run("export") == 1
    assert "is a proposal; look it through and take out `proposed = true`" in words(capsys.readouterr().out)
    looked_through(proposal)
    assert run("export", "--preview") == 0
    out = capsys.readouterr().out
    assert "4111" not in out, "what a terminal shows is masked"
    assert "\x1b[31m" not in out
    assert "Would import: 4 scores of 2 calls, 2 left out. Nothing was written." in out
    assert run("export") == 0
    assert "6 scores read: 4 new, 2 left out" in capsys.readouterr().out
    assert run("export") == 0
    assert "6 scores read: 0 new, 4 known already, 2 left out" in capsys.readouterr().out


def test_questions_of_a_form_get_a_map_to_be_filled_in(program, capsys):
    shutil.copy(EVALUATIONS / "genesys.json", program.parent / "export")
    (program.parent / "export" / "tool.csv").unlink()
    assert run("export") == 1
    mapping = program / "import-scores.toml"
    text = mapping.read_text()
    assert '# "Closing" = "close"  # the nearest by its name; of Water board form' in text.splitlines()
    assert tomllib.loads(text) == {"criteria": {}}
    mapping.write_text(text.replace('# "', '"').replace('"Empathy" = ""', '"Empathy" = "acknowledgement"'))
    assert run("export") == 0
    out = capsys.readouterr().out
    assert "failed a whole evaluation by themselves" in out
    assert "Note: the weights of Water board form (60, 30) come to 90; the rubric's count" in out


def test_calls_and_scores_of_one_folder_are_told_apart(program, capsys):
    (program.parent / "export" / "c.jsonl").write_text(contract_line("c-1") + "\n")
    (program.parent / "export" / "tool.csv").write_text("call_id,criterion_id,score\nc-1,courtesy,40\n")
    assert run("export", "--preview") == 0
    out = capsys.readouterr().out
    assert "Would import: 1 calls with 1 turns. Nothing was written." in out
    assert "Would import: 1 scores of 1 calls. Nothing was written." in out
    assert run("export") == 0
    out = capsys.readouterr().out
    assert "1 read: 1 new calls; 1 turns" in out
    assert "1 scores read: 1 new" in out


def test_calls_alone_are_told_as_ever_and_nothing_is_said_of_scores(program, capsys):
    (program.parent / "export" / "tool.csv").write_text(contract_line("c-1") + "\n")
    assert run("export") == 0
    assert "score" not in capsys.readouterr().out


def test_scores_can_be_written_to_a_file_without_a_program(program, capsys, tmp_path):
    (tmp_path / "s.csv").write_text("call_id,criterion_id,score\nc-1,courtesy,40\nc-1,courtesy,400\n")
    (tmp_path / "c.jsonl").write_text(contract_line("c-1") + "\n")
    (tmp_path / "both").mkdir()
    for name in ("s.csv", "c.jsonl"):
        shutil.move(tmp_path / name, tmp_path / "both" / name)
    rubric = ["--rubric", "p/rubric.yaml"]
    assert main(["import", "both", *rubric, "--scores-out", "scores.jsonl"]) == 1
    out = capsys.readouterr().out
    assert "1 calls not written: --out FILE" in out
    assert "2 scores read: 1 new in scores.jsonl, 1 set aside" in out
    assert json.loads((tmp_path / "scores.jsonl").read_text()) == {
        "call_id": "c-1",
        "criterion_id": "courtesy",
        "score": 40.0,
    }
    assert "off the scale" in (tmp_path / "scores.jsonl.set-aside.jsonl").read_text()
    assert main(["import", "both", *rubric, "--out", "calls.jsonl"]) == 1
    assert "1 scores not written: --scores-out FILE" in capsys.readouterr().out
    assert not (program / "verbatim.db").exists()


def test_a_map_with_a_query_is_imported_as_a_file_is(program, capsys, monkeypatch):
    with sqlite3.connect("qa.db") as connection:
        connection.execute("CREATE TABLE r (call TEXT, q TEXT, pts REAL)")
        connection.execute("INSERT INTO r VALUES ('c-1', 'courtesy', 4)")
    connection.close()
    (program.parent / "qa.toml").write_text(
        'scale = "1-5"\n[source]\naddress = "QA_DB"\nquery = "SELECT * FROM r"\n'
        '[columns]\ncall_id = "call"\ncriterion = "q"\nscore = "pts"\n'
    )
    assert run("qa.toml", "--preview") == 2
    assert "the environment variable QA_DB is not set" in capsys.readouterr().err
    monkeypatch.setenv("QA_DB", "sqlite:///qa.db")
    assert run("qa.toml", "--preview") == 0
    assert "Would import: 1 scores of 1 calls" in capsys.readouterr().out
    assert run("qa.toml") == 0
    assert "1 scores read: 1 new" in capsys.readouterr().out
    monkeypatch.setenv("QA_DB", "sqlite:///none.db")
    assert run("qa.toml") == 3
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "--preview", "--score-map", "none.toml"], "none.toml: cannot be read"),
        (["export", "--preview", "--rubric", "none.yaml"], "none.yaml"),
        (["export", "--preview", "--as-of", "tomorrow"], "'tomorrow' is no date"),
        (["export", "--scores-out", "no/where.jsonl"], "there is no folder no"),
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(program, capsys, arguments, said):
    before = sorted(program.parent.rglob("*"))
    assert main(["import", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert sorted(program.parent.rglob("*")) == before


def test_a_score_of_the_future_is_set_aside_by_the_day_that_is_asked_for(program, capsys):
    (program.parent / "export" / "tool.csv").write_text(
        "call_id,criterion_id,score,scored_at\nc-1,courtesy,40,2026-11-20\nc-2,courtesy,40,2026-11-21\n"
    )
    assert run("export", "--preview") == 1
    out = words(capsys.readouterr().out)
    assert "Would import: 1 scores of 1 calls, 1 set aside" in out
    assert "is in the future" in out
