"""Practice done stands beside the follow-up: from a person or a file, once however often it comes."""

from datetime import date, timedelta

import pytest

from coaching.accountability import account_rows, practice_rows
from coaching.follow_up import PracticeDone
from follow_up_builders import APPROVED, approve, open_center, put_draft, put_scored, work_of
from operations.follow_up import accountability, score_due
from operations.practice import (
    NoSuchItem,
    NotASession,
    NotAssigned,
    NotYet,
    SessionThere,
    import_practice,
    record_session,
    session_of,
    sessions_of,
)
from operations.review import NoSuchPlan
from store.session import open_store

DAY = timedelta(days=1)
LOW, HIGH = [40, 44, 42, 38, 41, 43, 40, 44], [85, 90, 88, 84, 91, 87, 89, 86]


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        open_center(opened)
        put_scored(opened, LOW, APPROVED - 9 * DAY, prefix="before-")
        approve(opened, put_draft(opened))
        yield opened


TODAY = date(2026, 11, 30)


def a_session(day, **fields):
    """One of that day of November. Any field may be given."""
    return session_of(**{"plan_id": "p-a-1", "criterion_id": "empathy", "done_on": date(2026, 11, day), **fields})


def a_file(tmp_path, *rows, header="plan_id,criterion_id,done_on,session,score,by,note"):
    path = tmp_path / "sessions.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_sessions_stand_beside_plan_and_movement(store):
    record_session(store, a_session(4, score=70, by="ines"), TODAY)
    record_session(store, a_session(9, score=85), TODAY)
    put_scored(store, HIGH, APPROVED + DAY)
    score_due(work_of(store), APPROVED + 14 * DAY)
    (account,) = accountability(store)
    assert (account.sessions_done, account.practice_score) == (2, 77.5)
    (row,) = account_rows([account])
    assert (row["practice"], row["verdict"], row["action"]) == ("2 of 2, mean 77.5", "moved", "close")


def test_the_same_file_twice_is_once(store, tmp_path):
    path = a_file(tmp_path, "p-a-1,empathy,2026-11-04,,70,ines,", "p-a-1,empathy,2026-11-04,2,80,,Went well.")
    for _ in range(2):
        report = import_practice(store, path, TODAY)
        assert (report.kept, report.repeated, report.set_aside) == (2, 0, ())
    assert [(one.session, one.score, one.note) for one in sessions_of(store, "p-a")] == [
        (1, 70, None),
        (2, 80, "Went well."),
    ]
    assert [row["by"] for row in practice_rows(sessions_of(store, "p-a-1"))] == ["ines", "-"]


def test_a_corrected_session_replaces_the_first(store, tmp_path):
    import_practice(store, a_file(tmp_path, "p-a-1,empathy,2026-11-04,,70,ines,"), TODAY)
    import_practice(store, a_file(tmp_path, "p-a-1,empathy,2026-11-04,,75,ines,"), TODAY)
    assert sessions_of(store, "p-a-1") == [
        PracticeDone(plan_id="p-a-1", criterion_id="empathy", done_on=date(2026, 11, 4), score=75, by="ines")
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("p-none,empathy,2026-11-04,,,,", "no plan 'p-none'"),
        ("p-a-1,emphaty,2026-11-04,,,,", "did you mean 'empathy'"),
        ("p-a-1,empathy,soon,,,,", "done_on"),
        ("p-a-1,empathy,2026-11-04,0,,,", "session"),
        ("p-a-1,empathy,2026-11-04,,much,,", "score"),
        ("p-a-2,empathy,2026-11-04,,,,", "is draft"),
        ("p-a-1,empathy,2026-12-01,,,,", "is after 2026-11-30"),
    ],
)
def test_a_session_that_cannot_be_is_set_aside_and_the_others_are_kept(store, tmp_path, row, why):
    open_center(store, ["a-2"])
    put_draft(store, agent_id="a-2")
    report = import_practice(store, a_file(tmp_path, row, "p-a-1,empathy,2026-11-05,,,,"), TODAY)
    assert report.kept == 1
    (aside,) = report.set_aside
    assert why in aside.reason
    assert report.read == 2


def test_a_session_needs_an_assigned_plan_and_one_of_its_criteria(store):
    open_center(store, ["a-2"])
    put_draft(store, agent_id="a-2")
    for plan, criterion, error in (
        ("p-x", "empathy", NoSuchPlan),
        ("p-a-1", "greeting", NoSuchItem),
        ("p-a-2", "empathy", NotAssigned),
    ):
        with pytest.raises(error):
            record_session(store, a_session(4, plan_id=plan, criterion_id=criterion), TODAY)


def test_a_session_that_is_noted_already_is_corrected_only_where_that_is_meant(store):
    first = record_session(store, a_session(4, score=70), TODAY)
    assert record_session(store, a_session(4, score=70), TODAY) == first
    with pytest.raises(SessionThere, match="session 1 of 2026-11-04 is noted already"):
        record_session(store, a_session(4, score=90), TODAY)
    second = record_session(store, a_session(4, score=90, session=2), TODAY)
    assert sessions_of(store, "p-a-1") == [first, second]
    corrected = record_session(store, a_session(4, score=75), TODAY, replace=True)
    assert sessions_of(store, "p-a-1") == [corrected, second]


def test_a_session_of_a_day_to_come_is_refused(store):
    with pytest.raises(NotYet, match="2026-11-05 is after 2026-11-04"):
        record_session(store, a_session(5), date(2026, 11, 4))
    assert sessions_of(store, "p-a-1") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("score", float("nan")), ("score", "80"), ("session", 0), ("done_on", "soon"), ("note", "a\x00")],
)
def test_what_is_no_session_says_which_value_is_wrong(field, value):
    with pytest.raises(NotASession, match=f"practice session: {field}: "):
        a_session(4, **{field: value})


def test_the_beginning_of_a_plans_id_is_enough_for_a_person_and_not_for_a_file(store, tmp_path):
    assert record_session(store, a_session(4, plan_id="p-a"), TODAY).plan_id == "p-a-1"
    assert import_practice(store, a_file(tmp_path, "p-a,empathy,2026-11-05,,,,"), TODAY).kept == 0
