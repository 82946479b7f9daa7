"""What machines that watch over the server are told, and who of them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.log_settings import METRICS_VARIABLE
from review.app import make_app
from store import runs
from web_builders import ADDRESS, NOW, a_browser, a_program

TOKEN = "a-token-that-is-long"


@pytest.fixture
def here(app):
    return TestClient(app, base_url=ADDRESS, client=("127.0.0.1", 50000))


def values(answer):
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


def a_night(store, run_id, status="", **counts):
    with store.begin() as session:
        runs.start_run(session, run_id, NOW.date(), NOW)
        runs.finish_run(session, run_id, NOW, counts, status)


def test_a_server_that_lives_says_so_without_the_store(app, store):
    store.close()
    assert a_browser(app).get("/healthz").text == "ok"


def test_a_server_is_ready_where_the_store_has_its_tables_and_says_how_the_night_stands(app, store):
    answer = a_browser(app).get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "store": "answers",
        "tables": "up to date",
        "last_night": None,
        "night_missed": True,
    }
    a_night(store, "r-1")
    assert a_browser(app).get("/readyz").json()["night_missed"] is False


def test_a_server_is_not_ready_where_the_tables_are_of_another_version(app, store):
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE verbatim_version SET version_num = '0001'")
    answer = a_browser(app).get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)


def test_a_server_is_not_ready_where_the_store_does_not_answer_and_tells_nothing_of_the_inside(app, tmp_path):
    (tmp_path / "verbatim.db").write_bytes(b"no database" * 1000)
    answer = a_browser(app).get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "store": "does not answer"}


def test_the_figures_are_those_of_the_store(here, store):
    a_night(store, "r-1", read_calls=30, fresh=12, none=2, set_aside=1)
    a_night(store, "r-2", "it failed")
    a_night(store, "r-3", read_calls=31, fresh=3, none=0, set_aside=0)
    found = values(here.get("/metrics"))
    assert found["verbatim_nights_total", "done"] == 2
    assert found["verbatim_nights_total", "failed"] == 1
    assert found["verbatim_calls_read_total",] == 61
    assert found["verbatim_last_night_calls_read",] == 31
    assert found["verbatim_picks_total",] == 15
    assert found["verbatim_picks_none_total",] == 2
    assert found["verbatim_set_aside_total",] == 1
    assert found["verbatim_drafts",] == 2
    assert found["verbatim_night_missed",] == 0
    assert found["verbatim_last_night_timestamp_seconds",] == NOW.timestamp()


def test_the_figures_are_for_who_shows_the_token_or_asks_on_this_machine(app, here, monkeypatch):
    elsewhere = a_browser(app)
    assert elsewhere.get("/metrics").status_code == 401
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={"x-forwarded-for": "10.0.0.9"}).status_code == 401
    assert elsewhere.get("/metrics", headers={"authorization": "Bearer "}).status_code == 401
    monkeypatch.setenv(METRICS_VARIABLE, TOKEN)
    assert elsewhere.get("/metrics", headers={"authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert elsewhere.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_a_short_token_opens_nothing(app, monkeypatch):
    monkeypatch.setenv(METRICS_VARIABLE, "short")
    assert a_browser(app).get("/metrics", headers={"authorization": "Bearer short"}).status_code == 401


def test_behind_a_proxy_only_the_token_opens_the_figures(tmp_path, store, clock):
    program = a_program(tmp_path, store, settings='[review]\npublic_url = "https://coaching.example.com"\n')
    browser = TestClient(make_app(program, clock), base_url=ADDRESS, client=("127.0.0.1", 50000))
    assert browser.get("/metrics").status_code == 401
