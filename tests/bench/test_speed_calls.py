"""The simulated calls of the bench of speed: what was asked for, the same each time, with sentences said before."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from bench.speed_calls import Wanted, criteria, failing, generate, write
from nlp.ledger import Ledger
from nlp.readers.contract import read_calls
from nlp.segment import segment
from rubric.loading import load_rubric


def repeated(wanted):
    said = Counter(one.text for call in generate(wanted) for one in segment(call) if one.speaker == "agent")
    return 1 - len(said) / said.total()


def test_the_same_seed_gives_the_same_calls_and_more_of_them_begin_with_fewer():
    more = list(generate(Wanted(calls=20, seed=5)))
    assert list(generate(Wanted(calls=6, seed=5))) == more[:6]
    assert next(generate(Wanted(calls=1, seed=6))).turns != more[0].turns


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_the_share_of_sentences_said_before_is_what_was_asked_for(share):
    assert repeated(Wanted(calls=150, repeated=share)) == pytest.approx(share, abs=0.02)


def test_spoken_calls_have_times_and_typed_ones_none():
    calls = list(generate(Wanted(calls=60)))
    assert {call.channel for call in calls} == {"phone", "chat"}
    for call in calls:
        assert all((turn.start is not None) == (call.channel == "phone") for turn in call.turns)


def test_the_files_are_read_back_whole_and_every_call_fails_as_many_criteria_as_asked(tmp_path):
    wanted = Wanted(calls=12, failing=6)
    given = write(wanted, tmp_path)
    assert list(Ledger().keep(read_calls(given.calls))) == list(generate(wanted))
    assert {one.id for one in load_rubric(given.rubric).criteria} == {one.id for one in criteria()}
    rows = given.scores.read_text(encoding="utf-8").splitlines()[1:]
    assert set(Counter(row.split(",")[0] for row in rows).values()) == {6}
    assert len(set(rows)) == len(rows) == 72


def test_there_are_twelve_criteria_and_every_one_is_failed_by_some_call():
    wanted = Wanted(calls=60)
    assert len({one.id for one in criteria()}) == 12
    assert {name for number in range(60) for name in failing(wanted, number)} == {one.id for one in criteria()}


@pytest.mark.parametrize("wrong", [{"repeated": 0.7}, {"failing": 1}, {"failing": 13}, {"spoken": 1.5}])
def test_what_cannot_be_made_is_refused(wrong):
    with pytest.raises(ValueError, match="repeated is 0 to"):
        Wanted(calls=1, **wrong)


def test_a_hundred_thousand_calls_are_made_one_at_a_time():
    assert len(list(islice(generate(Wanted(calls=100_000)), 3))) == 3
