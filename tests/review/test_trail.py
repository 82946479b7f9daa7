"""The page of the audit trail: who changed what, whether it holds, and who may look."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text as sql

from plan_builders import a_plan
from store import plans
from web_builders import signed_in, text

WHEN = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


@pytest.fixture
def admin(program, app):
    return signed_in(program, app, "admin")


def draft(store, *agents):
    for agent in agents:
        with store.begin() as session:
            plans.put_plan(session, a_plan(agent))


def test_an_entry_says_when_who_what_and_with_what_it_was_made(store, admin):
    draft(store, "a-9")
    said = text(admin.get("/trail?plan=p-a-9"))
    assert re.search(r"verbatim plan\.drafted p-a-9 agent id|verbatim plan\.drafted p-a-9", said)
    assert "status: draft" in said
    assert "rubric support-core v1" in said


def test_what_was_changed_shows_what_it_was_before(store, admin):
    draft(store, "a-9")
    with store.begin() as session:
        plans.put_plan(session, a_plan("a-9", status="dismissed", decided_by="ines", reason="Left.", decided_at=WHEN))
    page = admin.get("/trail?plan=p-a-9")
    assert "ines plan.dismissed p-a-9 status: draft dismissed" in text(page)
    assert "Left." not in page.text, "reasons are words, and not in the trail"


def test_filters_choose_and_wrong_ones_choose_nothing_out(store, admin):
    draft(store, "a-8", "a-9")
    assert "p-a-8" not in text(admin.get("/trail?plan=p-a-9"))
    for query in ("plan=p-none", "day=2001-01-01"):
        assert "No entries like that" in text(admin.get(f"/trail?{query}"))
    for query in ("day=soon", "day=9999-12-31", "before=x", "before=-3", "before=%D9%A3", "plan=%00"):
        assert "p-a-9" in text(admin.get(f"/trail?{query}"))


def test_pages_go_on_where_the_last_one_ended(store, admin):
    draft(store, *(f"b-{number:02}" for number in range(53)))
    first = admin.get("/trail")
    (further,) = re.findall(r'href="(/trail\?[^"]+)" rel="next"', first.text)
    second = admin.get(further.replace("&amp;", "&"))
    found = re.findall(r'href="/plans/(p-b-\d+)"', first.text + second.text)
    assert (len(found), len(set(found))) == (53, 53)


def test_a_trail_that_holds_gives_a_digest_and_knows_it_again(store, admin):
    draft(store, "a-9")
    (digest,) = re.findall(r"<code>([0-9a-f]{64})</code>", admin.post("/trail/verify").text)
    draft(store, "a-8")
    assert "The trail holds" in text(admin.post("/trail/verify", data={"expected": digest}))
    assert "ends without the digest" in text(admin.post("/trail/verify", data={"expected": "e" * 64}))


def test_a_plan_that_was_changed_past_the_program_is_named(store, admin):
    draft(store, "a-9")
    with store.begin() as session:
        session.execute(sql("UPDATE plans SET follow_up_on = '2027-01-01' WHERE plan_id = 'p-a-9'"))
    assert "plan p-a-9: is not as entry" in text(admin.post("/trail/verify"))


@pytest.mark.parametrize("role", ["qa_manager", "supervisor", "viewer"])
def test_only_admins_see_it_and_nobody_else_has_the_link(program, app, role):
    browser = signed_in(program, app, role)
    assert browser.get("/trail").status_code == 403
    assert browser.post("/trail/verify").status_code == 403
    assert "/trail" not in browser.get("/plans").text


def test_hostile_words_are_shown_as_words(store, admin):
    draft(store, "<script>alert(1)</script>")
    page = admin.get("/trail")
    assert "p-&lt;script" in page.text
    assert "<script>alert" not in page.text
