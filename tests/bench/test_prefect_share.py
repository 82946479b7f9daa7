"""Prefect's share: what is beside the work, and what it is of a night whose calls cost more."""

import pytest

from bench.prefect_share import Night, Pair, page, share_with


def a_pair():
    plain = Night(10, 95.0, 90.0, {"begin": 20.0, "locate_chunk": 70.0, "finish": 5.0})
    flow = Night(10, 100.0, 93.0, {"begin": 21.0, "locate_chunk": 71.0, "finish": 5.0})
    return Pair(plain, flow)


def test_what_is_beside_the_work_is_counted_within_the_flow_and_the_night_without_it_beside():
    pair = a_pair()
    assert (pair.flow.beside, pair.share) == pytest.approx((3.0, 0.03))
    assert pair.longer == pytest.approx(0.05)


def test_the_same_seconds_are_less_of_a_night_whose_calls_cost_more():
    assert share_with(a_pair(), calls=1000, seconds_a_call=0.071) == pytest.approx(0.03)
    assert share_with(a_pair(), calls=1000, seconds_a_call=0.271) == pytest.approx(3 / 300)


def test_the_page_says_the_share_a_chunk_and_that_of_the_default():
    default = Night(1, 30.0, 30.0, {"begin": 1.0, "locate_chunk": 27.1, "finish": 1.0})
    written = page([a_pair()], 1000, default, 100, "python -m bench.prefect_share")
    assert "Beside the work: 3.0% of the night with `fast` (median), 300 ms a chunk." in written
    assert "took 271 ms each here (100 of them" in written
    assert "1.00% of a night of 1,000 calls" in written
    assert "| turn 1 | 95.0 | 100.0 | 3.00 | 3.00% | +5.00% | +3.23% |" in written
