"""The list of components that `make sbom` writes."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def plain(name):
    """A distribution's name as indexes compare it: an installer writes it with dashes or with underscores."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_list_of_components_names_every_one_with_its_version(tmp_path):
    pytest.importorskip("cyclonedx_py")
    recipe = re.search(r"^sbom:.*\n\t\$\(BIN\)/cyclonedx-py (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    out = tmp_path / "sbom.json"
    arguments = recipe.replace("$(BIN)/python", sys.executable).replace("sbom.json", str(out))
    # holding the file against the schema of the format takes most of a minute, and is left to make sbom
    command = [sys.executable, "-m", "cyclonedx_py", *shlex.split(arguments), "--no-validate"]
    subprocess.run(command, check=True, cwd=ROOT, timeout=120)
    listed = {plain(one["name"]): one["version"] for one in json.loads(out.read_text())["components"]}
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {plain(re.match(r"[\w.-]+", one)[0]) for one in needed}
    assert {name: listed[name] for name in names} == {name: version(name) for name in names}
