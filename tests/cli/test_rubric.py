"""The rubric commands, as a terminal runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.wiring import open_program
from builders import a_call
from cli.main import main
from cli.rubric import rubric_app
from plan_builders import a_plan, an_item
from rubric.loading import load_rubric
from rubric.lock import read_locks
from store.calls import put_calls
from store.plans import put_plan


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def rubric(folder: Path) -> str:
    assert main(["rubric", "new", "rubric.yaml"]) == 0
    return "rubric.yaml"


def run(*arguments: str) -> list[str]:
    result = CliRunner().invoke(rubric_app, arguments)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_help_names_the_five_commands_and_each_has_an_example() -> None:
    listed = "\n".join(run("--help"))
    for name in ("check", "new", "diff", "lock", "template"):
        assert name in listed
        assert f"Example: verbatim rubric {name}" in " ".join(" ".join(run(name, "--help")).split())


def test_new_writes_a_rubric_that_check_finds_nothing_in(folder: Path) -> None:
    assert run("new", "mine.yaml", "--from", "sales")[0].startswith("Wrote mine.yaml.")
    assert run("check", "mine.yaml") == ["mine.yaml: Sales, version 1, 9 criteria; no warnings"]


def test_new_writes_nothing_over_what_is_there_and_knows_its_starters(
    rubric: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = Path(rubric).read_bytes()
    assert main(["rubric", "new", rubric]) == 2
    assert main(["rubric", "new", "other.yaml", "--from", "sale"]) == 2
    assert capfd.readouterr().err.splitlines() == [
        "verbatim: rubric.yaml: exists and is left as it is; name a new file",
        "verbatim: no ready rubric is called 'sale'; did you mean 'sales'?",
    ]
    assert Path(rubric).read_bytes() == before
    assert not Path("other.yaml").exists()


def test_check_prints_warnings_with_their_line_and_is_done(rubric: str) -> None:
    edit(rubric, "Ask in full sentences with a please, and answer a reproach with what you will do.", "Be more polite.")
    line = Path(rubric).read_text(encoding="utf-8").splitlines().index("    expected_behavior: Be more polite.") + 1
    warning, summary = run("check", rubric)
    assert warning.startswith(
        f"rubric.yaml:{line}: warning: courtesy: expected_behavior: 'Be more polite.' is generic; "
    )
    assert summary == "rubric.yaml: Customer support, version 1, 9 criteria; 1 warning"


def test_check_of_a_wrong_rubric_is_one_line_and_status_two(rubric: str, capfd: pytest.CaptureFixture[str]) -> None:
    edit(rubric, "    threshold: 60", "    thresholld: 60")
    capfd.readouterr()
    assert main(["rubric", "check", rubric]) == 2
    printed = capfd.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("verbatim: rubric.yaml:")
    assert line.endswith("unknown key 'criteria[0].thresholld'; did you mean 'threshold'?")


def test_a_locked_version_that_was_edited_is_refused_until_it_is_a_new_one(
    rubric: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("lock", rubric) == ["Locked version 1 in rubric.lock.json."]
    assert run("lock", rubric) == ["Was locked already: version 1 in rubric.lock.json."]
    edit(rubric, "threshold: 80", "threshold: 85")
    for command in ("check", "lock"):
        assert main(["rubric", command, rubric]) == 2
        assert "version 1 is locked and was edited" in capfd.readouterr().err
    edit(rubric, "version: 1", "version: 2")
    assert main(["rubric", "check", rubric]) == 0
    assert main(["rubric", "lock", rubric]) == 0
    assert [lock.version for lock in read_locks(Path(rubric))] == [1, 2]


def test_diff_tells_what_changed_and_what_stays_comparable(rubric: str) -> None:
    assert main(["rubric", "new", "next.yaml"]) == 0
    edit("next.yaml", "version: 1", "version: 2")
    edit("next.yaml", "threshold: 80", "threshold: 85")
    edit("next.yaml", "        - Calm down.\n", "")
    assert run("diff", rubric, "next.yaml") == [
        "support version 1 -> support version 2",
        "version: 1 -> 2",
        "identity: stays comparable",
        "  threshold: 80.0 -> 85.0",
        "courtesy: is no longer comparable",
        "  broken_by.examples:",
        '    - "Calm down."',
    ]


def a_program_with_a_plan_for(criterion_id: str) -> None:
    assert main(["init", "program"]) == 0
    with open_program("program/verbatim.toml") as program, program.store.begin() as session:
        put_calls(session, [a_call()])
        digest = program.rubric.digests()[criterion_id]
        put_plan(session, a_plan("a-1", an_item(criterion_id, rubric_id="support", criterion_digest=digest)))


def test_diff_with_a_program_names_the_open_plans_that_lose_comparability(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    a_program_with_a_plan_for("courtesy")
    assert main(["rubric", "new", "next.yaml"]) == 0
    edit("next.yaml", "version: 1", "version: 2")
    edit("next.yaml", "        - Calm down.\n", "")
    capfd.readouterr()
    assert main(["rubric", "diff", "program/rubric.yaml", "next.yaml", "--config", "program/verbatim.toml"]) == 0
    assert capfd.readouterr().out.splitlines()[-2:] == [
        "plan p-a-1 of A-1 loses comparability: 'courtesy' judges something else in version 2 than in 1",
        "1 item of open plans loses comparability.",
    ]


@pytest.mark.parametrize("name", ["plan.md", "plan.docx", "plan.csv"])
def test_template_writes_the_blank_plan_and_never_over_a_file(
    rubric: str, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("template", rubric, "--out", name) == [f"Wrote {name}."]
    before = Path(name).read_bytes()
    assert main(["rubric", "template", rubric, "--out", name]) == 2
    assert "exists and is left as it is" in capfd.readouterr().err
    assert Path(name).read_bytes() == before


def test_template_refuses_another_ending_in_one_line(rubric: str, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert main(["rubric", "template", rubric, "--out", "plan.pdf"]) == 2
    assert capfd.readouterr().err == "verbatim: plan.pdf: the ending must be .md, .docx or .csv\n"


def test_the_rubric_of_a_new_program_is_the_ready_one(folder: Path) -> None:
    assert main(["init", "program"]) == 0
    assert load_rubric(Path("program/rubric.yaml")).id == "support"
