from datetime import UTC, date, datetime, timedelta

from store.runs import MadeWith, finish_run, list_runs, start_run

AT = datetime(2026, 11, 16, 4, 15, tzinfo=UTC)
DAY = date(2026, 11, 16)


def test_a_run_tells_when_it_ran_with_what_and_what_came_of_it(store):
    made_with = MadeWith("support-core", 3, "m-1", "0.1.0")
    with store.begin() as session:
        start_run(session, "r-1", DAY, AT, made_with)
        (run,) = list_runs(session)
        assert (run.status, run.finished_at, run.counts, run.made_with) == ("running", None, {}, made_with)
        finish_run(session, "r-1", AT + timedelta(minutes=5), {"plans": 7})
        (run,) = list_runs(session)
    assert (run.status, run.finished_at, run.counts) == ("done", AT + timedelta(minutes=5), {"plans": 7})
    assert (run.as_of, run.started_at, run.problem) == (DAY, AT, None)


def test_a_run_that_failed_is_taken_up_again_and_keeps_its_beginning(store):
    with store.begin() as session:
        start_run(session, "r-1", DAY, AT, MadeWith("support-core", 3))
        finish_run(session, "r-1", AT, {}, "the disk is full: \x00\udc80")
        (failed,) = list_runs(session)
        start_run(session, "r-1", DAY, AT + timedelta(hours=1))
        (again,) = list_runs(session)
    assert (failed.status, failed.problem) == ("failed", "the disk is full: \ufffd?")
    assert (again.status, again.started_at, again.problem, again.finished_at) == ("running", AT, None, None)
    assert again.made_with == MadeWith("support-core", 3)


def test_runs_come_the_newest_first_and_not_all(store):
    with store.begin() as session:
        for number in range(5):
            start_run(session, f"r-{number}", DAY, AT + timedelta(hours=number))
        finish_run(session, "r-none", AT, {})
        assert [run.run_id for run in list_runs(session, limit=2)] == ["r-4", "r-3"]
        assert len(list_runs(session)) == 5
