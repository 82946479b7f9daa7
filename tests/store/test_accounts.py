"""Accounts, sessions, passes and tokens on every database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from coaching.account import Account, ApiToken
from store.accounts import (
    UserThere,
    add_token,
    add_user,
    count_users,
    find_token,
    get_user,
    list_tokens,
    list_users,
    password_hash_of,
    revoke_token,
    set_disabled,
    set_from_provider,
    set_password_hash,
    user_of_subject,
)
from store.sign_ins import (
    KeptPass,
    KeptSession,
    add_pass,
    add_session,
    end_all_of,
    end_session,
    find_pass,
    find_session,
    touch_session,
    use_up_pass,
)

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def an_account(user_id="ines", **fields):
    usual = {
        "user_id": user_id,
        "name": user_id.title(),
        "role": "supervisor",
        "teams": ("east", "Ødegård"),
        "created_at": NOW,
    }
    return Account.model_validate({**usual, **fields})


@pytest.fixture
def ines(store):
    with store.begin() as session:
        add_user(session, an_account(), "a-hash")
    return an_account(has_password=True)


def test_an_account_comes_back_as_it_went_in(store, ines):
    with store.begin() as session:
        add_user(session, an_account("otto", role="admin", teams=()))
    with store.read() as session:
        assert list_users(session) == [ines, an_account("otto", role="admin", teams=())]
        assert (get_user(session, "ines"), get_user(session, "none")) == (ines, None)
        assert (password_hash_of(session, "ines"), password_hash_of(session, "otto")) == ("a-hash", None)
        assert count_users(session) == 2


def test_a_name_or_a_subject_is_taken_once(store, ines):
    with pytest.raises(UserThere), store.begin() as session:
        add_user(session, an_account(role="admin"))
    with store.begin() as session:
        add_user(session, an_account("otto", subject="issuer 7"))
    with pytest.raises(UserThere), store.begin() as session:
        add_user(session, an_account("olga", subject="issuer 7"))
    with store.read() as session:
        assert [one.user_id for one in list_users(session)] == ["ines", "otto"]
        assert user_of_subject(session, "issuer 7").user_id == "otto"


def test_what_is_changed_of_an_account_is_kept(store, ines):
    with store.begin() as session:
        set_disabled(session, "ines", LATER)
        set_password_hash(session, "ines", "another")
        set_from_provider(session, "ines", "issuer 1", "viewer", ["west"])
    with store.read() as session:
        changed = {"disabled_at": LATER, "subject": "issuer 1", "role": "viewer", "teams": ("west",)}
        assert get_user(session, "ines") == ines.model_copy(update=changed)
        assert password_hash_of(session, "ines") == "another"


def test_a_session_tells_of_its_account_as_it_is_now(store, ines):
    kept = KeptSession("d1", "token", NOW, NOW, LATER, account=ines)
    of_agent = KeptSession("d2", "token", NOW, NOW, LATER, agent_id="a-1", plan_id="p-1")
    with store.begin() as session:
        add_session(session, kept)
        add_session(session, of_agent)
    with store.begin() as session:
        assert (find_session(session, "d1"), find_session(session, "d2")) == (kept, of_agent)
        set_disabled(session, "ines", NOW)
        touch_session(session, "d1", NOW + timedelta(minutes=5))
    with store.begin() as session:
        found = find_session(session, "d1")
        assert (found.account.disabled_at, found.seen_at) == (NOW, NOW + timedelta(minutes=5))
        end_session(session, "d2")
        end_all_of(session, "ines")
        assert (find_session(session, "d1"), find_session(session, "d2")) == (None, None)


def test_a_pass_is_for_one_purpose_until_it_ends(store, ines):
    kept = KeptPass("d1", "sign_in", NOW, LATER, user_id="ines", content={"next": "/plans?a=é"})
    with store.begin() as session:
        add_pass(session, kept)
        assert find_pass(session, "d1", "sign_in", NOW) == kept
        assert find_pass(session, "d1", "plan", NOW) is None
        assert find_pass(session, "d1", "sign_in", LATER) is None
        assert use_up_pass(session, "d1", "plan", NOW) is None
        assert use_up_pass(session, "d1", "sign_in", LATER) is None
        assert use_up_pass(session, "d1", "sign_in", NOW) == kept
        assert use_up_pass(session, "d1", "sign_in", NOW) is None


def test_of_many_who_take_a_pass_at_once_one_has_it(store, ines):
    with store.begin() as session:
        add_pass(session, KeptPass("d1", "sign_in", NOW, LATER, user_id="ines"))

    def take(_):
        with store.begin() as session:
            return use_up_pass(session, "d1", "sign_in", NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(one is not None for one in pool.map(take, range(12))) == 1


def test_a_token_is_found_with_its_digest_and_revoked_once(store):
    values = {"name": "x", "scopes": ("plans:read",), "teams": ("*",), "created_by": "ines", "created_at": NOW}
    token = ApiToken.model_validate({"token_id": "t1", "expires_at": LATER, **values})
    with store.begin() as session:
        add_token(session, token, "digest")
    with store.begin() as session:
        assert find_token(session, "t1") == (token, "digest")
        assert find_token(session, "t2") is None
        assert [revoke_token(session, one, NOW) for one in ("t1", "t1", "t2")] == [True, False, False]
    with store.read() as session:
        assert list_tokens(session) == [token.model_copy(update={"revoked_at": NOW})]
