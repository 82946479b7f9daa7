"""The published schemas are those of the code, and no released one is broken by a later one of its major version."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from coaching.schemas import RECORDS, VERSION, breaks, schema, schema_text

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "schema"
NAMED = re.compile(r"^- Records, schema (\d+\.\d+)", re.MULTILINE)


def versions_named():
    return sorted(set(NAMED.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", RECORDS)
def test_what_is_published_is_what_the_code_writes(name):
    published = (FOLDER / VERSION / f"{name}.json").read_text(encoding="utf-8")
    assert published == schema_text(name), f"run: verbatim schema {name} > docs/schema/{VERSION}/{name}.json"


def test_the_changelog_names_every_version_that_is_published():
    assert versions_named() == sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
    assert VERSION in versions_named()


@pytest.mark.parametrize("version", versions_named())
@pytest.mark.parametrize("name", RECORDS)
def test_a_reader_of_an_earlier_version_can_read_this_one(version, name):
    if version.split(".")[0] != VERSION.split(".")[0]:
        pytest.skip("another major version")
    earlier = json.loads((FOLDER / version / f"{name}.json").read_text(encoding="utf-8"))
    assert list(breaks(earlier, schema(name))) == []


@pytest.mark.parametrize("name", RECORDS)
def test_the_example_of_each_record_holds_to_its_schema(name):
    example = json.loads((FOLDER / VERSION / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.validate(example, schema(name), cls=jsonschema.Draft202012Validator)
