"""What the documents promise is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_named_exists(document, capsys):
    from cli.main import main

    named = set(
        re.findall(r"verbatim ((?:plan|practice|rubric) [a-z-]+|[a-z-]+)(?= |`|\n|$)", document.read_text("utf-8"))
    )
    known = {"demo", "init", "locate", "run", "serve", "deploy", "train", "doctor", "follow-up"}
    for command in named:
        words = command.split()
        if words[0] in known or len(words) == 2:
            assert main([*words, "--help"]) == 0, command


def test_every_make_target_named_in_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
