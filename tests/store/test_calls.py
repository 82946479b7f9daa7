from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from builders import STARTED_AT, a_call
from nlp.call import Call
from rubric.trigger import CallFacts
from store.calls import call_facts, count_calls, get_call, get_calls, keep_guessed_type, put_calls
from store.tables import CallRow

OTHER = ("agent: Hello.", "customer: Something else.")


def test_a_call_comes_back_as_it_went_in(store):
    call = a_call(
        "agent 0.5-2.1: “Grüß Gott” 👋🏽",
        "customer: x\u200by \u00a0 z",
        metadata={"queue": "billing", "n": [1, 2.5, None, {"ü": True}]},
        started_at=datetime(2026, 11, 2, 14, 3, 0, 123456, tzinfo=timezone(timedelta(hours=-5))),
    )
    with store.begin() as session:
        assert put_calls(session, [call]).added == 1
    with store.read() as session:
        kept = get_call(session, call.call_id)
        assert get_call(session, "c-none") is None
    assert kept == call
    assert kept.digest == call.digest


def test_calls_come_in_the_order_of_their_ids_whatever_is_asked_for(store):
    ids = ["c-10", "c-9", "C-9", "ä", "Z", "0012"]
    with store.begin() as session:
        put_calls(session, [a_call(call_id=call_id) for call_id in ids])
    with store.read() as session:
        found = get_calls(session, [*ids, "c-10", "c-none"])
    assert [call.call_id for call in found] == sorted(ids)


def test_a_call_that_comes_again_is_unchanged_and_other_content_is_a_conflict(store):
    with store.begin() as session:
        put_calls(session, [a_call(call_id="c-1"), a_call(call_id="c-2")])
    with store.begin() as session:
        again = put_calls(session, [a_call(call_id="c-1"), a_call(*OTHER, call_id="c-2"), a_call(call_id="c-3")])
        kept = get_call(session, "c-2")
    assert (again.added, again.unchanged, again.conflicts) == (1, 1, ("c-2",))
    assert kept == a_call(call_id="c-2")


def test_two_calls_of_one_id_in_one_go_are_a_conflict_and_the_first_stays(store):
    with store.begin() as session:
        done = put_calls(session, [a_call(), a_call(*OTHER), a_call()])
        assert get_call(session, "c-1") == a_call()
    assert (done.added, done.unchanged, done.conflicts) == (1, 1, ("c-1",))


def test_the_guessed_type_counts_where_the_call_names_none(store):
    with store.begin() as session:
        put_calls(session, [a_call(call_id="c-1"), a_call(call_id="c-2", call_type="refund")])
        for call_id in ("c-1", "c-2"):
            keep_guessed_type(session, call_id, "billing_dispute")
    with store.read() as session:
        types = {call.call_id: call.call_type for call in get_calls(session, ["c-1", "c-2"])}
    assert types == {"c-1": "billing_dispute", "c-2": "refund"}
    with store.begin() as session:
        assert put_calls(session, [a_call(call_id="c-1")]).unchanged == 1, "a guess is no other content"


def test_facts_are_of_the_calls_asked_for_and_in_utc(store):
    with store.begin() as session:
        put_calls(session, [a_call(call_id="c-1"), a_call(call_id="c-2", agent_id=None, started_at=None)])
        put_calls(session, [a_call(call_id="c-3")])
    with store.read() as session:
        facts = call_facts(session, ["c-2", "c-1", "c-none"])
        assert session.get(CallRow, "c-1").started_at.tzinfo is UTC
    assert facts == {
        "c-1": CallFacts(call_id="c-1", agent_id="a-1", at=STARTED_AT),
        "c-2": CallFacts(call_id="c-2"),
    }


def test_more_calls_than_a_question_can_name_are_found(store):
    ids = [f"c-{number:05}" for number in range(1203)]
    with store.begin() as session:
        put_calls(session, [a_call(call_id=call_id) for call_id in ids])
    with store.read() as session:
        assert [call.call_id for call in get_calls(session, reversed(ids))] == ids
        assert sorted(call_facts(session, ids)) == ids
        assert count_calls(session) == len(ids)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
turns = st.fixed_dictionaries(
    {"speaker": st.sampled_from(["agent", "customer", "system"]), "text": texts},
    optional={"start": st.floats(-1e6, 1e6), "end": st.floats(1e6, 1e7)},
)
calls = st.builds(
    lambda turns, metadata, at: Call.model_validate(
        {"call_id": "c-1", "turns": turns, "metadata": metadata, "started_at": at}
    ),
    st.lists(turns, min_size=1, max_size=4),
    st.dictionaries(texts, values, max_size=3),
    st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(calls)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_call_comes_back_to_the_letter(store, call):
    with Session(store.engine) as session:
        put_calls(session, [call])
        kept = get_call(session, "c-1")
        session.rollback()
    assert kept == call
    assert kept.digest == call.digest
    assert [turn.text for turn in kept.turns] == [turn.text for turn in call.turns]
