"""What docs/keeping.md says is so: its settings are those that are read, with their bounds, and its acts are noted."""

import re
import tomllib
from pathlib import Path

from app.keeping_settings import KeepingSettings

PAGE = (Path(__file__).parents[2] / "docs" / "keeping.md").read_text(encoding="utf-8")


def test_the_settings_of_the_page_are_all_that_are_read():
    given = tomllib.loads(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])["keeping"]
    assert set(given) == set(KeepingSettings.model_fields)
    settings = KeepingSettings.model_validate(given)
    assert settings.problem(30, 30) is None


def test_each_setting_has_a_row_with_the_least_that_it_takes():
    table = PAGE[PAGE.index("| setting | at least |") : PAGE.index("The words of a call stay")]
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d+)", table, re.MULTILINE))
    assert {name: int(least) for name, least in rows.items()} == {
        name: least_of(name) for name in KeepingSettings.model_fields
    }


def least_of(name):
    schema = KeepingSettings.model_json_schema()["properties"][name]
    return next(one["minimum"] for one in schema["anyOf"] if "minimum" in one)
