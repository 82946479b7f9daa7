import json

import pytest

from builders import a_call
from nlp.call import Call
from nlp.segment import split_text
from nlp.talk_over import find_talk_overs


def test_an_agent_who_starts_half_a_second_before_the_customers_end_talks_over():
    call = a_call("customer 0.0-4.0: I was charged twice and", "agent 3.5-6.0: Let me look at that.")
    assert [(one.turn, one.over, one.overlap_s) for one in find_talk_overs(call)] == [(1, 0, 0.5)]


def test_less_than_half_a_second_is_none():
    assert find_talk_overs(a_call("customer 0.0-4.0: I was", "agent 3.6-6.0: Let me look at that.")) == []


def test_a_word_or_two_of_agreement_is_none():
    assert find_talk_overs(a_call("customer 0.0-4.0: I was charged", "agent 2.0-2.5: I see.")) == []


def test_the_customer_who_starts_later_is_not_talked_over():
    assert find_talk_overs(a_call("agent 1.0-6.0: Let me look at that.", "customer 2.0-4.0: But wait, I")) == []


def test_the_longest_overlap_comes_first():
    call = a_call(
        "customer 0.0-4.0: I was charged twice and",
        "agent 3.0-6.0: Let me look at that.",
        "customer 10.0-20.0: And then they told me that",
        "agent 12.0-25.0: Yes, that is how it works.",
    )
    assert [(one.turn, one.overlap_s) for one in find_talk_overs(call)] == [(3, 8.0), (1, 1.0)]


def test_what_the_agent_says_after_a_short_turn_is_not_counted_as_overlap():
    call = a_call("customer 0.0-9.0: It goes on and on", "agent 2.0-3.0: Yes yes I know.")
    assert find_talk_overs(call)[0].overlap_s == 1.0


def test_turns_without_times_count_for_nothing():
    assert find_talk_overs(a_call("customer: I was charged", "agent: Let me look at that.")) == []


def test_every_labelled_talk_over_is_found(shared):
    calls = {call.call_id: call for call in map(Call.model_validate_json, open_lines(shared / "calls/talk_over.jsonl"))}
    wrong = []
    for label in map(json.loads, open_lines(shared / "calls/talk_over.labels.jsonl")):
        call = calls[label["call"]]
        turn = find_talk_overs(call)[0].turn
        start, end = split_text(call.turns[turn].text)[0]
        if not any(turn == t and min(end, e) > max(start, s) for t, s, e in label["gold"]):
            wrong.append(label["call"])
    assert wrong == []


def open_lines(path):
    return path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("speaker", ["agent", "customer"])
def test_one_speaker_alone_talks_over_nobody(speaker):
    assert find_talk_overs(a_call(f"{speaker} 0.0-3.0: one two three", f"{speaker} 1.0-4.0: four five six")) == []
