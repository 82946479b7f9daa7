"""The audit trail: every change has an entry, and no entry can be changed without being found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coaching.account import Account, ApiToken
from coaching.follow_up import Overruling, PracticeDone
from cycle_builders import an_account
from plan_builders import a_plan
from store import accounts, follow_ups, left_out, movements, plans, practice
from store.audit import NO_ENTRY, AuditDamaged, Noted, entries, last_entry_of, note, verify_trail

AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def append(store, *subjects, by="ines"):
    with store.begin() as session:
        for subject in subjects:
            note(session, Noted(by, "thing.done", subject, None, {"score": 42.5, "word": "é"}))


def kept(store, **wanted):
    with store.read() as session:
        return list(entries(session, **wanted))


def verify(store, expected=None):
    with store.read() as session:
        return verify_trail(session, expected)


def tamper(store, statement):
    """What somebody with the database's own key can do: the database's refusal is switched off first."""
    with store.begin() as session:
        if store.engine.dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER audit_no_update"))
            session.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        session.connection().exec_driver_sql(statement)


def test_an_empty_trail_holds(store):
    assert verify(store).entries == 0
    assert verify(store).digest == NO_ENTRY


def test_each_entry_follows_from_the_one_before(store):
    append(store, "one", "two")
    append(store, "three")
    first, second, third = kept(store)
    assert [first.place, second.place, third.place] == [1, 2, 3]
    assert (first.previous, second.previous, third.previous) == (NO_ENTRY, first.digest, second.digest)
    assert verify(store).digest == third.digest


def test_what_was_noted_goes_with_the_change_or_not_at_all(store):
    def fail_after_writing():
        with store.begin() as session:
            plans.put_plan(session, a_plan())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert kept(store) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET by = 'otto' WHERE place = 2",
        "UPDATE audit SET act = 'thing.undone' WHERE place = 2",
        "UPDATE audit SET subject = 'x' WHERE place = 2",
        "UPDATE audit SET at = '2020-01-01 00:00:00+00:00' WHERE place = 2",
        """UPDATE audit SET after = '{"score":80}' WHERE place = 2""",
        """UPDATE audit SET before = '{}' WHERE place = 2""",
        """UPDATE audit SET made_with = '{}' WHERE place = 2""",
        "UPDATE audit SET digest = 'd' WHERE place = 2",
        "UPDATE audit SET previous = 'd' WHERE place = 2",
        "UPDATE audit SET place = 9 WHERE place = 2",
        "DELETE FROM audit WHERE place = 1",
        "DELETE FROM audit WHERE place = 2",
        "DELETE FROM audit WHERE place = 3",
        "DELETE FROM audit",
    ],
)
def test_any_change_of_an_entry_is_found(store, statement):
    append(store, "one", "two", "three")
    tamper(store, statement)
    with pytest.raises(AuditDamaged, match=r"^audit trail, entry \d+: ") as found:
        verify(store)
    assert 1 <= found.value.place <= 3
    assert "\n" not in str(found.value)


def test_the_last_entries_cut_off_with_the_head_are_found_by_a_digest_that_was_written_down(store):
    append(store, "one", "two", "three")
    first, _, third = kept(store)
    tamper(store, "DELETE FROM audit WHERE place > 1")
    with store.begin() as session:
        session.execute(text(f"UPDATE audit_head SET place = 1, digest = '{first.digest}'"))
    assert verify(store).entries == 1
    with pytest.raises(AuditDamaged, match="ends without the digest"):
        verify(store, third.digest)


@pytest.mark.parametrize("statement", ["UPDATE audit SET by = 'otto'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_an_entry(store, statement):
    append(store, "one")
    with pytest.raises(DBAPIError, match="never changes"), store.begin() as session:
        session.execute(text(statement))
    assert verify(store).entries == 1


def test_writers_at_once_append_one_after_the_other(store):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: [append(store, f"{number}-{turn}") for turn in range(5)], range(4)))
    assert verify(store).entries == 20


def test_a_plan_has_an_entry_for_each_change_and_none_where_it_is_the_same(store):
    drafted = a_plan()
    approved = drafted.model_copy(update={"status": "approved", "decided_by": "Ines Duarte", "decided_at": AT})
    for plan in (drafted, drafted, approved, approved):
        with store.begin() as session:
            plans.put_plan(session, plan)
    first, second = kept(store, subject=f"plan {drafted.plan_id}")
    assert (first.act, first.by, first.before) == ("plan.drafted", "verbatim", None)
    assert (second.act, second.by) == ("plan.approved", "Ines Duarte")
    assert second.before["status"] == "draft"
    assert second.after["status"] == "approved"
    assert second.made_with["rubric"] == "support-core v1"
    assert second.made_with["code"]


def test_a_draft_that_is_taken_back_leaves_its_entry(store):
    with store.begin() as session:
        plans.put_plan(session, a_plan())
        plans.remove_draft(session, a_plan().plan_id)
    with store.read() as session:
        last = last_entry_of(session, f"plan {a_plan().plan_id}")
    assert (last.act, last.after) == ("plan.taken_back", None)


def test_the_loop_of_a_plan_is_in_the_trail_with_who_did_what(store):
    plan, cycle = a_plan(), an_account([40, 42], [80]).cycle
    day = {"approved_on": date(2026, 11, 16), "due_on": date(2026, 11, 23), "last_day": date(2026, 12, 7)}
    said = Overruling(actions=("escalate",), by="Ines Duarte", at=AT, reason="Twice now.")
    done = PracticeDone(plan_id="p-1", criterion_id="empathy", done_on=date(2026, 11, 18), by="Otto Lind")
    with store.begin() as session:
        kept_one = follow_ups.open_follow_up(session, plan.plan_id, "a-1", **day, at=AT, by="Ines Duarte")
        follow_ups.move_follow_up(session, kept_one.follow_up_id, date(2026, 11, 24), promised=True, by="Otto Lind")
        follow_ups.move_follow_up(session, kept_one.follow_up_id, date(2026, 11, 25), promised=False)
        follow_ups.end_follow_up(session, kept_one.follow_up_id, "done", AT)
        follow_ups.end_follow_up(session, kept_one.follow_up_id, "cancelled", AT)  # it is over already
        for _ in range(2):
            movements.put_cycle(session, cycle)
            practice.put_practice(session, [done])
            left_out.leave_out(session, plan.plan_id, "tone", "Otto Lind", AT, "Not now.")
        movements.add_overruling(session, cycle, said)
    assert [(one.act, one.by) for one in kept(store)] == [
        ("follow_up.promised", "Ines Duarte"),
        ("follow_up.moved", "Otto Lind"),
        ("follow_up.waits", "verbatim"),
        ("follow_up.done", "verbatim"),
        ("cycle.concluded", "verbatim"),
        ("practice.noted", "Otto Lind"),
        ("item.left_out", "Otto Lind"),
        ("cycle.overruled", "Ines Duarte"),
    ]
    assert kept(store)[1].before["due_on"] == "2026-11-23"
    assert kept(store)[1].after["due_on"] == "2026-11-24"


def test_no_word_of_a_call_is_in_the_trail(store):
    plan = a_plan()
    with store.begin() as session:
        plans.put_plan(session, plan)
    said = repr(kept(store))
    for item in plan.items:
        assert item.evidence.quote
        assert item.evidence.quote not in said
        assert all(turn.text not in said for turn in item.context)


def test_who_may_what_is_in_the_trail_and_no_secret(store):
    account = Account(user_id="otto", name="Otto Lind", role="supervisor", teams=("billing",), created_at=AT)
    token = ApiToken(
        token_id="t-1",
        name="crm",
        scopes=("plans:read",),
        teams=("billing",),
        created_by="Ines",
        created_at=AT,
        expires_at=AT,
    )
    with store.begin() as session:
        accounts.add_user(session, account, "a hash")
        accounts.set_password_hash(session, "otto", "another hash")
        accounts.set_from_provider(session, "otto", "sub-1", "viewer", ["billing"])
        accounts.set_from_provider(session, "otto", "sub-1", "viewer", ["billing"])
        accounts.set_disabled(session, "otto", AT)
        accounts.add_token(session, token, "a digest")
        assert accounts.revoke_token(session, "t-1", AT)
        assert not accounts.revoke_token(session, "t-1", AT)
    found = kept(store)
    assert [one.act for one in found] == [
        "account.added",
        "account.password_set",
        "account.changed",
        "account.changed",
        "token.added",
        "token.revoked",
    ]
    assert (found[2].before["role"], found[2].after["role"]) == ("supervisor", "viewer")
    assert (found[3].before["open"], found[3].after["open"]) == (True, False)
    assert not any(secret in repr(found) for secret in ("a hash", "another hash", "a digest"))
