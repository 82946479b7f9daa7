"""Episodes of coaching, and who has not moved in any round."""

from datetime import date, timedelta
from typing import Any

from coaching.rounds import Round, episodes, rounds_frame, stuck

START = date(2026, 3, 2)
AS_OF = date(2026, 7, 1)


def a_round(number: int, verdict: str | None = None, days: int = 14, **fields: Any) -> Round:
    begun = START + timedelta(days=20 * (number - 1))
    usual: dict[str, Any] = {
        "agent_id": "a-1",
        "agent_name": "Ada",
        "criterion_id": "empathy",
        "criterion_name": "Empathy",
        "practice": "role-play",
        "number": number,
        "approved_on": begun,
        "concluded_on": begun + timedelta(days=days) if verdict else None,
        "verdict": verdict,
    }
    return Round.model_validate({**usual, **fields})


def test_an_episode_goes_from_the_first_approval_to_the_first_movement() -> None:
    found = episodes([a_round(2, "moved", closed=True), a_round(1, "within_noise")], AS_OF)
    assert [(one.days, one.cycles, one.moved) for one in found] == [(34, 2, True)]


def test_a_criterion_that_comes_up_again_begins_another_episode() -> None:
    found = episodes([a_round(1, "moved", closed=True), a_round(2, "not_moved")], AS_OF)
    assert [(one.days, one.moved) for one in found] == [(14, True), (14, False)]


def test_what_is_under_way_is_watched_until_today() -> None:
    found = episodes([a_round(1, "within_noise"), a_round(2)], AS_OF)
    assert [(one.days, one.cycles, one.moved) for one in found] == [((AS_OF - START).days, 1, False)]


def test_closing_without_movement_ends_an_episode_unmoved() -> None:
    found = episodes([a_round(1, "not_moved", closed=True), a_round(2, "moved")], AS_OF)
    assert [one.moved for one in found] == [False, True]


def test_by_practice_a_movement_belongs_to_the_practice_it_came_under() -> None:
    rounds = [a_round(1, "not_moved"), a_round(2, "moved", practice="call review")]
    found = episodes(rounds, AS_OF, by_practice=True)
    assert [(one.practice, one.days, one.moved) for one in found] == [
        ("role-play", 14, False),
        ("call review", 14, True),
    ]


def test_agents_and_criteria_are_kept_apart() -> None:
    rounds = [a_round(1, "moved"), a_round(1, "moved", agent_id="a-2"), a_round(1, "moved", criterion_id="closing")]
    assert len(episodes(rounds, AS_OF)) == 3


def test_stuck_are_those_who_were_measured_and_never_moved() -> None:
    rounds = [
        a_round(1, "not_moved"),
        a_round(2, "within_noise"),
        a_round(1, "not_moved", agent_id="a-2"),
        a_round(2, "moved", agent_id="a-2"),
        a_round(1, "not_enough_calls", agent_id="a-3"),
        a_round(1, "within_noise", agent_id="a-4"),
        a_round(1, None, agent_id="a-5"),
    ]
    assert [(run[0].agent_id, len(run)) for run in stuck(rounds)] == [("a-1", 2), ("a-4", 1)]


def test_the_frame_has_a_row_a_round_and_dates_as_times() -> None:
    frame = rounds_frame([a_round(2), a_round(1, "moved")])
    assert list(frame["number"]) == [1, 2]
    assert str(frame["approved_on"].dt.date[0]) == "2026-03-02"
    assert frame["concluded_on"].isna().tolist() == [False, True]


def test_no_rounds_give_an_empty_frame_with_its_columns() -> None:
    assert list(rounds_frame([]).columns) == list(Round.model_fields)
