import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from builders import a_call, a_criterion, a_pick, a_rubric
from models.evidence import Pick
from plan_builders import an_item
from store.calls import put_calls
from store.evidence import FoundBy, evidence_id_of, keys_of, picks_of, put_picks
from store.rubrics import put_rubric

CALL, RUBRIC = a_call(), a_rubric("empathy", "greeting")
DIGESTS = RUBRIC.digests()
PICK = a_pick(CALL, 2, cue=1, signals={"cosine": 0.1 + 0.2}, start_s=1.5)


def found_by(model="m-1", criterion="empathy", rubric=RUBRIC):
    return FoundBy(CALL.digest, rubric.digests()[criterion], model)


@pytest.fixture
def ready(store):
    with store.begin() as session:
        put_calls(session, [CALL])
        put_rubric(session, RUBRIC)
    return store


def picks(session, model="m-1"):
    found = picks_of(session, ["c-1", "c-none"], "support-core", model)
    assert keys_of(session, ["c-1", "c-none"], "support-core", model) == found.keys()
    return found


def test_a_pick_comes_back_as_it_went_in(ready):
    nothing = {"status": "none", "turn": None, "start": None, "end": None, "quote": "", "words": 0, "speaker": None}
    none = Pick.model_validate({**a_pick(CALL, 2, criterion_id="greeting").model_dump(), **nothing})
    with ready.begin() as session:
        assert put_picks(session, [(PICK, found_by()), (none, found_by(criterion="greeting"))]) == 2
    with ready.read() as session:
        assert picks(session) == {("c-1", "empathy", 1): PICK, ("c-1", "greeting", 1): none}


def test_what_a_model_picked_is_never_overwritten(ready):
    other = a_pick(CALL, 0)
    with ready.begin() as session:
        assert put_picks(session, [(PICK, found_by())]) == 1
        assert put_picks(session, [(other, found_by())]) == 0
        assert picks(session) == {("c-1", "empathy", 1): PICK}


def test_another_model_adds_a_pick_beside_it(ready):
    other = a_pick(CALL, 0)
    with ready.begin() as session:
        put_picks(session, [(PICK, found_by()), (other, found_by("m-2"))])
        assert picks(session) == {("c-1", "empathy", 1): PICK}
        assert picks(session, "m-2") == {("c-1", "empathy", 1): other}
        assert picks(session, "m-3") == {}


def test_a_pick_no_longer_counts_once_its_criterion_judges_something_else(ready):
    reworded = a_rubric(a_criterion("empathy", weight=50, definition="Another."), a_criterion("greeting", weight=50))
    reweighted = a_rubric(a_criterion("empathy", weight=90), a_criterion("greeting", weight=10))
    with ready.begin() as session:
        put_picks(session, [(PICK, found_by())])
        put_rubric(session, reweighted)
        assert picks(session) == {("c-1", "empathy", 1): PICK}
        put_rubric(session, reworded)
        assert picks(session) == {}
        put_picks(session, [(a_pick(CALL, 0), found_by(rubric=reworded))])
        assert picks(session) == {("c-1", "empathy", 1): a_pick(CALL, 0)}
        put_rubric(session, RUBRIC)
        assert picks(session) == {("c-1", "empathy", 1): PICK}


def test_an_item_knows_the_pick_that_it_quotes_whatever_the_score_is_now(ready):
    by = found_by()
    item = an_item(criterion_digest=by.criterion_digest, evidence=PICK.model_copy(update={"score": 10.0}))
    chosen_by_a_person = item.model_copy(update={"evidence": a_pick(CALL, 0)})
    with ready.begin() as session:
        assert evidence_id_of(session, item) is None
        put_picks(session, [(a_pick(CALL, 0, why="Other."), found_by("m-2")), (PICK, by)])
        kept = session.scalar(text("SELECT evidence_id FROM evidence WHERE model_version = 'm-1'"))
        assert evidence_id_of(session, item) == kept
        assert evidence_id_of(session, chosen_by_a_person) is None


def test_a_pick_of_a_call_that_is_not_kept_is_refused(store):
    with pytest.raises(IntegrityError), store.begin() as session:
        put_picks(session, [(PICK, found_by())])


@pytest.mark.parametrize("change", ["quote = 'Order'", "quote = ''", '"end" = 3', "status = 'none'"])
def test_the_database_refuses_a_quote_that_cannot_be_its_slice(ready, change):
    with ready.begin() as session:
        put_picks(session, [(PICK, found_by())])
    with pytest.raises(IntegrityError), ready.begin() as session:
        session.execute(text(f"UPDATE evidence SET {change}"))


def test_a_quote_of_characters_outside_the_basic_plane_has_the_length_of_its_slice(store):
    call = a_call("agent: 👋🏽 Grüße! e\u0301 x\u200by", call_id="c-2")
    with store.begin() as session:
        put_calls(session, [call])
        assert put_picks(session, [(a_pick(call, 0), found_by())]) == 1
