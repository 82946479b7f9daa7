"""What agents answered, on every database: once, never overwritten, decided and put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from coaching.answers import Acknowledgement, Dispute
from judging_builders import decide, keep_draft
from store.agents_answers import (
    acknowledgements_of,
    add_acknowledgement,
    add_dispute,
    dispute_of,
    disputes_of,
    reopen_dispute,
    settle_dispute,
)
from store.tables.agents_answers import DisputeRow

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_dispute(item_id="i-1", **fields):
    usual = {"plan_id": "p-1", "item_id": item_id, "agent_id": "a-1", "call_id": "c-1", "criterion_id": "empathy"}
    return Dispute.model_validate({**usual, "headline": "Empathy", "reason": "Not my call.", "at": AT, **fields})


def test_a_plan_is_read_once_an_assignment_and_the_latest_comes_first(store):
    given = [
        Acknowledgement(plan_id="p-1", agent_id="a-1", assigned_at=AT + n * HOUR, at=AT + (n + 1) * HOUR)
        for n in (0, 2)
    ]
    with store.begin() as session:
        assert all(add_acknowledgement(session, one) for one in given)
        assert not add_acknowledgement(session, given[0].model_copy(update={"at": AT + 9 * HOUR}))
    with store.read() as session:
        assert acknowledgements_of(session, "p-1") == given[::-1]
        assert acknowledgements_of(session, "p-2") == []


def test_an_item_is_disputed_once_and_the_first_words_stay(store):
    with store.begin() as session:
        assert add_dispute(session, a_dispute())
        assert not add_dispute(session, a_dispute(reason="Other words."))
        assert add_dispute(session, a_dispute("i-0", at=AT + HOUR))
    with store.read() as session:
        assert disputes_of(session, "p-1") == [a_dispute(), a_dispute("i-0", at=AT + HOUR)]
        assert dispute_of(session, "p-1", "i-2") is None


def test_a_decision_is_beside_the_dispute_and_can_be_taken_back(store):
    judgement = decide(store, keep_draft(store), "none", reason="Nobody said it.")
    with store.begin() as session:
        add_dispute(session, a_dispute())
        settled = settle_dispute(session, a_dispute(), "no_quote", judgement)
        assert dispute_of(session, "p-1", "i-1") == settled
        told = (settled.outcome, settled.decided_by, settled.decided_at, settled.answer, settled.reason)
        assert told == ("no_quote", "Ines Duarte", judgement.decided_at, "Nobody said it.", "Not my call.")
        reopen_dispute(session, settled, "ines")
        assert dispute_of(session, "p-1", "i-1") == a_dispute()


@pytest.mark.parametrize("fields", [{"reason": ""}, {"outcome": "upheld"}, {"judgement_id": "j-1"}])
def test_the_database_refuses_half_a_dispute_and_half_a_decision(store, fields):
    row = {**dict(a_dispute()), **fields}
    with pytest.raises(IntegrityError), store.begin() as session:
        session.execute(insert(DisputeRow).values(row))
