"""A night's failures come back from their file as they went in, in chunks of calls and by agent."""

from hypothesis import given
from hypothesis import strategies as st

from operations.selected import FAILURES_AT_ONCE, SelectedFailures
from rubric.failure import Failure

IDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=6).filter(str.strip)
KEYS = st.tuples(IDS, st.sampled_from(["empathy", "greeting", "closing"]))


def a_failure(call_id, criterion_id="empathy", agent_id=None):
    fixed = {"score": 20.1, "threshold": 60.0, "weight": 100 / 12, "rubric_id": "support-core", "rubric_version": 1}
    return Failure(call_id=call_id, criterion_id=criterion_id, agent_id=agent_id, **fixed)


@given(st.dictionaries(KEYS, st.none() | IDS, max_size=25), st.integers(1, 6))
def test_chunks_are_whole_calls_in_order_and_hold_every_failure_once(agents, size):
    given_in = [a_failure(*key, agent_id) for key, agent_id in agents.items()]
    kept = SelectedFailures(given_in)
    chunks = kept.chunks(size)
    calls = [list(dict.fromkeys(one.call_id for one in chunk)) for chunk in chunks]
    assert [one for chunk in chunks for one in chunk] == sorted(given_in, key=lambda one: one.key) == list(kept)
    assert all(len(some) == size for some in calls[:-1])
    assert [one for some in calls for one in some] == sorted({one.call_id for one in given_in})
    assert len(kept) == len(given_in)


def test_an_agent_is_never_parted_and_those_without_come_first():
    failures = [a_failure(f"c-{number}", agent_id=f"a-{number % 7}") for number in range(2 * FAILURES_AT_ONCE)]
    parts = list(SelectedFailures([*failures, a_failure("c")]).by_agent())
    agents = [{one.agent_id for one in part} for part in parts]
    assert parts[0][0] == a_failure("c")
    assert len(parts) > 1
    assert sum(map(len, agents)) == len(set.union(*agents)) == 8
    assert sum(map(len, parts)) == len(failures) + 1


def test_a_chunk_is_read_by_its_number():
    chunks = SelectedFailures(a_failure(f"c-{number}") for number in range(5)).chunks(2)
    assert [one.call_id for one in chunks[-1]] == ["c-4"]
    assert [[one.call_id for one in chunk] for chunk in chunks[:2]] == [["c-0", "c-1"], ["c-2", "c-3"]]


def test_what_is_kept_is_in_no_chunk_and_stays_a_failure():
    failures = SelectedFailures(
        a_failure(f"c-{number}", name) for number in range(4) for name in ("empathy", "closing")
    )
    failures.mark_kept([("c-0", "closing"), ("c-1", "closing"), ("c-1", "empathy"), ("c-9", "empathy")])
    assert [[one.key for one in chunk] for chunk in failures.to_find(2)] == [
        [("c-0", "empathy"), ("c-2", "closing"), ("c-2", "empathy")],
        [("c-3", "closing"), ("c-3", "empathy")],
    ]
    assert [len(chunk) for chunk in failures.chunks(2)] == [4, 4]
    assert (failures.kept, len(failures), len(list(failures))) == (3, 8, 8)
