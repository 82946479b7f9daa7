"""Each kind of record goes when it is old enough, on both databases, and not before; what somebody needs stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

import operations.keeping as keeping
from builders import a_call, a_pick
from cycle_builders import an_account
from delivery_builders import put_endpoint
from nlp.blotting import is_blotted
from nlp.set_aside import SetAside
from operations.keeping import KeepingRules, keep, would_go
from plan_builders import a_plan, an_item, further
from store import follow_ups, runs, set_aside
from store.audit import entries, verify_trail
from store.calls import get_call, put_calls
from store.decisions import add_decision
from store.evidence import FoundBy, put_picks
from store.movements import put_cycle
from store.plans import get_plan, put_plan
from store.sign_ins import KeptPass
from store.snapshot import snapshot
from store.tables import CallRow, RunRow, SetAsideRow
from store.tables.accounts import PassRow, SessionRow
from store.tables.agents_answers import DisputeRow
from store.tables.deliveries import AttemptRow, DeliveryRow
from store.tables.events import EventRow
from store.tables.follow_ups import MovementRow
from store.verifying import verify_quotes

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def days_ago(days):
    return NOW - timedelta(days=days)


def rules(tmp_path, **days):
    return KeepingRules(tmp_path / "reports", **days)


def count(store, row):
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(row))


def add(store, *rows):
    with store.begin() as session:
        for row in rows:
            session.add(row)
            session.flush()


def put_call(store, call_id, days):
    call = a_call("agent: Hello.", "customer: My canary escaped.", "agent: One moment.", call_id=call_id)
    call = call.model_copy(update={"started_at": None if days is None else days_ago(days)})
    with store.begin() as session:
        put_calls(session, [call])
        put_picks(session, [(a_pick(call, 2), FoundBy(call.digest, "d" * 64, "m-1"))])
    return call


def put(store, *plans):
    with store.begin() as session:
        for plan in plans:
            put_plan(session, plan)


def has_words(store, call_id):
    with store.read() as session:
        return not is_blotted(get_call(session, call_id))


def test_words_of_old_calls_go_and_figures_quotes_and_trail_hold(store, tmp_path):
    old, new = put_call(store, "c-old", 201), put_call(store, "c-new", 199)
    put_call(store, "c-timeless", None)
    put(store, a_plan("a-1", an_item(call=old), status="closed"))
    assert would_go(store, rules(tmp_path, calls=200), NOW).went() == {"calls": 1}
    assert keep(store, rules(tmp_path, calls=200), NOW, "ines").went() == {"calls": 1}
    assert [has_words(store, one) for one in ("c-old", "c-new", "c-timeless")] == [False, True, True]
    with store.read() as session:
        assert get_call(session, new.call_id) == new
        assert set(get_plan(session, "p-a-1").items[0].evidence.quote) <= {"█", " "}
        assert list(verify_quotes(session)) == []
        verify_trail(session)
        last = list(entries(session))[-1]
    assert (last.by, last.act, last.after) == (
        "ines",
        "records.retired",
        {"days": {"calls": 200}, "went": {"calls": 1}},
    )
    with store.begin() as session:  # the input still has it
        assert put_calls(session, [old]).conflicts == ()
    assert not has_words(store, "c-old")


@pytest.mark.parametrize("status", ["draft", "returned", "approved"])
def test_no_call_of_an_open_plan_is_touched(store, tmp_path, status):
    call, other = put_call(store, "c-1", 900), put_call(store, "c-2", 900)
    decided = {} if status == "draft" else {"decided_by": "Ines", "decided_at": NOW, "reason": "So."}
    plan = a_plan("a-1", an_item(call=call, further=[further("c-2")]), status=status, **decided)
    put(store, plan)
    assert keep(store, rules(tmp_path, calls=200), NOW).went() == {}
    with store.read() as session:
        assert get_plan(session, plan.plan_id) == plan
        assert [get_call(session, one.call_id) for one in (call, other)] == [call, other]


def test_a_call_of_a_closed_plan_stays_while_its_follow_up_is_open(store, tmp_path):
    put(store, a_plan("a-1", an_item(call=put_call(store, "c-1", 900)), status="closed"))
    day = date(2026, 11, 30)
    with store.begin() as session:
        follow_ups.open_follow_up(session, "p-a-1", "a-1", approved_on=NOW.date(), due_on=day, last_day=day, at=NOW)
        opened = follow_ups.open_follow_up_of(session, "p-a-1")
    assert keep(store, rules(tmp_path, calls=200), NOW).went() == {}
    with store.begin() as session:
        follow_ups.end_follow_up(session, opened.follow_up_id, "done", NOW)
    assert keep(store, rules(tmp_path, calls=200), NOW).went() == {"calls": 1}


def test_a_call_stays_while_a_dispute_of_it_is_not_settled(store, tmp_path):
    put_call(store, "c-1", 900)
    said = {"headline": "Empathy", "reason": "I said so.", "at": NOW}
    dispute = DisputeRow(plan_id="p-9", item_id="i-9", agent_id="a-1", call_id="c-1", criterion_id="empathy", **said)
    add(store, dispute)
    assert keep(store, rules(tmp_path, calls=200), NOW).went() == {}
    with store.begin() as session:
        session.execute(update(DisputeRow).values(outcome="upheld", judgement_id="j-1"))
    assert keep(store, rules(tmp_path, calls=200), NOW).went() == {"calls": 1}


def put_delivery(store, event_id, state, ended, written=100):
    what = {"type": "plan.assigned", "plan_id": "p-1", "agent_id": "a-1", "content": {}}
    times = {"next_at": days_ago(written), "ended_at": None if ended is None else days_ago(ended)}
    with store.begin() as session:
        if session.get(EventRow, event_id) is None:
            session.add(EventRow(event_id=event_id, written_at=days_ago(written), **what))
            session.flush()
    endpoint = "lms" if event_id != "e-both" or state == "done" else "other"
    key = {"event_id": event_id, "endpoint_id": endpoint}
    add(
        store,
        DeliveryRow(**key, state=state, attempts=1, tries=1, **times),
        AttemptRow(**key, number=1, at=days_ago(written), status=204, took_ms=3),
    )


def test_deliveries_that_are_over_go_with_their_attempts_and_events_of_which_none_is_left(store, tmp_path):
    for endpoint in ("lms", "other"):
        put_endpoint(store, endpoint)
    for state in ("done", "dropped", "dead"):
        put_delivery(store, f"e-{state}", state, 31)
    put_delivery(store, "e-waiting", "waiting", None)
    put_delivery(store, "e-recent", "done", 29)
    put_delivery(store, "e-both", "done", 31)
    put_delivery(store, "e-both", "waiting", None)
    add(
        store,
        EventRow(
            event_id="e-untold", written_at=days_ago(31), type="plan.closed", plan_id="p", agent_id="a", content={}
        ),
    )
    add(
        store,
        EventRow(
            event_id="e-young", written_at=days_ago(29), type="plan.closed", plan_id="p", agent_id="a", content={}
        ),
    )
    asked = rules(tmp_path, deliveries=30)
    went = {"deliveries": 4, "events": 4}
    assert would_go(store, asked, NOW).went() == went
    assert keep(store, asked, NOW).went() == went
    with store.read() as session:
        assert set(session.scalars(select(EventRow.event_id))) == {"e-waiting", "e-recent", "e-both", "e-young"}
        assert set(session.scalars(select(DeliveryRow.event_id))) == {"e-waiting", "e-recent", "e-both"}
        assert set(session.scalars(select(AttemptRow.event_id))) == {"e-waiting", "e-recent", "e-both"}


def test_sessions_and_links_that_are_over_go(store, tmp_path):
    def a_session(name, ended):
        times = {"started_at": days_ago(40), "seen_at": days_ago(40), "expires_at": days_ago(ended)}
        return SessionRow(digest=name, csrf="x", **times)

    def a_pass(name, ended, used=None):
        kept = KeptPass(name, "plan", days_ago(40), days_ago(ended))
        used_at = None if used is None else days_ago(used)
        return PassRow(**{one: getattr(kept, one) for one in KeptPass.__slots__}, used_at=used_at)

    add(store, a_session("s-old", 31), a_session("s-new", 29))
    add(store, a_pass("l-ended", 31), a_pass("l-used", -5, used=31), a_pass("l-open", -5), a_pass("l-new", -5, used=29))
    asked = rules(tmp_path, sign_ins=30)
    assert would_go(store, asked, NOW).went() == {"sessions": 1, "links": 2}
    assert keep(store, asked, NOW).went() == {"sessions": 1, "links": 2}
    with store.read() as session:
        assert set(session.scalars(select(SessionRow.digest))) == {"s-new"}
        assert set(session.scalars(select(PassRow.digest))) == {"l-open", "l-new"}


def put_run(store, run_id, days, *, done=True, aside=0):
    records = [SetAside(file=f"{run_id}.csv", line=one + 1, reason="no id", record="x") for one in range(aside)]
    with store.begin() as session:
        runs.start_run(session, run_id, days_ago(days).date(), days_ago(days))
        if done:
            runs.finish_run(session, run_id, days_ago(days), {})
        set_aside.put_set_aside(session, records, run_id)


def kept_runs(store):
    with store.read() as session:
        return set(session.scalars(select(RunRow.run_id)))


def test_old_runs_go_but_the_last_that_was_done_and_those_of_records_that_stay(store, tmp_path):
    put_run(store, "r-plain", 130)
    put_run(store, "r-aside", 120, aside=2)
    put_run(store, "r-last", 110)
    put_run(store, "r-killed", 100, done=False)
    assert would_go(store, rules(tmp_path, runs=90), NOW).went() == {"runs": 2}
    assert keep(store, rules(tmp_path, runs=90), NOW).went() == {"runs": 2}
    assert kept_runs(store) == {"r-aside", "r-last"}
    both = rules(tmp_path, runs=90, set_aside=30)
    assert would_go(store, both, NOW).went() == {"set_aside": 2, "runs": 1}
    assert keep(store, both, NOW).went() == {"set_aside": 2, "runs": 1}
    assert kept_runs(store) == {"r-last"}


def test_old_records_set_aside_go_and_those_of_no_run_stay(store, tmp_path):
    put_run(store, "r-old", 31, aside=2)
    put_run(store, "r-new", 29, aside=1)
    with store.begin() as session:
        set_aside.put_set_aside(session, [SetAside(file="import.csv", line=1, reason="no id", record="x")])
    assert keep(store, rules(tmp_path, set_aside=30), NOW).went() == {"set_aside": 2}
    with store.read() as session:
        assert set(session.scalars(select(SetAsideRow.first_run_id))) == {"r-new", None}


def fill(store):
    for number in range(5):
        put_call(store, f"c-{number}", 900 + number)
        put_run(store, f"r-{number}", 900 + number, aside=2)
    put(store, a_plan("a-1", an_item(call=put_call(store, "c-open", 900))))


EVERYTHING = {"calls": 200, "deliveries": 30, "sign_ins": 30, "runs": 90, "set_aside": 30}


def test_showing_changes_nothing_and_nothing_goes_where_nothing_is_said(store, tmp_path):
    fill(store)
    with store.read() as session:
        before = snapshot(session)
    assert would_go(store, rules(tmp_path, **EVERYTHING), NOW).went() == {"calls": 5, "set_aside": 10, "runs": 4}
    assert keep(store, rules(tmp_path), NOW).went() == {}
    with store.read() as session:
        assert snapshot(session) == before


def test_twice_is_once_and_in_small_bites_it_is_the_same(store, tmp_path, monkeypatch):
    fill(store)
    monkeypatch.setattr(keeping, "CALLS_AT_ONCE", 2)
    monkeypatch.setattr(keeping, "ROWS_AT_ONCE", 3)
    assert keep(store, rules(tmp_path, **EVERYTHING), NOW).went() == {"calls": 5, "set_aside": 10, "runs": 4}
    with store.read() as session:
        before = snapshot(session)
    assert keep(store, rules(tmp_path, **EVERYTHING), NOW).went() == {}
    with store.read() as session:
        assert snapshot(session) == before
        assert len([one for one in entries(session) if one.act == "records.retired"]) == 1


def test_what_is_cut_short_is_finished_by_the_next_run(store, tmp_path, monkeypatch):
    fill(store)
    monkeypatch.setattr(keeping, "CALLS_AT_ONCE", 2)
    real, done = keeping.forget, []

    def killed(*given):
        done.append(real(*given))
        if len(done) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "forget", killed)
        with pytest.raises(KeyboardInterrupt):
            keep(store, rules(tmp_path, **EVERYTHING), NOW)
    assert sorted(has_words(store, f"c-{one}") for one in range(5)) == [False, False, True, True, True]
    assert keep(store, rules(tmp_path, **EVERYTHING), NOW).went() == {"calls": 3, "set_aside": 10, "runs": 4}
    with store.read() as session:
        assert list(verify_quotes(session)) == []
        verify_trail(session)


def test_reports_that_name_such_a_call_go_and_others_stay(store, tmp_path):
    put_call(store, "c-old", 900)
    (tmp_path / "reports").mkdir()
    about, other = tmp_path / "reports" / "2024-05-01.html", tmp_path / "reports" / "2026-11-16.html"
    about.write_text("<p>c-old: My canary escaped.</p>")
    other.write_text("<p>c-other: My canary escaped.</p>")
    assert keep(store, rules(tmp_path, calls=200), NOW).files == 1
    assert (about.exists(), other.exists()) == (False, True)


def test_the_calls_that_were_let_go_are_counted_once(store, tmp_path):
    put_call(store, "c-old", 900)
    keep(store, rules(tmp_path, calls=200), NOW)
    assert would_go(store, rules(tmp_path, calls=200), NOW).went() == {}
    assert count(store, CallRow) == 1


def test_a_call_that_an_open_plan_was_decided_with_stays(store, tmp_path):
    before, after = put_call(store, "c-before", 900), put_call(store, "c-after", 900)
    decided = {"status": "approved", "decided_by": "Ines", "decided_at": NOW}
    with store.begin() as session:
        put_plan(session, a_plan("a-1", an_item(call=before)))
        old = a_plan("a-1", an_item(call=before), **decided)
        add_decision(session, old, put_plan(session, old))
        put_plan(session, a_plan("a-1", an_item("tone", call=after), **decided))
    assert keep(store, rules(tmp_path, calls=200), NOW).went() == {}
    assert [has_words(store, one) for one in ("c-before", "c-after")] == [True, True]


def test_a_call_of_a_closed_plan_stays_while_a_person_has_to_say_what_follows(store, tmp_path):
    put(store, a_plan("a-1", an_item(call=put_call(store, "c-1", 900)), status="closed"))
    with store.begin() as session:
        put_cycle(session, an_account([40, 42], [80]).cycle)
        session.execute(update(MovementRow).values(asks=True))
    assert keep(store, rules(tmp_path, calls=200), NOW).went() == {}
    with store.begin() as session:
        session.execute(update(MovementRow).values(asks=False))
    assert keep(store, rules(tmp_path, calls=200), NOW).went() == {"calls": 1}
