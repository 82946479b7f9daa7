"""Every example of docs/rubric.md loads, fails or prints as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.main import main
from nlp.noun import known_keys
from rubric.checking import check_rubric
from rubric.criterion import Criterion, Practice
from rubric.loading import RubricError, load_rubric
from rubric.rubric import Rubric
from rubric.shelf import library_names

PAGE = (Path(__file__).parents[2] / "docs" / "rubric.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = {name: text for language, name, text in BLOCKS if language == "yaml"}
SAID = {name: text for language, name, text in BLOCKS if language == "text"}
CONSOLE = "\n".join(re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_small_rubric_loads_without_a_warning(folder: Path) -> None:
    assert check_rubric(load_rubric(folder / "small.yaml")) == []


@pytest.mark.parametrize("name", ["misspelt.yaml", "heavy.yaml"])
def test_an_error_reads_as_the_page_says(folder: Path, name: str) -> None:
    with pytest.raises(RubricError) as refused:
        load_rubric(Path(name))
    assert f"{refused.value}\n" == SAID[name]


def test_warnings_read_as_the_page_says(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rubric", "check", "weak.yaml"]) == 0
    assert capfd.readouterr().out == SAID["weak.yaml"]


def test_the_commands_print_what_the_page_shows(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shown = re.findall(r"^\$ verbatim (.*)\n((?:(?!\$ ).+\n)*)", CONSOLE, re.MULTILINE)
    assert len(shown) == 5
    for command, output in shown:
        if command.startswith("rubric diff"):
            edited = Path("rubric.yaml").read_text(encoding="utf-8")
            for old, new in (("version: 1", "version: 2"), ("old: 80", "old: 85"), ("        - Calm down.\n", "")):
                edited = edited.replace(old, new, 1)
            Path("rubric-2.yaml").write_text(edited, encoding="utf-8")
        assert main(command.split()) == 0
        assert capfd.readouterr().out == output


def test_the_page_tells_of_every_key_and_every_ready_rubric() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))
    for noun in (Rubric, Criterion, Practice):
        assert set(known_keys(noun)) <= told
    assert set(library_names()) <= told


ROWS = re.findall(
    r"^\| `((?:name|-)[^|]*)` \|[^|]*\| `([^|]*)` \|$", PAGE.replace("`, `name: 1.10`", "`"), re.MULTILINE
)


@pytest.mark.parametrize(("wrong", "right"), ROWS)
def test_text_that_needs_quotes_is_refused_without_and_read_with_them(folder: Path, wrong: str, right: str) -> None:
    anchor = "    name: Courtesy\n" if wrong.startswith("name") else "        - Name.\n"
    indent = anchor[: len(anchor) - len(anchor.lstrip())]
    path = folder / "small.yaml"
    for line, is_read in ((right, True), (wrong, False)):
        path.write_text(FILES["small.yaml"].replace(anchor, f"{indent}{line}\n"), encoding="utf-8")
        if is_read:
            assert load_rubric(path)
            continue
        with pytest.raises(RubricError, match=r"small\.yaml:\d+: "):
            load_rubric(path)


def test_the_table_of_quotes_is_tested_whole() -> None:
    assert len(ROWS) == 4
