"""Who gets in: sessions, their ends, forged forms, limits, headers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from operations.accounts import disable_user
from review.app import make_app
from review.cookies import Cookies
from review.headers import PAGE_POLICY
from store.accounts import set_from_provider
from store.tables.accounts import PassRow, SessionRow, UserRow
from web_builders import ADDRESS, NOW, PASSWORD, a_browser, a_program, a_user, form_token, signed_in


def sign_in_by_form(browser, user, password=PASSWORD, **more):
    page = browser.get("/sign-in")
    fields = {"user": user, "password": password, "csrf": form_token(page.text), "next": "/", **more}
    return browser.post("/sign-in", data=fields)


def test_somebody_who_is_not_signed_in_is_shown_the_way_to_sign_in_and_back(app):
    answer = a_browser(app).get("/plans/p-a-1?print=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/plans/p-a-1%3Fprint%3D1")


def test_name_and_password_sign_in_and_lead_back(program, app):
    a_user(program, "admin")
    browser = a_browser(app)
    answer = sign_in_by_form(browser, "admin-1", next="/plans/p-a-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/plans/p-a-1")
    assert browser.get("/plans/p-a-1").status_code == 200


@pytest.mark.parametrize(("user", "password"), [("admin-1", "not that one at all"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_or_password_is_told_the_same_way(program, app, user, password):
    a_user(program, "admin")
    browser = a_browser(app)
    answer = sign_in_by_form(browser, user, password)
    assert answer.status_code == 403
    assert "do not belong together, or the account is closed" in answer.text
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_signing_in_never_leads_to_another_host(program, app, target):
    a_user(program, "admin")
    assert sign_in_by_form(a_browser(app), "admin-1", next=target).headers["location"] == "/"


def test_signing_in_gives_a_new_session_and_ends_the_one_before(program, app, store):
    browser, cookie = signed_in(program, app, "admin"), Cookies.of(program.settings).session
    before = browser.cookies[cookie]
    answer = browser.post("/sign-in", data={"user": "admin-1", "password": PASSWORD, "next": "/"})
    assert (answer.status_code, answer.cookies[cookie] != before) == (303, True)
    old = a_browser(app)
    old.cookies.set(cookie, before)
    assert old.get("/").status_code == 303, "the session before has ended"
    with store.read() as session:
        assert len(session.scalars(select(SessionRow.digest)).all()) == 1


def test_a_session_that_somebody_planted_before_is_not_the_one_that_is_signed_in(program, app):
    a_user(program, "admin")
    browser, cookie = a_browser(app), Cookies.of(program.settings).session
    browser.cookies.set(cookie, "planted", domain="127.0.0.1")
    assert sign_in_by_form(browser, "admin-1").status_code == 303
    thief = a_browser(app)
    thief.cookies.set(cookie, "planted")
    assert thief.get("/").status_code == 303


def test_signing_out_ends_the_session_on_the_server(program, app):
    browser = signed_in(program, app, "viewer")
    secret = browser.cookies[Cookies.of(program.settings).session]
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    thief = a_browser(app)
    thief.cookies.set(Cookies.of(program.settings).session, secret)
    assert thief.get("/").status_code == 303


def test_signing_out_by_a_link_is_not_possible(program, app):
    assert signed_in(program, app, "viewer").get("/sign-out").status_code == 405


def test_a_session_ends_an_hour_after_its_last_use(program, app, clock):
    browser = signed_in(program, app, "admin")
    for _ in range(3):
        clock.now += timedelta(minutes=59)
        assert browser.get("/").status_code == 200
    clock.now += timedelta(minutes=60)
    assert browser.get("/").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_its_use(program, app, clock):
    browser = signed_in(program, app, "admin")
    while clock.now < NOW + timedelta(hours=11, minutes=30):
        clock.now += timedelta(minutes=30)
        assert browser.get("/").status_code == 200
    clock.now += timedelta(minutes=30)
    assert browser.get("/").status_code == 303


def test_a_closed_account_is_out_at_once_and_stays_out(program, app):
    browser = signed_in(program, app, "admin")
    disable_user(program.store, "admin-1", NOW)
    assert browser.get("/").status_code == 303
    assert sign_in_by_form(a_browser(app), "admin-1").status_code == 403


def test_another_role_and_other_teams_hold_from_the_next_click(program, app):
    browser = signed_in(program, app, "supervisor", teams=["east"])
    assert browser.get("/plans/p-a-1").status_code == 200
    with program.store.begin() as session:
        set_from_provider(session, "supervisor-1", "x", "supervisor", ["west"])
    assert browser.get("/plans/p-a-1").status_code == 404
    assert browser.get("/plans/p-a-2").status_code == 200


def test_no_secret_is_in_the_store(program, app, store):
    browser = signed_in(program, app, "admin")
    secret = browser.cookies[Cookies.of(program.settings).session]
    with store.read() as session:
        kept = [*session.execute(select(SessionRow.__table__)), *session.execute(select(UserRow.__table__))]
        kept += session.execute(select(PassRow.__table__))
    assert secret not in repr(kept)
    assert PASSWORD not in repr(kept)
    assert "$argon2id$" in repr(kept)


def test_over_https_cookies_are_for_this_host_and_https_alone(tmp_path, store):
    program = a_program(tmp_path, store, settings='[review]\npublic_url = "https://coaching.example.com"\n')
    a_user(program, "admin")
    browser = a_browser(make_app(program), "https://coaching.example.com")
    answer = sign_in_by_form(browser, "admin-1")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-verbatim="))
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith(("domain", "max-age")) for flag in flags)
    assert len(cookie.partition("=")[2].partition(";")[0]) >= 43, "256 bits"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"x-csrf-token": "guessed"},
        {"x-csrf-token": ""},
    ],
)
def test_a_form_of_another_site_changes_nothing(program, app, headers):
    browser = signed_in(program, app, "admin")
    answer = browser.post("/sign-out", headers=headers)
    assert answer.status_code == 403
    assert "reload the page" in answer.text
    assert browser.get("/").status_code == 200, "still signed in"


def test_a_form_of_our_own_is_taken(program, app):
    browser = signed_in(program, app, "admin")
    answer = browser.post("/sign-out", headers={"origin": ADDRESS, "sec-fetch-site": "same-origin"})
    assert answer.status_code == 303


def test_the_token_of_one_browser_is_no_good_in_another(program, app):
    a_user(program, "admin")
    token = form_token(a_browser(app).get("/sign-in").text)
    other = a_browser(app)
    other.get("/sign-in")
    answer = other.post("/sign-in", data={"user": "admin-1", "password": PASSWORD, "csrf": token})
    assert answer.status_code == 403


def test_a_body_larger_than_any_form_is_refused_before_it_is_read_whole(program, app):
    browser = signed_in(program, app, "admin")
    sent = []

    def endless():
        for _ in range(64):
            sent.append(1)
            yield b"x" * 65536

    assert browser.post("/sign-out", content=endless()).status_code == 413


def test_too_many_tries_are_told_to_wait_even_with_the_right_password(program, app):
    a_user(program, "admin")
    browser = a_browser(app)
    answers = [sign_in_by_form(browser, "admin-1", "wrong words entirely").status_code for _ in range(10)]
    assert answers == [403] * 10
    answer = sign_in_by_form(browser, "admin-1")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900


def test_too_many_requests_are_told_to_wait(tmp_path, store):
    program = a_program(tmp_path, store, settings="[review]\nrequests_per_minute = 10\n")
    browser = a_browser(make_app(program))
    statuses = [browser.get("/sign-in").status_code for _ in range(25)]
    assert statuses.count(429) >= 5
    assert browser.get("/healthz").status_code == 200


def test_a_host_that_is_not_ours_is_not_answered(app):
    assert a_browser(app, "http://elsewhere.example").get("/healthz").status_code == 400


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/plans/p-a-1", "/plans/p-none", "/enter/x", "/healthz"])
def test_every_answer_tells_the_browser_to_run_nothing_and_keep_nothing(program, app, path):
    for browser in (a_browser(app), signed_in(program, app, "admin")):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert {"base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"


def test_the_policy_of_pages_names_our_own_files_alone():
    sources = {source for part in PAGE_POLICY.split("; ") for source in part.split()[1:]}
    assert sources == {"'none'", "'self'"}


def test_a_failure_tells_nothing_of_the_inside(program, app):
    browser = signed_in(program, app, "admin")
    with program.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE plan_items RENAME TO gone")
    browser.get("/healthz")
    quiet = type(browser)(app, base_url=ADDRESS, raise_server_exceptions=False, cookies=browser.cookies)
    answer = quiet.get("/plans/p-a-1")
    assert answer.status_code == 500
    assert "plan_items" not in answer.text
    assert "Traceback" not in answer.text
    assert "unsafe" not in answer.headers["content-security-policy"]
