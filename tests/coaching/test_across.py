"""The section over all cycles: what it finds, and how it is drawn."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from across_builders import AGENTS, AS_OF, a_look_across, facts_of, rounds_of
from builders import a_criterion, a_rubric
from coaching.across import look_across
from coaching.charts import CURVE_HEIGHT, CURVE_WIDTH, curve_band, curve_path, curves_end, level, trend_points
from coaching.page import report_html
from coaching.trends import scores_frame
from night_builders import a_night

HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}'


def test_what_was_put_in_is_found() -> None:
    found = a_look_across()
    assert [one.name for one in found.by_criterion] == ["Empathy", "Closing"]
    assert found.by_criterion[0].share > found.by_criterion[1].share
    assert {one.name for one in found.by_practice} == {"role-play: empathy", "call review: empathy"}
    assert [(one.criterion_id, one.short) for one in found.fails_for_all] == [("closing", 12)]
    assert {(one.team, one.criterion_id): one.direction for one in found.teams} == {
        ("North", "closing"): "no trend",
        ("South", "closing"): "no trend",
        ("North", "empathy"): "up",
        ("South", "empathy"): "up",
    }
    assert all(one.criterion_name == "Closing" or one.cycles == 4 for one in found.stuck)


def test_what_fails_for_nearly_everyone_is_told_by_the_last_thirty_days_alone() -> None:
    rubric, facts = a_rubric(a_criterion("closing", weight=100, threshold=70)), facts_of("closing", 48, 0.0, 4)

    def found(after: int) -> list[int]:
        at = AS_OF + timedelta(days=after)
        return [one.short for one in look_across([], scores_frame(facts), at, rubric, AGENTS).fails_for_all]

    assert found(0) == [12]
    assert found(60) == []


def test_nothing_yet_is_told_as_nothing() -> None:
    found = look_across([], scores_frame([]), AS_OF, a_rubric(), {})
    assert (found.teams, found.stuck, found.by_criterion, found.fails_for_all) == ((), (), (), ())


def test_the_report_draws_a_chart_and_a_table_of_each() -> None:
    page = report_html(a_night(across=a_look_across()))
    for title in ("Fails for nearly everyone", "Coached and not moved", "What responds fastest", "Trends"):
        assert f">{title}</h2>" in page
    drawn = re.findall(r'<svg class="(trend|curve)".*?</svg>', page, re.S)
    assert drawn.count("curve") == 4
    assert drawn.count("trend") == 4 + 24
    assert page.count("Share not moved yet (Kaplan-Meier)") == 4


def test_what_rests_on_the_machines_scores_is_marked_so() -> None:
    assert "machine" not in stripped(report_html(a_night(across=a_look_across())))
    rounds = [one.model_copy(update={"by_machine": True}) for one in rounds_of("empathy", "Empathy", 0.0, 1)]
    found = look_across(rounds, scores_frame([]), AS_OF, a_rubric("empathy"), AGENTS)
    assert all(one.by_machine for one in found.stuck)
    assert [one.by_machine for one in found.by_criterion] == [len(AGENTS)]
    page = report_html(a_night(across=found))
    assert page.count('<span class="tag">machine\'s scores</span>') == len(AGENTS)
    assert f"{len(AGENTS)} by machine’s scores" in page


def stripped(page: str) -> str:
    return page[page.index("Fails for nearly everyone") :].partition("<footer")[0]


def test_every_chart_is_sound_svg_inside_its_frame() -> None:
    page = report_html(a_night(across=a_look_across()))
    for found in re.findall(r'<svg class="(?:trend|curve)".*?</svg>', page, re.S):
        left, top, width, height = map(float, ET.fromstring(found).attrib["viewBox"].split())
        for shape in ET.fromstring(found).iter():
            for x, y in re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", shape.attrib.get("d", "")):
                assert left <= float(x) <= left + width
                assert top <= float(y) <= top + height


def test_hostile_names_stay_words() -> None:
    page = report_html(a_night(across=a_look_across(HOSTILE)))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 20


def test_a_night_without_follow_ups_has_no_such_section() -> None:
    assert "What responds fastest" not in report_html(a_night())


def test_a_curve_goes_down_in_steps_from_all_to_the_end_of_its_frame() -> None:
    fastest = a_look_across().by_criterion[0]
    last = curves_end([fastest])
    points = [tuple(map(float, pair.split(","))) for pair in curve_path(fastest, last)[1:].split("L")]
    assert points[0] == (0, 0)
    assert points[-1][0] == CURVE_WIDTH
    assert points == sorted(points)
    assert points[-1][1] == pytest.approx(CURVE_HEIGHT * (1 - fastest.curve[-1].share), abs=0.1)
    assert curve_band(fastest, last).endswith("Z")


def test_a_trend_stays_between_the_ends_of_the_scale() -> None:
    trend = a_look_across().teams[0]
    points = trend_points(trend, 0, 100)
    assert len(points) == len(trend.weeks)
    assert points[0][0] == 0
    assert (level(100, 0, 100), level(0, 0, 100), level(-5, 0, 100), level(3, 1, 5)) == (0, 36, 36, 18)
