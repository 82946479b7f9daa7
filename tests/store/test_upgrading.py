"""Stores of every revision come to this one with all of their rows, or stay what they were."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import alembic.command
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from operations.audit import verify_audit
from operations.backup import backup
from operations.backup_file import read_backup
from operations.restore import restore
from row_builders import lines_of
from store import decisions, plans
from store.dumping import load_rows, tables_of
from store.engine import StoreError, make_engine, parse
from store.migrating import _altering, _config, revisions, standing
from store.session import open_as_it_is, open_store, store_state
from store.verifying import verify_quotes

FIXTURES = Path(__file__).parent / "fixtures"
FROZEN = sorted(FIXTURES.glob("of-*.zip"))
WHOLE = FIXTURES / "of-0009.zip"
"""Has a row in every table of its revision, and so in every table of those before."""


def rows_of_whole():
    with read_backup(WHOLE) as kept:
        found = {}
        for table in kept.manifest.tables:
            with kept.lines(table.name) as lines:
                found[table.name] = [json.loads(line) for line in lines]
        return kept.manifest.revision, found


def make_store_at(url, revision):
    """A store at a revision, with as much of the whole one's rows as its tables take; those rows by table."""
    newest, rows = rows_of_whole()
    loaded = {}
    engine = make_engine(parse(url))
    with _altering(engine) as connection:
        alembic.command.upgrade(_config(connection), min(revision, newest))
        for table in tables_of(connection):
            columns = set(table.columns.keys())
            loaded[table.name] = [{name: row[name] for name in columns} for row in rows[table.name]]
            load_rows(connection, table, [json.dumps(row).encode() for row in loaded[table.name]])
        alembic.command.upgrade(_config(connection), revision)
    engine.dispose()
    return loaded


def rows_at(store):
    return {table: [json.loads(line) for line in lines] for table, lines in lines_of(store).items()}


def missing(expected, found):
    """Rows that are not there as they were, each with the columns that it had."""
    for table, rows in expected.items():
        names = rows[0].keys() if rows else ()
        there = {json.dumps({name: row[name] for name in names}, sort_keys=True) for row in found[table]}
        yield from (row for row in rows if json.dumps(row, sort_keys=True) not in there)


def check_sound(store):
    """Everything that is kept can be read as what it is, and holds against what it came from."""
    with store.read() as session:
        assert list(verify_quotes(session)) == []
        for plan in plans.all_plans(session):
            assert plan.items
            assert bool(decisions.decisions_of(session, plan.plan_id)) == (plan.decided_by is not None)
    return verify_audit(store)


@pytest.mark.parametrize("revision", revisions())
def test_a_store_of_every_revision_comes_to_this_one_with_every_row(empty_url, revision):
    expected = make_store_at(empty_url, revision)
    assert all(expected.values()), "the whole store has no row for a table of this revision"
    with open_store(empty_url) as store:
        assert not standing(store.engine).is_behind
        assert list(missing(expected, rows_at(store))) == []
        if store.engine.dialect.name == "sqlite":
            with store.read() as session:
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        found = check_sound(store)
    assert (found.entries > 0) == (revision >= "0008")


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda path: path.stem)
def test_a_backup_of_an_earlier_version_is_restored_into_this_one(empty_url, frozen):
    report = restore(frozen, empty_url)
    assert report.manifest.revision == frozen.stem.removeprefix("of-")
    assert report.head == revisions()[-1]
    with open_store(empty_url) as store:
        found = rows_at(store)
        check_sound(store)
    with read_backup(frozen) as kept:
        for table in kept.manifest.tables:
            with kept.lines(table.name) as lines:
                assert list(missing({table.name: [json.loads(line) for line in lines]}, found)) == []


def test_plans_approved_by_the_first_version_have_their_follow_up(empty_url):
    restore(FIXTURES / "of-0001.zip", empty_url)
    with open_store(empty_url) as store:
        found = rows_at(store)
    approved = {row["plan_id"] for row in found["plans"] if row["status"] == "approved"}
    assert len(approved) == 2
    assert {row["plan_id"] for row in found["follow_ups"]} == approved
    waiting = {row["plan_id"] for row in found["plan_items"] if row["queue_key"]}
    assert waiting == {row["plan_id"] for row in found["plans"] if row["status"] in ("draft", "returned")}


def test_an_upgrade_that_fails_halfway_leaves_the_old_state(empty_url, tmp_path, monkeypatch):
    make_store_at(empty_url, "0001")
    with open_as_it_is(empty_url) as store:
        before, tables = lines_of(store), standing(store.engine)
    whole = alembic.command.upgrade

    def fail_at_the_fourth(config, revision):
        whole(config, "0003")
        connection = config.attributes["connection"]
        operations = Operations(MigrationContext.configure(connection))
        operations.execute("UPDATE plans SET status = 'lost'")
        operations.drop_table("scores")
        operations.execute("SELECT * FROM no_such_table")

    with monkeypatch.context() as patched:
        patched.setattr(alembic.command, "upgrade", fail_at_the_fourth)
        with pytest.raises(StoreError, match="no_such_table") as caught:
            open_store(empty_url)
    assert "\n" not in str(caught.value)
    with open_as_it_is(empty_url) as store:
        assert standing(store.engine) == tables
        assert lines_of(store) == before
    with open_store(empty_url) as store:
        check_sound(store)


def test_sqlite_has_a_copy_of_what_was_there_before_an_upgrade(tmp_path):
    url = f"sqlite:///{tmp_path / 'verbatim.db'}"
    make_store_at(url, "0004")
    (tmp_path / "verbatim.db").chmod(0o640)
    with open_as_it_is(url) as store:
        before = lines_of(store)
    open_store(url).close()
    open_store(url).close()
    copy = tmp_path / "verbatim.db.at-0004"
    assert copy.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["verbatim.db", "verbatim.db.at-0004"]
    shutil.copy(copy, tmp_path / "back.db")
    with open_as_it_is(f"sqlite:///{tmp_path / 'back.db'}") as store:
        assert standing(store.engine).revision == "0004"
        assert lines_of(store) == before


def test_no_upgrade_begins_where_no_copy_can_be_made(tmp_path):
    url = f"sqlite:///{tmp_path / 'verbatim.db'}"
    make_store_at(url, "0004")
    (tmp_path / "verbatim.db.at-0004").mkdir()
    with pytest.raises(StoreError, match="no copy could be made before the upgrade"):
        open_store(url)
    with open_as_it_is(url) as store:
        assert standing(store.engine).revision == "0004"


def test_a_store_that_is_behind_can_be_looked_at_and_backed_up_without_an_upgrade(empty_url, tmp_path):
    make_store_at(empty_url, "0005")
    assert "at '0005', and this version works at" in store_state(empty_url)
    with open_as_it_is(empty_url) as store:
        kept = backup(store, tmp_path / "kept.zip", datetime(2026, 11, 24, tzinfo=UTC))
        assert standing(store.engine).revision == "0005"
    assert kept.manifest.revision == "0005"
    assert kept.manifest.trail is None
    assert restore(kept.path, f"sqlite:///{tmp_path / 'restored.db'}").upgraded
