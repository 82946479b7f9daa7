"""Where the marks of a movement stand in its chart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coaching.charts import MOVEMENT_WIDTH, movement_marks
from coaching.spread import TeamSpread
from cycle_builders import an_account

TEAM = TeamSpread(mean=70, error=1, within=18, between=8, agents=20, calls=160)
SCORES = st.lists(st.integers(0, 100).map(float), min_size=1, max_size=12)


def marks(before, after, low=0.0, high=100.0, **told):
    return movement_marks(an_account(before, after, **told).cycle.movement, low, high)


def test_a_score_stands_as_far_from_the_left_as_it_is_up_the_scale():
    found = marks([25.0] * 4 + [75.0] * 4, [75.0] * 8)
    assert (found.before, found.after, found.threshold) == (120, 180, 144)
    assert found.by_itself is None
    low, high = found.band
    assert low < 180 < high
    assert marks([3.0] * 5, [5.0] * 5, low=1, high=5).after == MOVEMENT_WIDTH


def test_what_would_have_come_by_itself_stands_between_the_mean_before_and_the_teams():
    found = marks([40.0] * 8, [60.0] * 8, spread=TEAM)
    assert found.before < found.by_itself < 0.7 * MOVEMENT_WIDTH


def test_what_is_not_known_has_no_mark():
    nothing = marks([], [80.0] * 6)
    assert (nothing.before, nothing.band, nothing.by_itself, nothing.after) == (None, None, None, 192)
    assert marks([40.0] * 6, []).after is None


@given(SCORES, SCORES)
def test_no_mark_leaves_the_chart(before, after):
    found = marks(before, after, spread=TEAM)
    marked = [found.before, found.after, found.threshold, found.by_itself, *(found.band or ())]
    assert all(0 <= one <= MOVEMENT_WIDTH for one in marked if one is not None)
