from pathlib import Path

import pytest

from bench.evidence_fast import RUBRICS, texts_of, texts_within
from bench.fast_models import owners_without
from bench.labelled import LabelledSet
from builders import a_call, a_criterion
from models.labels import Label

SHARED, ONLY_STAR, ONLY_MATHS = "Thank you for waiting.", "Your taxi is on its way.", "Divide both sides by seven."


def a_label(call, criterion):
    return Label.model_validate({"call": call, "criterion": criterion, "gold": [[0, 0, 5]]})


@pytest.fixture
def sets():
    calls = [
        a_call(f"agent: {SHARED}", f"agent: {ONLY_STAR}", call_id="star-1"),
        a_call(f"agent: {SHARED}", f"agent: {ONLY_MATHS}", call_id="md-1"),
    ]
    own = a_criterion("own", definition="The agent lets the pupil think.")
    ours = a_criterion("empathy", definition="The agent names the trouble.")
    by_id = {call.call_id: call for call in calls}
    return [
        LabelledSet("open", by_id, [a_label("md-1", own)], Path("c"), Path("l")),
        LabelledSet("star", {"star-1": calls[0]}, [a_label("star-1", ours)], Path("c"), Path("l")),
    ]


def test_each_text_is_of_all_calls_and_criteria_that_it_stands_in(sets):
    owners = texts_of(sets)
    assert owners[SHARED] == {"star-1", "md-1"}
    assert owners["The agent lets the pupil think."] == {"own"}
    assert owners["The agent names the trouble."] == {RUBRICS}


def test_a_table_learns_from_no_text_that_stands_in_what_is_left_out(sets):
    learned = texts_within(texts_of(sets), owners_without(sets, "MathDial"))
    assert {ONLY_STAR, "The agent names the trouble."} <= set(learned)
    assert not {SHARED, ONLY_MATHS, "The agent lets the pupil think."} & set(learned)


def test_what_ships_leaves_a_source_out_with_the_criteria_of_its_own(sets):
    assert owners_without(sets, "MathDial") == {"star-1"}
    assert owners_without(sets, "STAR") == {"md-1", "own"}
