from __future__ import annotations

from coaching.night_report import WaitingLine
from coaching.overview import count_criteria, night_sentence, to_check
from night_builders import a_night, a_none_item, a_shown_item
from plan_builders import a_plan, an_item, further, waiting


def a_line(agent_id: str, criterion_id: str, *call_ids: str) -> WaitingLine:
    name = criterion_id.capitalize()
    place = waiting(agent_id, criterion_id, call_ids=list(call_ids))
    return WaitingLine(agent_name=agent_id, criterion_name=name, waiting=place)


def test_a_night_is_a_sentence() -> None:
    assert night_sentence(a_night()) == (
        "9 failures, 8 of them with a quote. 2 draft plans to decide on; 1 criterion waits its turn."
    )
    one = a_night(a_plan("a-1", a_shown_item()), failures=1, found=1, waiting=())
    assert night_sentence(one) == "1 failure, with a quote. 1 draft plan to decide on."


def test_a_night_without_failures_says_so() -> None:
    quiet = a_night(a_plan(status="approved"), failures=0, found=0, waiting=())
    assert night_sentence(quiet) == "No failure was selected."


def test_criteria_are_counted_by_agents_and_calls_the_most_first() -> None:
    plans = [
        a_plan("a-1", an_item("empathy", further=[further("c-7"), further("c-8")]), an_item("hold")),
        a_plan("a-2", an_item("hold")),
    ]
    lines = [a_line("a-3", "hold", "c-1", "c-9"), a_line("a-1", "greeting", "c-4")]
    counts = count_criteria(a_night(*plans, waiting=lines))
    shown = [(one.name, one.coached, one.waiting, one.agents, one.calls) for one in counts]
    assert shown == [("Hold", 2, 1, 3, 2), ("Empathy", 1, 0, 1, 3), ("Greeting", 0, 1, 1, 1)]


def test_no_quote_comes_first_then_critical_then_not_sure() -> None:
    unsure = an_item("hold", evidence=a_shown_item().evidence.model_copy(update={"sure": False}))
    night = a_night(a_plan("a-1", unsure, an_item("terms", critical=True)), a_plan("a-2", a_none_item()))
    first = to_check(night)
    assert [one.item.criterion_id for one in first] == ["closing", "terms", "hold"]
    assert first[1].why == "a critical criterion"


def test_what_is_sure_or_decided_needs_no_second_look() -> None:
    decided = a_plan("a-2", a_none_item(), status="approved")
    assert to_check(a_night(a_plan("a-1", a_shown_item()), decided)) == []
