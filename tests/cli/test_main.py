import subprocess
import sys

import pytest

from cli.main import main

COMMANDS = ["demo", "init", "locate", "run", "plan", "rubric", "user", "serve", "deploy", "train", "doctor"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_most_an_example(command, capsys):
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Usage: verbatim" in shown
    assert "Example:" in shown or command in ("plan", "rubric", "user")


def test_help_loads_nothing_heavy():
    heavy = "{'torch', 'spacy', 'prefect', 'pandas', 'sqlalchemy', 'sentence_transformers', 'transformers', 'docx'}"
    code = f"import sys, cli.main; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--config", "nowhere.toml"], "nowhere.toml: no such file"),
        (["locate", "--rubric", "r.yaml"], "Missing option"),
        (["nothing"], "No such command"),
        (["plan", "show", "p-1", "--config", "nowhere.toml"], "no such file"),
        (["rubric", "check", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_wrong_use_is_one_line_and_exit_status_two(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_init_writes_a_program_that_is_not_overwritten(tmp_path, capsys):
    from app.wiring import open_program

    assert main(["init", str(tmp_path / "quality")]) == 0
    with open_program(tmp_path / "quality" / "verbatim.toml") as program:
        assert program.settings.program.name == "quality"
    assert main(["init", str(tmp_path / "quality")]) == 2
    assert "already holds" in capsys.readouterr().err


def test_a_wrong_day_is_refused_before_anything_is_written(tmp_path, capsys):
    main(["init", str(tmp_path / "quality")])
    capsys.readouterr()
    assert main(["run", "--config", str(tmp_path / "quality/verbatim.toml"), "--as-of", "16.11.2026"]) == 2
    assert "write it like 2026-11-16" in capsys.readouterr().err


def test_locate_writes_sound_picks_in_an_order_of_its_own(tmp_path, capsys):
    from pathlib import Path

    sample = Path(__file__).parents[2] / "examples"
    outs = []
    for name, calls in (("a", sample / "calls"), ("b", reversed_calls(sample / "calls", tmp_path))):
        out = tmp_path / f"{name}.jsonl"
        scores = sample / "scores" / "week-45.csv"
        given = ["--rubric", sample / "rubric.yaml", "--calls", calls, "--scores", scores, "--out", out]
        assert main(["locate", *map(str, given)]) == 0
        outs.append(out.read_bytes())
    assert outs[0] == outs[1] != b""


def reversed_calls(folder, tmp_path):
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]
    path = tmp_path / "reversed.jsonl"
    path.write_text("\n".join(reversed(lines)) + "\n")
    return path


@pytest.mark.slow
def test_nothing_is_asked_of_the_network_at_run_time(tmp_path):
    from pathlib import Path

    sample = Path(__file__).parents[2] / "examples"
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise RuntimeError('network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "from cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    given = ["--rubric", sample / "rubric.yaml", "--calls", sample / "calls" / "2026-11-02.jsonl"]
    given += ["--scores", sample / "scores" / "week-45.csv", "--out", tmp_path / "picks.jsonl"]
    done = subprocess.run([sys.executable, "-c", code, "locate", *map(str, given)], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr  # the scores of the other days have no call here
    assert (tmp_path / "picks.jsonl").read_text() != ""
