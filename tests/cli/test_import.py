import json

import pytest

from cli.main import main
from importing import contract_line
from talking import AGENT, CUSTOMER, talk

TEXT = "Priya Raman: Good morning, my card is 4111 1111 1111 1111.\nDana: Hi.\nPriya Raman: Bye.\n"


@pytest.fixture
def program(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "p"]) == 0
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "c-7.txt").write_text(TEXT)
    capsys.readouterr()
    return tmp_path / "p"


def config(program):
    return ["--config", str(program / "verbatim.toml")]


def test_a_preview_shows_everything_and_writes_nothing(program, capsys):
    agents = program / "who.csv"
    agents.write_text("agent_id,name\na-9,Priya Raman\n")
    assert main(["import", "export", "--preview", "--agents", str(agents), *config(program)]) == 0
    out = capsys.readouterr().out
    assert "Plain text" in out
    assert "c-7" in out
    assert "a-9" in out
    assert "4111" not in out, "what a terminal shows is masked"
    assert "Would import: 1 calls with 3 turns. Nothing was written." in out
    assert not (program / "verbatim.db").exists()
    assert not (program / "import.toml").exists()


def test_an_import_that_cannot_tell_writes_the_map_to_fill_in_and_then_takes_the_call(program, capsys):
    assert main(["import", "export", *config(program)]) == 1
    out = capsys.readouterr().out
    assert "1 read: 0 new calls" in out
    assert out.splitlines()[-1] == "Set aside: 1 record, listed with file, line and reason in p/import.set-aside.jsonl"
    mapping = program / "import.toml"
    mapping.write_text(mapping.read_text().replace('# "Priya Raman"', '"Priya Raman"'))
    assert main(["import", "export", *config(program)]) == 0
    assert "1 read: 1 new calls; 3 turns" in capsys.readouterr().out
    assert not (program / "import.set-aside.jsonl").exists()
    assert main(["import", "export", *config(program)]) == 0
    assert "0 new calls, 1 known already" in capsys.readouterr().out


def test_a_speaker_can_be_told_on_the_command_line(program, capsys):
    assert main(["import", "export", "--speaker", "Dana=customer", *config(program)]) == 0
    assert "1 new calls" in capsys.readouterr().out


def test_calls_can_be_written_to_a_file_without_a_program(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(contract_line("c-1"))
    assert main(["import", "a.json", "--out", "calls.jsonl"]) == 0
    assert json.loads((tmp_path / "calls.jsonl").read_text())["call_id"] == "c-1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "calls.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nowhere", "--preview"], 2, "nowhere: does not exist"),
        (["export", "--preview", "--speaker", "x"], 2, "--speaker 'x': write a label and a role"),
        (["export", "--preview", "--vendor", "Zom"], 2, "'Zom' is no known format"),
        (["export", "--preview", "--map", "none.toml"], 2, "none.toml: cannot be read"),
        (["export", "--config", "none/verbatim.toml"], 2, "no such file"),
        (["export", "--out", "no/where.jsonl"], 2, "there is no folder no"),
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(program, capsys, arguments, status, said):
    before = sorted(program.parent.rglob("*"))
    assert main(["import", *arguments]) == status
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert sorted(program.parent.rglob("*")) == before


def dialogue(first, second):
    return "".join(f"{who}: {text}\n" for who, text in talk((first, AGENT), (second, CUSTOMER)))


def test_a_preview_says_who_was_told_by_talk_and_how_sure_that_is(program, tmp_path, capsys):
    (tmp_path / "export" / "c-7.txt").write_text(dialogue("Joyce", "Dana"))
    assert main(["import", "export", "--preview", *config(program)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "talk, 99%" in out
    assert "in 1 who is who is told by their talk" in out
    assert main(["import", "export", "--preview", "--sure", "1", *config(program)]) == 1
    assert "by how they talk" in capsys.readouterr().out
    settings = program / "verbatim.toml"
    settings.write_text(settings.read_text().replace("[input]\n", "[input]\nspeakers_sure = 1\n"))
    assert main(["import", "export", *config(program)]) == 1


def test_a_call_that_looks_swapped_is_shown_with_both_sides_and_taken_once_it_is_checked(program, tmp_path, capsys):
    (tmp_path / "export" / "c-7.txt").write_text(dialogue("Customer", "Agent"))
    assert main(["import", "export", *config(program)]) == 1
    out = capsys.readouterr().out
    assert "Speakers look swapped: held back until somebody has looked" in out
    assert "charged twice" in out
    assert "0 new calls" in out
    turned = ["--speaker", "Customer=agent", "--speaker", "Agent=customer"]
    assert main(["import", "export", "--preview", *turned, *config(program)]) == 0
    assert main(["import", "export", "--checked", "c-7", *config(program)]) == 0
    assert "1 new calls" in capsys.readouterr().out
