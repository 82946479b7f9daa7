"""The plans are held against the audit trail, and one that was changed past the program is found."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from operations.audit import PlanNotAsWritten, latest_entries, trail_of_plan, verify_audit
from operations.review import NoSuchPlan
from plan_builders import a_plan, an_item
from store import plans
from store.session import open_store

AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


def put(store, *kept):
    for plan in kept:
        with store.begin() as session:
            plans.put_plan(session, plan)


def do(store, statement, **values):
    with store.begin() as session:
        session.execute(text(statement), values)


def test_plans_that_the_program_kept_are_as_the_trail_says(store):
    put(store, a_plan("a-1"), a_plan("a-2"), a_plan("a-1", an_item("tone")))
    found = verify_audit(store)
    assert (found.entries, found.plans, found.without_entry) == (3, 2, 0)
    assert verify_audit(store, found.digest) == found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plans SET status = 'closed'",
        "UPDATE plans SET follow_up_on = '2027-01-01'",
        "UPDATE plan_items SET content = :content",
        "DELETE FROM plan_items WHERE item_id = 'i-tone'",
    ],
)
def test_a_plan_that_was_changed_past_the_program_is_found_and_named(store, statement):
    plan = a_plan("a-1", an_item("empathy"), an_item("tone"))
    put(store, plan)
    changed = {**plan.items[0].model_dump(mode="json"), "threshold": 10.0}
    do(store, statement, **({"content": json.dumps(changed)} if ":content" in statement else {}))
    with pytest.raises(PlanNotAsWritten, match=rf"^plan {plan.plan_id}: is not as entry 1 ") as found:
        verify_audit(store)
    assert found.value.plan_id == plan.plan_id


def test_a_plan_of_before_the_trail_is_counted_apart(store):
    put(store, a_plan("a-1"), a_plan("a-2"))
    do(store, "DROP TRIGGER audit_no_delete")
    do(store, "DELETE FROM audit")
    do(store, "DELETE FROM audit_head")
    assert (verify_audit(store).plans, verify_audit(store).without_entry) == (0, 2)


def test_the_trail_of_one_plan_begins_with_its_draft(store):
    first = a_plan("a-1")
    approved = first.model_copy(update={"status": "approved", "decided_by": "Ines", "decided_at": AT})
    put(store, first, a_plan("a-2"), approved)
    assert [one.act for one in trail_of_plan(store, first.plan_id)] == ["plan.drafted", "plan.approved"]
    with pytest.raises(NoSuchPlan):
        trail_of_plan(store, "nothing")


def test_the_latest_entries_come_newest_first(store):
    put(store, a_plan("a-1"), a_plan("a-2"), a_plan("a-3"))
    assert [one.place for one in latest_entries(store, 2)] == [3, 2]
