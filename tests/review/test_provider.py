"""Signing in at an identity provider, a real one on this machine, and what of its word is not taken."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from identity_provider import CLIENT_ID, CLIENT_SECRET, OTHER_KEY, Provider, serving
from operations.accounts import add_user, disable_user, find_user, list_users, new_user
from review.app import make_app
from review.cookies import Cookies
from web_builders import ADDRESS, NOW, PASSWORD, a_browser, a_program

ROLES = 'roles = { "qa" = "qa_manager", "leads" = "supervisor", "everyone" = "viewer" }\n'


@pytest.fixture(scope="module")
def served():
    with serving(Provider()) as provider:
        yield provider


@pytest.fixture
def provider(served, monkeypatch):
    monkeypatch.setenv("VERBATIM_OIDC_SECRET", CLIENT_SECRET)
    fresh = Provider(issuer=served.issuer)
    served.__dict__.update(fresh.__dict__)
    return served


@pytest.fixture
def made(tmp_path, store, provider, east):
    def make(more=""):
        oidc = f'[review.oidc]\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT_ID}"\n{more}'
        program = a_program(tmp_path, store, east, settings=oidc)
        return program, a_browser(make_app(program))

    return make


def an_account(program, user_id="ines", password=None):
    add_user(program.store, new_user(user_id, user_id.title(), "viewer", ["east"], NOW), password)


def to_provider(browser, target="/plans/p-a-1"):
    """What a browser does: to the provider, and with its answer back; the address that it would then ask us for."""
    there = browser.get("/sign-in/provider", params={"next": target})
    assert there.status_code == 302, there.text
    back = httpx.get(there.headers["location"])
    assert back.headers["location"].startswith(f"{ADDRESS}/sign-in/provider/back?")
    return back.headers["location"].removeprefix(ADDRESS)


def test_somebody_with_an_account_is_signed_in_and_comes_to_where_they_wanted(made):
    program, browser = made()
    an_account(program)
    assert 'href="/sign-in/provider?next=/plans/p-a-1"' in browser.get("/sign-in?next=/plans/p-a-1").text
    answer = browser.get(to_provider(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/plans/p-a-1")
    assert browser.get("/plans/p-a-1").status_code == 200
    assert find_user(program.store, "ines").subject.endswith(" 7f")


def test_without_the_setting_there_is_no_such_way(app):
    browser = a_browser(app)
    assert browser.get("/sign-in/provider").status_code == 404
    assert "/sign-in/provider" not in browser.get("/sign-in").text


def test_somebody_without_an_account_is_not_let_in(made):
    program, browser = made()
    answer = browser.get(to_provider(browser))
    assert (answer.status_code, "no account of that name" in answer.text) == (403, True)
    assert list_users(program.store) == []


def test_groups_give_the_role_and_both_follow_the_provider(made, provider):
    program, browser = made(ROLES)
    provider.person |= {"groups": ["everyone", "leads"], "teams": ["east"]}
    assert browser.get(to_provider(browser)).status_code == 303
    account = find_user(program.store, "ines")
    assert (account.role, account.teams, account.name) == ("supervisor", ("east",), "Ines")
    provider.person |= {"groups": ["everyone"], "teams": ["west"]}
    assert browser.get(to_provider(browser)).status_code == 303
    assert (find_user(program.store, "ines").role, find_user(program.store, "ines").teams) == ("viewer", ("west",))
    assert browser.get("/plans/p-a-1").status_code == 404
    provider.person |= {"groups": ["others"]}
    assert browser.get(to_provider(browser)).status_code == 403


def test_no_claim_gives_every_team(made, provider):
    program, browser = made(ROLES)
    provider.person |= {"groups": ["everyone"], "teams": ["*"]}
    assert browser.get(to_provider(browser)).status_code == 303
    assert find_user(program.store, "ines").teams == ()


def test_an_account_with_a_password_is_not_handed_over_for_its_name(made):
    program, browser = made()
    an_account(program, password=PASSWORD)
    answer = browser.get(to_provider(browser))
    assert (answer.status_code, "has a password of its own" in answer.text) == (403, True)


def test_a_name_that_went_to_somebody_else_does_not_open_the_old_account(made, provider):
    program, browser = made()
    an_account(program)
    assert browser.get(to_provider(browser)).status_code == 303
    provider.person |= {"sub": "80"}
    stranger = a_browser(make_app(program))
    assert stranger.get(to_provider(stranger)).status_code == 403


def test_a_closed_account_stays_closed_and_as_it_was(made, provider):
    provider.person |= {"groups": ["leads"], "teams": ["west"]}
    program, browser = made(ROLES)
    an_account(program)
    disable_user(program.store, "ines", NOW)
    answer = browser.get(to_provider(browser))
    assert (answer.status_code, "the account is closed" in answer.text) == (403, True)
    left = find_user(program.store, "ines")
    assert (left.role, left.subject) == ("viewer", None)


@pytest.mark.parametrize(
    "bent",
    [
        {"claims": {"aud": "another-program"}},
        {"claims": {"aud": None}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"iss": None}},
        {"claims": {"nonce": "of another attempt"}},
        {"claims": {"nonce": None}},
        {"claims": {"exp": 1_700_000_000}},
        {"claims": {"exp": None}},
        {"claims": {"sub": None}},
        {"claims": {"preferred_username": None}},
        {"claims": {"preferred_username": ["ines"]}},
        {"claims": {"preferred_username": "ines\nadmin"}},
        {"key": OTHER_KEY},
        {"unsigned": True},
        {"refuses": True},
    ],
    ids=lambda bent: "a key of another" if "key" in bent else str(bent),
)
def test_a_bent_word_signs_nobody_in(made, provider, bent):
    program, browser = made()
    an_account(program)
    provider.__dict__.update(bent)
    answer = browser.get(to_provider(browser))
    assert answer.status_code == 403
    assert "Nobody was signed in" in answer.text
    assert browser.get("/plans/p-a-1").status_code == 303


def test_a_provider_that_calls_itself_otherwise_is_not_gone_to(made, provider):
    _, browser = made()
    provider.calls_itself = "https://elsewhere.example"
    assert browser.get("/sign-in/provider").status_code == 403


def test_a_provider_that_sends_us_elsewhere_is_not_followed(made, provider):
    program, browser = made()
    an_account(program)
    back = to_provider(browser)
    provider.sends_on = True
    assert browser.get(back).status_code == 403
    assert provider.gone_to == 0


def test_a_provider_that_does_not_answer_is_told_in_words(tmp_path, store):
    oidc = f'[review.oidc]\nissuer = "http://127.0.0.1:9"\nclient_id = "{CLIENT_ID}"\n'
    answer = a_browser(make_app(a_program(tmp_path, store, settings=oidc))).get("/sign-in/provider")
    assert (answer.status_code, "could not be reached" in answer.text) == (403, True)


def test_an_answer_is_good_for_the_browser_that_asked_and_once(made):
    program, browser = made()
    an_account(program)
    stolen = to_provider(browser)
    victim = a_browser(make_app(program))
    assert victim.get(stolen).status_code == 403, "a browser that did not ask"
    assert browser.get(stolen).status_code == 303
    assert browser.get(stolen).status_code == 403, "once"


def test_an_answer_with_another_state_is_not_taken(made):
    program, browser = made()
    an_account(program)
    query = parse_qs(urlsplit(to_provider(browser)).query)
    answer = browser.get("/sign-in/provider/back", params={"code": query["code"][0], "state": "guessed"})
    assert answer.status_code == 403


def test_the_way_back_never_leads_to_another_host(made):
    program, browser = made()
    an_account(program)
    assert browser.get(to_provider(browser, "https://elsewhere.example/")).headers["location"] == "/"


def test_the_attempts_cookie_is_taken_back(made):
    program, browser = made()
    an_account(program)
    cookies = Cookies.of(program.settings)
    back = to_provider(browser)
    assert cookies.provider in browser.cookies
    browser.get(back)
    assert cookies.provider not in browser.cookies


def test_an_address_counts_where_it_is_verified_alone(made, provider):
    program, browser = made('user_claim = "email"\n')
    an_account(program, "ines@example.com")
    provider.person |= {"email": "ines@example.com"}
    assert browser.get(to_provider(browser)).status_code == 403
    provider.person |= {"email_verified": True}
    assert browser.get(to_provider(browser)).status_code == 303
