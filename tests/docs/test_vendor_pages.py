"""Every page of docs/vendors is right: its example is imported with its command and comes to what it shows."""

import re
import shlex
from pathlib import Path

import pytest

from cli.main import main
from nlp.readers.registry import vendors

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "vendors").glob("*.md"))
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^verbatim (import .*--out calls\.jsonl)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_comes_to_what_the_page_shows(page, tmp_path, monkeypatch, capsys):
    text = page.read_text(encoding="utf-8")
    blocks = {name: content for _, name, content in BLOCK.findall(text)}
    shown = blocks.pop("calls.jsonl")
    for name, content in blocks.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (command,) = COMMAND.findall(text)
    assert main(shlex.split(command)) == 0, capsys.readouterr()
    assert (tmp_path / "calls.jsonl").read_text(encoding="utf-8") == shown


def test_the_data_page_leads_to_every_vendors_page_and_names_every_reader():
    data = (DOCS / "data.md").read_text(encoding="utf-8")
    for page in PAGES:
        assert f"(vendors/{page.name})" in data
    for vendor in vendors():
        assert vendor.NAME in data
