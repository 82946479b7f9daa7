from datetime import datetime

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import StatementError

from store.migrating import VERSION_TABLE, NewerStore
from store.session import StoreError, open_store
from store.tables import Base, CallRow


def test_a_new_store_has_the_tables_of_this_version(store):
    assert set(Base.metadata.tables) <= set(inspect(store.engine).get_table_names())


def test_the_migrations_make_what_the_code_expects(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Base.metadata) == []


def test_opening_twice_changes_nothing(store_url):
    for _ in range(2):
        with open_store(store_url):
            pass


def test_a_transaction_is_kept_whole_or_not_at_all(store):
    with pytest.raises(RuntimeError), store.begin() as session:
        session.add(CallRow(call_id="c-1", digest="d", content={}))
        session.flush()
        raise RuntimeError
    with store.read() as session:
        assert session.get(CallRow, "c-1") is None


def test_a_time_without_a_zone_is_refused(store):
    naive = datetime(2026, 11, 2)  # noqa: DTZ001
    with pytest.raises(StatementError, match="without a zone"), store.begin() as session:
        session.add(CallRow(call_id="c-1", digest="d", content={}, started_at=naive))


def test_a_store_of_a_newer_version_is_refused(store_url):
    with open_store(store_url) as store, store.begin() as session:
        session.execute(text("UPDATE verbatim_version SET version_num = '9999'"))
    with pytest.raises(NewerStore, match="9999"):
        open_store(store_url)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "verbatim.db"
    path.write_text("call_id,score\n" * 200)
    with pytest.raises(StoreError, match="file is not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_text().startswith("call_id")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("verbatim", "is no database URL"),
        ("mysql+nodriver://localhost/x", "no driver"),
        ("sqlite:////nowhere/at/all.db", "there is no folder"),
        ("postgresql://qa:secret@127.0.0.1:1/none", "does not answer"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why_and_hides_the_password(url, said):
    with pytest.raises(StoreError, match=said) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sqlite_keeps_foreign_keys_and_writes_ahead(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'v.db'}") as store, store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_two_openings_at_once_make_one_set_of_tables(store_url):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        for opened in [pool.submit(open_store, store_url) for _ in range(2)]:
            opened.result().close()
    engine = create_engine(store_url)
    assert "calls" in inspect(engine).get_table_names()
    engine.dispose()
