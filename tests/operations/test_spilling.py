"""What does not fit memory lies in a file, comes back as it went in, and goes with the process."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from builders import a_score
from operations.spilling import Spill
from rubric.failure import Failure

IDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(str.strip)


def a_failure(call_id, criterion_id="empathy", **more):
    given = {"score": 20.5, "threshold": 60.0, "weight": 12.5, "rubric_id": "support-core", "rubric_version": 1}
    return Failure(call_id=call_id, criterion_id=criterion_id, **{**given, **more})


@given(st.lists(IDS, unique=True, max_size=20))
def test_lines_come_in_the_order_of_their_ids_as_python_sorts_them(names):
    with Spill() as spill:
        for name in names:
            spill.put_line(name, "empathy", name.encode())
        assert list(spill.lines()) == [name.encode() for name in sorted(names)]


def test_failures_are_taken_once_and_what_is_left_is_told():
    first = [a_failure("c-1"), a_failure("c-1", "tone", at=datetime(2026, 11, 16, tzinfo=UTC), agent_id="a-7")]
    with Spill() as spill:
        spill.put_failures([*first, a_failure("c-2")])
        assert (spill.count_failures(), spill.has_failures("c-1"), spill.has_failures("c-3")) == (3, True, False)
        assert spill.take_failures("c-1") == first
        assert spill.take_failures("c-1") is None
        assert list(spill.failures_left()) == [("c-2", [a_failure("c-2")])]


def test_scores_come_back_call_by_call_whatever_their_order():
    scores = [a_score(call_id=f"c-{number % 1500}", criterion_id=name) for name in "ba" for number in range(2000)]
    with Spill() as spill:
        spill.put_scores(scores)
        groups = list(spill.scores_by_call())
    assert sorted(scores, key=lambda one: (one.call_id, one.criterion_id)) == [one for some in groups for one in some]
    calls = [{one.call_id for one in some} for some in groups]
    assert len(calls) > 1
    assert sum(map(len, calls)) == len(set.union(*calls))
