from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from builders import a_call, a_score
from store import calls, scores
from store.session import StoreError, StoreFailed, open_store, store_state
from store.tables import CallRow


def write(store, then=lambda: None):
    with store.begin() as session:
        calls.put_calls(session, [a_call()])
        then()


def test_a_transaction_is_kept_whole_or_not_at_all(store):
    with pytest.raises(ZeroDivisionError):
        write(store, lambda: 1 / 0)
    with store.read() as session:
        assert calls.count_calls(session) == 0


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(store):
    with store.read() as reader:
        assert calls.count_calls(reader) == 0
        with store.begin() as writer:
            calls.put_calls(writer, [a_call()])
        assert calls.count_calls(reader) == 0
    with store.read() as reader:
        assert calls.count_calls(reader) == 1


def test_a_reader_cannot_write(store):
    with store.read() as session, pytest.raises(DatabaseError, match=r"read-?only"):
        calls.put_calls(session, [a_call()])
    with store.begin() as session:
        assert calls.put_calls(session, [a_call()]).added == 1


def test_writers_at_once_wait_for_each_other_and_lose_nothing(store):
    def write(number):
        for turn in range(5):
            with store.begin() as session:
                scores.put_scores(session, [a_score(call_id=f"c-{number}-{turn}"), a_score(call_id=f"shared-{turn}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with store.read() as session:
        assert session.scalar(text("SELECT count(*) FROM scores")) == 4 * 5 + 5


def test_a_reader_waits_for_no_writer(store):
    with store.begin() as writer:
        calls.put_calls(writer, [a_call()])
        with store.read() as reader:
            assert calls.count_calls(reader) == 0


def test_a_database_that_is_held_too_long_fails_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("store.engine.BUSY_SECONDS", 0.05)
    url = f"sqlite:///{tmp_path / 'verbatim.db'}"
    with open_store(url) as store, open_store(url) as other, other.begin() as holder:
        calls.put_calls(holder, [a_call()])
        with pytest.raises(StoreFailed, match="database is locked") as caught:
            write(store)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 3


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "verbatim.db"
    path.write_text("call_id,score\n" * 200)
    with pytest.raises(StoreError, match="file is not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_text() == "call_id,score\n" * 200


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("verbatim", "is no database URL"),
        ("postgresql//qa:secret@host/x", "is no database URL"),
        ("mysql+nodriver://localhost/x", "no driver"),
        ("sqlite+nodriver:///x.db", "no driver"),
        ("sqlite:////nowhere/at/all.db", "there is no folder"),
        ("sqlite:////tmp", "is a folder"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://qa:secret@127.0.0.1:1/none", "does not answer"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why_and_hides_the_password(url, said):
    with pytest.raises(StoreError, match=said) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2


def test_sqlite_keeps_foreign_keys_writes_ahead_and_to_the_disk(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'v.db'}") as store, store.engine.connect() as connection:
        asked = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    assert asked == PRAGMAS


PRAGMAS = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2}


def test_the_state_of_a_store_is_told_without_making_one(tmp_path):
    path = tmp_path / "verbatim.db"
    assert "not there yet" in store_state(f"sqlite:///{path}")
    assert list(tmp_path.iterdir()) == []


def test_the_state_of_an_empty_database_is_told_without_touching_it(empty_url):
    if empty_url.startswith("sqlite"):
        Path(make_url(empty_url).database).touch()
    assert "the first night makes its tables" in store_state(empty_url)
    open_store(empty_url).close()
    assert "up to date" in store_state(empty_url)


def test_rows_go_in_and_out_of_a_reopened_store(store_url):
    with open_store(store_url) as store, store.begin() as session:
        calls.put_calls(session, [a_call()])
    with open_store(store_url) as store, store.read() as session:
        assert session.get(CallRow, "c-1") is not None
        assert "calls" in inspect(session.get_bind()).get_table_names()
