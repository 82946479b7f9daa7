"""Every worked example of docs/follow-up.md comes out of the code as the page says; the table is the contract's."""

from __future__ import annotations

import re
from pathlib import Path

from app.settings import FollowUpSettings
from coaching.movement import Measured, MovementRules, measure_movement
from coaching.spread import TeamSpread

PAGE = (Path(__file__).parents[2] / "docs" / "follow-up.md").read_text(encoding="utf-8")
OF = Measured(criterion_id="empathy", rubric_id="core", rubric_version=1, threshold=70, triggering_score=30)
TEAM = TeamSpread(mean=70, error=2, within=18, between=8, agents=20, calls=160)
CLOSE = TEAM.model_copy(update={"within": 9})
PASS_OR_FAIL = TeamSpread(mean=70, error=3, within=45, between=12, agents=20, calls=200)
FLAT = " ".join(PAGE.split())
SCORES = [[float(one) for one in found.split(", ")] for found in re.findall(r"of \d\d: ((?:\d+, )+\d+)\.", FLAT)]


def rows(after: str) -> list[list[str]]:
    """The lines of the table under a heading, without its head."""
    table = re.search(r"\n\|.*?\n\n", PAGE.split(after)[1], re.DOTALL)
    assert table is not None
    return [[one.strip() for one in line.split("|")[1:-1]] for line in table[0].strip().splitlines()[2:]]


def told(before: list[float], after: list[float], team: TeamSpread) -> list[str]:
    found = measure_movement(OF, before, after, rules=MovementRules(), spread=team)
    assert found.low is not None
    return [
        f"{found.before.mean:g} over {found.before.calls}",
        f"{found.after.mean:g} over {found.after.calls}",
        f"{found.delta:+g}",
        f"{found.low:+.1f} to {found.high:+.1f}",
        f"{found.by_regression:+.1f}",
        found.verdict.replace("_", " "),
    ]


def test_the_example_of_45_to_65_is_what_the_code_says() -> None:
    before, after = SCORES
    near = [60.0, 70, 55, 75, 65, 60, 72, 63]
    expected = [told(before, after, TEAM), told(before, after * 3, TEAM), told(before, near, CLOSE)]
    assert [row[1:] for row in rows("## From 45 to 65")] == expected


def test_what_has_not_moved_is_what_the_code_says() -> None:
    after = [40.0, 35, 45, 38, 50, 42, 36, 44, 40, 45, 39, 41]
    found = measure_movement(OF, SCORES[0] * 3, after, rules=MovementRules(), spread=TEAM)
    assert found.delta is not None
    assert found.low is not None
    words = (
        f"delta {found.delta:.1f}, interval {found.low:.1f} to +{found.high:.1f}, by itself +{found.by_regression:.1f}"
    )
    assert words.replace("-", "−") in FLAT
    assert found.verdict == "not_moved"


def test_pass_or_fail_is_what_the_code_says() -> None:
    before = [100.0, 0, 100, 100, 0, 100, 0, 100, 0, 100]
    found = measure_movement(OF, before, [100.0] * 5, rules=MovementRules(), spread=PASS_OR_FAIL)
    assert (found.delta, f"{found.low:.0f}", f"{found.by_regression:.1f}") == (40, "4", "5.8")
    assert f"from +{found.low:.0f} to +{int(found.high or 0)}" in FLAT
    assert found.verdict == "within_noise"
    assert round(1 / 0.6**5) == 13


def test_the_settings_are_the_programs_own() -> None:
    block = re.search(r"```toml\n\[follow_up\]\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    written = dict(re.findall(r"^(\w+) = (\S+)", block[1], re.MULTILINE))
    usual = FollowUpSettings()
    assert written == {
        "by": f'"{usual.by}"',
        "least_delta": f"{usual.least_delta:g}",
        "min_calls": str(usual.min_calls),
        "before_days": str(usual.before_days),
    }


def test_the_pages_that_it_names_are_there() -> None:
    for name in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (Path(__file__).parents[2] / "docs" / name).is_file()
