"""What the documents on security, reliability, oversight and the API promise is held by what they name."""

import re
import tomllib
from pathlib import Path

import pytest

from app.review_settings import OidcSettings, ReviewSettings
from coaching.account import Scope

ROOT = Path(__file__).parents[2]
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
API = (ROOT / "docs" / "api.md").read_text("utf-8")
PROMISES = [SECURITY, *((ROOT / "docs" / name).read_text("utf-8") for name in ("reliability.md", "oversight.md"))]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", "\n".join(PROMISES))))
ITEMS = re.findall(
    r"[\d.]+",
    """3.3.1 3.3.4 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.4 3.5.1 3.5.3 3.4.3 3.4.6 3.4.4 3.4.5 3.4.1 3.4.8 14.3.2
14.2.1 8.2.1 8.2.2 8.2.3 8.3.1 8.3.2 15.3.3 15.3.1 6.3.1 6.3.2 2.4.1 2.3.3 15.4.2 5.2.1 5.2.2 5.3.2 5.3.3 5.4.1 5.4.2
1.2.1 3.2.2 1.2.10 1.3.6 15.3.2 1.5.2 16.2.1 16.2.5 16.3.2 16.4.1 16.4.2 16.5.1 13.4.2 13.4.5 15.1.2""",
)


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_test_that_is_named_is_there(file, test):
    assert f"def {test}(" in (ROOT / file).read_text("utf-8") if test else (ROOT / file).is_file()


def test_many_tests_are_named_and_every_item_of_the_list_is_spoken_of():
    assert len(NAMED) > 25
    assert [item for item in ITEMS if not re.search(rf"(?<![\d.]){re.escape(item)}(?![\d.])", SECURITY)] == []


def test_each_of_the_fourteen_promises_names_a_test_that_keeps_it():
    rows = re.findall(r"^\| (\d+) \|.*$", PROMISES[1], re.MULTILINE)
    assert rows == [str(number) for number in range(1, 15)]
    kept = re.findall(r"^\| \d+ \| [^|]+ \| ([^|]+) \|", PROMISES[1], re.MULTILINE)
    assert all("`tests/" in one for one in kept)


def test_the_settings_in_the_documents_are_those_that_are_read():
    given = tomllib.loads(re.search(r"```toml\n(.*?)```", SECURITY, re.DOTALL)[1])["review"]
    review = ReviewSettings.model_validate(given)
    assert set(given["oidc"]) | {"scope"} == set(OidcSettings.model_fields)
    assert review.oidc.roles == {"qa": "qa_manager", "team-leads": "supervisor"}
    table = SECURITY[SECURITY.index("| setting of") : SECURITY.index("Limits are counted")]
    named = set(re.findall(r"`(\w+)`", " ".join(line.split("|")[1] for line in table.splitlines() if "|" in line)))
    assert named - {"review"} == set(ReviewSettings.model_fields) - {"oidc"}


def test_every_path_and_scope_of_the_api_is_in_its_document(tmp_path):
    from typing import get_args

    from review.app import make_app
    from review.guarding import all_routes
    from store.session import open_store
    from web_builders import a_program

    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as store:
        routes = all_routes(make_app(a_program(tmp_path, store)).routes)
        paths = {path.removeprefix("/api/v1") for path, _ in routes if path.startswith("/api/v1")}
    told = set(re.findall(r"`(?:POST |/api/v1)?(/[\w/{}.-]+)`", API)) - {"/api/v1"}
    assert told == paths
    assert all(f"`{scope}`" in API for scope in get_args(Scope))


def test_nothing_unpickles():
    rooms = ("nlp", "rubric", "models", "coaching", "store", "operations", "app", "flows", "review", "cli")
    wrong = re.compile(
        r"^\s*(import|from) (pickle|shelve|marshal|dill|joblib|cloudpickle)|torch\.load|yaml\.(unsafe_)?load\(", re.M
    )
    found = [path for room in rooms for path in (ROOT / room).rglob("*.py") if wrong.search(path.read_text("utf-8"))]
    assert [path for path in found if "SafeLoader" not in path.read_text("utf-8")] == []
