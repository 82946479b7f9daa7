import logging
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from setuptools import find_namespace_packages
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from store.migrating import VERSION_TABLE, HoldsSomethingElse, NewerStore, _altering
from store.session import StoreError, open_store, store_state
from store.tables import IS_OPEN, ONE_OPEN_PLAN, Base


def engine_of(url):
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:"))


def test_an_empty_database_gets_the_tables_of_this_version(empty_url):
    with open_store(empty_url) as store:
        assert set(inspect(store.engine).get_table_names()) == {*Base.metadata.tables, VERSION_TABLE}


def test_the_migrations_make_what_the_code_expects(empty_url):
    with open_store(empty_url) as store, store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_index_of_one_open_plan_covers_the_open_statuses(empty_url):
    # the comparison of models and migrations does not look into an index's condition
    on_sqlite = text("SELECT sql FROM sqlite_master WHERE name = :name")
    on_postgresql = text("SELECT indexdef FROM pg_indexes WHERE indexname = :name")
    with open_store(empty_url) as store, store.engine.connect() as connection:
        asked = on_sqlite if connection.dialect.name == "sqlite" else on_postgresql
        definition = connection.execute(asked, {"name": ONE_OPEN_PLAN}).scalar()
    named = {word.strip("'") for word in str(IS_OPEN).partition("(")[2].rstrip(")").split(", ")}
    assert named == set(definition.split("'")[1::2])


def test_text_sorts_by_its_characters_on_every_database(empty_url):
    words = ["B", "a", "É", "Z", "_", "ä", "10", "9"]
    with open_store(empty_url) as store, store.begin() as session:
        for word in words:
            session.execute(
                text("INSERT INTO agents (agent_id, name, active) VALUES (:word, 'x', true)"), {"word": word}
            )
        found = session.scalars(text("SELECT agent_id FROM agents ORDER BY agent_id")).all()
    assert found == sorted(words)


def test_opening_prints_nothing_and_leaves_logging_alone(empty_url, capfd):
    before = (logging.root.level, list(logging.root.handlers))
    for _ in range(2):
        open_store(empty_url).close()
    assert capfd.readouterr() == ("", "")
    assert (logging.root.level, list(logging.root.handlers)) == before


def test_two_openings_at_once_make_one_set_of_tables(empty_url):
    with ThreadPoolExecutor(4) as pool:
        for opened in [pool.submit(open_store, empty_url) for _ in range(4)]:
            opened.result().close()
    assert "up to date" in store_state(empty_url)


def test_a_store_of_a_newer_version_is_refused_and_left_alone(empty_url):
    with open_store(empty_url) as store, store.begin() as session:
        session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    for look in (open_store, store_state):
        with pytest.raises(NewerStore, match="'9999', which this version does not know") as caught:
            look(empty_url)
        assert "\n" not in str(caught.value)
    engine = engine_of(empty_url)
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == "9999"
    engine.dispose()


def test_a_database_of_something_else_is_refused_and_left_alone(empty_url):
    engine = engine_of(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("CREATE TABLE flow_run (id INTEGER)"))
    with pytest.raises(HoldsSomethingElse, match="alembic_version, flow_run"):
        open_store(empty_url)
    assert sorted(inspect(engine).get_table_names()) == ["alembic_version", "flow_run"]
    engine.dispose()


def test_a_postgresql_that_cannot_keep_every_character_is_refused(postgres):
    latin = postgres.database(options="ENCODING 'LATIN1' LOCALE 'C'")
    with latin as url, pytest.raises(StoreError, match="keeps text as LATIN1"):
        open_store(url)


def test_an_upgrade_that_fails_leaves_nothing(empty_url, monkeypatch):
    import alembic.command

    whole = alembic.command.upgrade

    def half(config, revision):
        whole(config, revision)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(alembic.command, "upgrade", half)
        with pytest.raises(KeyboardInterrupt):
            open_store(empty_url)
    engine = engine_of(empty_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    open_store(empty_url).close()


def test_an_alteration_of_sqlite_that_leaves_rows_dangling_is_taken_back(tmp_path):
    dangling = text("INSERT INTO item_failures VALUES ('p-none', 'i-none', 'c-1', 'empathy', 'further')")
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as store:
        refused = pytest.raises(StoreError, match="1 rows, the first of table 'item_failures'")
        with refused, _altering(store.engine) as connection:
            connection.execute(dangling)
        with store.read() as session:
            assert session.scalar(text("SELECT count(*) FROM item_failures")) == 0
        with pytest.raises(IntegrityError), store.begin() as session:
            session.execute(dangling)


def test_the_migrations_are_part_of_what_is_installed():
    root = Path(__file__).parents[2]
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]
    found = find_namespace_packages(str(root), include=settings["packages"]["find"]["include"])
    assert {"store.migrations", "store.migrations.versions"} <= set(found)
