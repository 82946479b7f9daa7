"""Every page of docs/scorecards is right: its example is imported with its command and comes to what it shows."""

import re
import shlex
import shutil
import sqlite3
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from cli.main import main
from rubric.readers.registry import score_vendors
from rubric.score_map import Column, ScoreMap

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "scorecards").glob("*.md"))
MAPS = (ROOT / "docs" / "scorecards" / "maps.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^verbatim (import .*--scores-out scores\.jsonl)$", re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "p"]) == 0
    shutil.copy("p/rubric.yaml", "rubric.yaml")
    capsys.readouterr()
    return tmp_path


def written(page, folder):
    """The page's blocks, written as files where they are such."""
    blocks = {name: content for _, name, content in BLOCK.findall(page)}
    for name, content in blocks.items():
        if name not in ("scores.jsonl", "proposal"):
            (folder / name).write_text(content, encoding="utf-8")
    return blocks


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_comes_to_what_the_page_shows(page, folder, capsys):
    text = page.read_text(encoding="utf-8")
    blocks = written(text, folder)
    (command,) = COMMAND.findall(text)
    assert main(shlex.split(command)) == 0, capsys.readouterr()
    assert (folder / "scores.jsonl").read_text(encoding="utf-8") == blocks["scores.jsonl"]


def test_the_map_that_is_shown_as_proposed_is_the_one_that_is_written(folder, capsys):
    blocks = written(MAPS, folder)
    (folder / "import-scores-export.toml").unlink()
    assert main(["import", "export.csv", "--config", "p/verbatim.toml"]) == 1
    made = (folder / "p" / "import-scores-export.toml").read_text(encoding="utf-8")
    assert made == blocks["proposal"]
    assert tomllib.loads(made)["proposed"]


def test_the_query_of_the_page_is_one(folder, capsys, monkeypatch):
    written(MAPS, folder)
    with sqlite3.connect("qa.db") as connection:
        connection.execute("CREATE TABLE reviews (call_id, agent, question, points, max_points, scored_at, finished)")
        row = ("c-1", "0012", "Verified", 3, 4, "2026-11-03 09:00", True)
        connection.execute("INSERT INTO reviews VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    connection.close()
    monkeypatch.setenv("QA_DATABASE", "sqlite:///qa.db")
    assert main(["import", "warehouse.yaml", "--preview", "--config", "p/verbatim.toml"]) == 0
    assert "Would import: 1 scores of 1 calls" in capsys.readouterr().out


def test_the_page_on_maps_names_every_key_and_column():
    for name in (*ScoreMap.model_fields, *get_args(Column)):
        assert f"`{name}`" in MAPS or name == "proposed", name


def test_the_data_page_leads_to_every_page_and_names_every_tool():
    data = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    for page in PAGES:
        assert f"(scorecards/{page.name})" in data
    for vendor in score_vendors():
        assert vendor.NAME in data


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), target
