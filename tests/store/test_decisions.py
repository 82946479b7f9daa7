from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from plan_builders import a_plan
from store.decisions import Undecided, add_decision, decisions_of

AT = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


def decided(status, at=AT, **fields):
    return a_plan(status=status, decided_by="ines.duarte", decided_at=at, **fields)


def test_decisions_come_back_in_their_order_each_with_the_plan_as_it_was(store):
    first, second = decided("returned", reason="A test call."), decided("approved", AT + timedelta(days=1))
    with store.begin() as session:
        add_decision(session, second, 4)
        add_decision(session, first, 2)
    with store.read() as session:
        kept = decisions_of(session, "p-a-1")
        assert decisions_of(session, "p-none") == []
    assert [(one.plan_version, one.status, one.decided_by, one.reason) for one in kept] == [
        (2, "returned", "ines.duarte", "A test call."),
        (4, "approved", "ines.duarte", None),
    ]
    assert [one.plan for one in kept] == [first, second]
    assert [one.decided_at for one in kept] == [AT, AT + timedelta(days=1)]


def test_a_decision_is_never_written_over(store):
    with store.begin() as session:
        add_decision(session, decided("returned"), 2)
    with pytest.raises(IntegrityError), store.begin() as session:
        add_decision(session, decided("approved"), 2)


def test_a_plan_on_which_nobody_decided_is_no_decision(store):
    with pytest.raises(Undecided, match="p-a-1 does not say who decided and when"), store.begin() as session:
        add_decision(session, a_plan(), 1)
