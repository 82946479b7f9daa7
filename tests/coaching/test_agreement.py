from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.agreement import alpha_of, share_of


@pytest.mark.parametrize(
    ("one", "other", "alpha"),
    [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbccceddd", 0.692)],
)
def test_alpha_is_that_of_krippendorffs_own_examples(one, other, alpha):
    found = alpha_of(list(zip(one, other, strict=True)))
    assert found.value == pytest.approx(alpha, abs=0.0005)
    assert found.low < found.value < found.high


def test_alpha_is_one_where_all_agree_on_more_than_one_word():
    found = alpha_of([("a", "a"), ("b", "b"), ("c", "c")])
    assert (found.value, found.same, found.items) == (1.0, 3, 3)


@pytest.mark.parametrize("pairs", [[], [("a", "b")], [("a", "a")] * 50])
def test_alpha_is_not_defined_where_chance_cannot_be_told(pairs):
    assert alpha_of(pairs).value is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=30))
def test_alpha_does_not_hang_on_who_is_first_or_on_the_order(pairs):
    turned = [(other, one) for one, other in reversed(pairs)]
    assert alpha_of(pairs) == alpha_of(turned)


def test_the_interval_narrows_with_more_items():
    pairs = [("a", "a"), ("b", "b"), ("a", "b"), ("b", "b"), ("a", "a")]
    few, more = alpha_of(pairs * 4), alpha_of(pairs * 40)
    assert few.value == pytest.approx(more.value, abs=0.02)
    assert more.high - more.low < few.high - few.low


def test_a_share_has_wilsons_interval():
    found = share_of(8, 10)
    assert (found.value, round(found.low, 3), round(found.high, 3)) == (0.8, 0.49, 0.943)
    assert (share_of(0, 0).value, share_of(0, 0).low) == (None, None)
    assert share_of(5, 5).high == 1.0
