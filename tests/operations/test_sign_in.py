"""Accounts, passwords, sessions, links that work once, tokens: what gets somebody in, and when that ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from coaching.account import SessionRules
from operations.accounts import (
    NoSuchToken,
    NoSuchUser,
    NoTeam,
    UnknownRole,
    UnknownScope,
    add_token,
    add_user,
    disable_user,
    enable_user,
    find_user,
    list_tokens,
    list_users,
    new_user,
    revoke_token,
    set_password,
    token_of,
)
from operations.passwords import WeakPassword, hash_password, is_password
from operations.sign_in import (
    begin_session,
    enter_by_link,
    first_admin,
    link_opens,
    plan_link,
    sign_in,
    sign_in_link,
    sign_out,
    who_is,
)
from plan_builders import a_plan
from store.accounts import UserThere
from store.plans import put_plan
from store.session import open_store

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
RULES = SessionRules()
PASSWORD = "grey otter under seven bridges"


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        yield opened


@pytest.fixture
def ines(store):
    return add_user(store, new_user("ines", "Ines Duarte", "supervisor", ["east"], NOW), PASSWORD)


def test_an_account_is_listed_with_its_role_and_never_with_its_password(store, ines):
    assert list_users(store) == [ines]
    assert ines.has_password
    assert PASSWORD not in repr(ines)


def test_a_name_is_taken_once(store, ines):
    with pytest.raises(UserThere, match="'ines': there is such an account"):
        add_user(store, new_user("ines", "Another", "admin", (), NOW), None)
    assert list_users(store) == [ines]


@pytest.mark.parametrize("role", ["supervisor", "viewer"])
def test_a_role_that_looks_after_teams_needs_one(role):
    with pytest.raises(NoTeam, match="needs --team"):
        new_user("x", "x", role, (), NOW)


def test_a_role_that_is_none_is_named_with_its_nearest():
    with pytest.raises(UnknownRole, match="did you mean 'qa_manager'"):
        new_user("x", "x", "qamanager", (), NOW)
    for role in ("agent", "service"):
        with pytest.raises(UnknownRole):
            new_user("x", "x", role, ("east",), NOW)


@pytest.mark.parametrize(
    "weak", ["", "short", "a" * 11, "a" * 40, "abababababab", "x" * 513, "Ines-is-in-2026!", "half a \ud800 pair of it"]
)
def test_a_weak_password_is_refused_and_nothing_is_kept(store, weak):
    with pytest.raises(WeakPassword):
        add_user(store, new_user("ines", "Ines", "admin", (), NOW), weak)
    assert list_users(store) == []


@pytest.mark.parametrize("good", [PASSWORD, "пароль из семи слов", "🦦🌉🍃🪨🧭🪁 otters!!", "a b c d e f g h"])
def test_a_password_is_itself_alone(good):
    kept = hash_password(good)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_password(kept, good)
    for other in (good + " ", good[:-1], good.upper() if good.upper() != good else "x", ""):
        assert not is_password(kept, other)
    assert hash_password(good) != kept, "salted"


def test_no_password_fits_an_account_without_one(store):
    add_user(store, new_user("link-only", "x", "admin", (), NOW), None)
    for tried in ("", PASSWORD, "of an account that is not there"):
        assert sign_in(store, "link-only", tried, NOW, RULES) is None
    assert sign_in(store, "nobody", "of an account that is not there", NOW, RULES) is None
    assert sign_in(store, "link\x00only\ud800", "half a \ud800 pair", NOW, RULES) is None


def test_a_hash_with_older_parameters_is_renewed_when_its_owner_comes(store, ines):
    from argon2 import PasswordHasher

    from store.accounts import password_hash_of, set_password_hash

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with store.begin() as session:
        set_password_hash(session, "ines", old)
    assert sign_in(store, "ines", PASSWORD, NOW, RULES)
    with store.read() as session:
        renewed = password_hash_of(session, "ines")
    assert renewed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert sign_in(store, "ines", PASSWORD, NOW, RULES)


def test_another_password_signs_out_everywhere_and_lets_no_link_work(store, ines):
    secret, link = sign_in(store, "ines", PASSWORD, NOW, RULES), sign_in_link(store, "ines", NOW, RULES)
    set_password(store, "ines", "seven bridges over a grey otter")
    assert who_is(store, secret, NOW, RULES) is None
    assert enter_by_link(store, link, NOW, RULES) is None
    assert sign_in(store, "ines", PASSWORD, NOW, RULES) is None
    assert sign_in(store, "ines", "seven bridges over a grey otter", NOW, RULES)


def test_a_closed_account_gets_in_by_no_way_and_by_every_way_again_when_it_is_opened(store, ines):
    link = sign_in_link(store, "ines", NOW, RULES)
    disable_user(store, "ines", NOW)
    assert find_user(store, "ines").disabled_at == NOW
    assert sign_in(store, "ines", PASSWORD, NOW, RULES) is None
    assert enter_by_link(store, link, NOW, RULES) is None
    late = sign_in_link(store, "ines", NOW, RULES)
    assert enter_by_link(store, late, NOW, RULES) is None
    enable_user(store, "ines")
    assert sign_in(store, "ines", PASSWORD, NOW, RULES)


@pytest.mark.parametrize(
    "verb", [disable_user, lambda s, u, _: enable_user(s, u), lambda s, u, _: set_password(s, u, PASSWORD)]
)
def test_what_is_done_to_nobody_says_so(store, verb):
    with pytest.raises(NoSuchUser, match="'ghost': there is no such account"):
        verb(store, "ghost", NOW)


def test_a_sign_in_link_works_once(store, ines):
    link = sign_in_link(store, "ines", NOW, RULES)
    assert link_opens(store, link, NOW).user_id == "ines"
    assert link_opens(store, link, NOW), "looking at it does not use it up"
    secret, used = enter_by_link(store, link, NOW, RULES)
    assert (used.purpose, who_is(store, secret, NOW, RULES).account.user_id) == ("sign_in", "ines")
    assert enter_by_link(store, link, NOW, RULES) is None
    assert link_opens(store, link, NOW) is None


def test_of_many_who_use_a_link_at_once_one_gets_in(store, ines):
    link = sign_in_link(store, "ines", NOW, RULES)
    with ThreadPoolExecutor(8) as pool:
        entered = list(pool.map(lambda _: enter_by_link(store, link, NOW, RULES), range(8)))
    assert sum(one is not None for one in entered) == 1


def test_a_sign_in_link_is_over_after_a_quarter_of_an_hour(store, ines):
    link = sign_in_link(store, "ines", NOW, RULES)
    assert link_opens(store, link, NOW + timedelta(minutes=14, seconds=59))
    assert link_opens(store, link, NOW + timedelta(minutes=15)) is None
    assert enter_by_link(store, link, NOW + timedelta(minutes=15), RULES) is None


def test_a_link_to_a_plan_shows_that_plan_alone_until_it_ends(store):
    plan = a_plan("a-1", status="approved")
    with store.begin() as session:
        put_plan(session, plan)
    link = plan_link(store, plan, NOW, RULES)
    for _ in range(2):
        secret, used = enter_by_link(store, link, NOW + timedelta(hours=71), RULES)
        kept = who_is(store, secret, NOW + timedelta(hours=71), RULES)
        assert (used.purpose, kept.account, kept.agent_id, kept.plan_id) == ("plan", None, "a-1", "p-a-1")
    assert kept.expires_at == NOW + timedelta(hours=72), "the session ends with the link"
    assert enter_by_link(store, link, NOW + timedelta(hours=72), RULES) is None


def test_a_secret_of_one_purpose_is_good_for_no_other(store, ines):
    link, session = sign_in_link(store, "ines", NOW, RULES), begin_session(store, ines, NOW, RULES)
    token = add_token(store, "x", ["plans:read"], ["*"], "ines", NOW, 30)[1]
    assert who_is(store, link, NOW, RULES) is None
    assert enter_by_link(store, session, NOW, RULES) is None
    for secret in (link, session, f"vbt_x_{link}", token[:-1], token + "x", "", "vbt__", "vbt_\ud800_x"):
        assert token_of(store, secret, NOW) is None
    assert token_of(store, token, NOW)


def test_a_session_that_was_ended_stays_ended(store, ines):
    secret = begin_session(store, ines, NOW, RULES)
    sign_out(store, secret)
    sign_out(store, secret)
    assert who_is(store, secret, NOW, RULES) is None


def test_secrets_are_long_and_each_another(store, ines):
    secrets = {begin_session(store, ines, NOW, RULES) for _ in range(50)}
    assert len(secrets) == 50
    assert all(len(secret) == 43 for secret in secrets), "32 bytes in base64"


def test_what_has_ended_is_let_go_of(store, ines):
    from sqlalchemy import func, select

    from store.tables.accounts import PassRow, SessionRow

    for day in range(5):
        begin_session(store, ines, NOW + timedelta(days=day), RULES)
        sign_in_link(store, "ines", NOW + timedelta(days=day), RULES)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 1
        assert session.scalar(select(func.count()).select_from(PassRow)) == 1


def test_the_first_admin_is_made_where_there_is_nobody_and_has_no_password(store):
    made = first_admin(store, "root", NOW)
    assert (made.role, made.has_password) == ("admin", False)
    assert first_admin(store, "mallory", NOW) is None
    assert [one.user_id for one in list_users(store)] == ["root"]


def test_a_token_holds_until_it_ends_or_is_revoked(store):
    token, secret = add_token(store, "warehouse", ["plans:read", "plans:read"], ["east"], "ines", NOW, 30)
    assert token.scopes == ("plans:read",)
    assert token_of(store, secret, NOW + timedelta(days=29)) == token
    assert token_of(store, secret, NOW + timedelta(days=30)) is None
    revoke_token(store, token.token_id, NOW)
    assert token_of(store, secret, NOW) is None
    assert list_tokens(store)[0].revoked_at == NOW
    for gone in (token.token_id, "none"):
        with pytest.raises(NoSuchToken):
            revoke_token(store, gone, NOW)


def test_a_scope_that_is_none_is_named_with_its_nearest(store):
    with pytest.raises(UnknownScope, match="did you mean 'plans:read'"):
        add_token(store, "x", ["plan:read"], ["*"], "ines", NOW, 30)
    assert list_tokens(store) == []
