"""When what failed is tried again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from operations.retrying import JITTER, LONGEST, WAITS, next_wait


def test_attempts_go_on_over_three_days_and_then_end():
    waits = [next_wait(tries, lambda: 0.0) for tries in range(1, len(WAITS) + 1)]
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=3, hours=6)
    assert waits == sorted(waits)
    assert next_wait(len(WAITS) + 1, lambda: 0.0) is None


@given(st.integers(1, len(WAITS)), st.floats(0, 1, exclude_max=True))
def test_chance_makes_a_wait_longer_and_never_much_longer(tries, chance):
    wait = next_wait(tries, lambda: chance)
    assert WAITS[tries - 1] <= wait <= WAITS[tries - 1] * (1 + JITTER)


def test_what_the_other_side_asks_for_is_waited_and_no_longer_than_a_day():
    assert next_wait(1, lambda: 0.0, timedelta(hours=1)) == timedelta(hours=1)
    assert next_wait(5, lambda: 0.0, timedelta(seconds=1)) == WAITS[4]
    assert next_wait(1, lambda: 0.0, timedelta(days=30)) == LONGEST
