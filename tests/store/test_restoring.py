"""Backups of each database, restored into each."""

import json
import multiprocessing
import signal
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

import operations.backup
from killed_restores import die_at
from operations.backup import backup
from operations.restore import HoldsRows, holds_rows, rehearse, restore
from row_builders import fill_every_table, lines_of
from store.audit import AuditDamaged, Noted, note, verify_trail
from store.dumping import dump_rows
from store.session import StoreError, StoreFailed, open_store
from store.snapshot import snapshot

MADE = datetime(2026, 11, 16, 4, 15, tzinfo=UTC)


def fill(store):
    """Odd rows in every table, and an audit trail."""
    with store.begin() as session:
        fill_every_table(session)
    for number in range(3):
        with store.begin() as session:
            note(session, Noted("ines", "test", f"plan p-{number}", {"n": number}, {"n": number + 1}))
    return store


@pytest.fixture
def full(store):
    return fill(store)


@pytest.fixture(scope="module")
def of_sqlite(tmp_path_factory):
    """A backup, and the rows that are in it."""
    folder = tmp_path_factory.mktemp("of-sqlite")
    with open_store(f"sqlite:///{folder / 'verbatim.db'}") as store:
        return backup(fill(store), folder / "kept.zip", MADE), lines_of(store)


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request, tmp_path):
    """The URL of another database without tables."""
    if request.param == "sqlite":
        (tmp_path / "other").mkdir()
        yield f"sqlite:///{tmp_path / 'other' / 'verbatim.db'}"
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture
def kept(full, tmp_path):
    return backup(full, tmp_path / "kept.zip", MADE)


def lines_at(url):
    with open_store(url) as store:
        return lines_of(store)


def changed(path, table, change):
    """A backup in which a table's lines were changed by somebody who can work out digests, too."""
    import hashlib

    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        sheet = json.loads(source.read("backup.json"))
        for one in sheet["tables"]:
            name = f"tables/{one['name']}.jsonl"
            content = source.read(name)
            if one["name"] == table:
                content = change(content)
                one |= {"size": len(content), "rows": content.count(b"\n")}
                one["sha256"] = hashlib.sha256(content).hexdigest()
            target.writestr(name, content)
        target.writestr("backup.json", json.dumps(sheet))
    return other


def test_a_backup_of_either_database_goes_into_either(full, kept, other_url, tmp_path):
    report = restore(kept.path, other_url)
    assert report.manifest == kept.manifest
    assert not report.upgraded
    with open_store(other_url) as restored:
        assert lines_of(restored) == lines_of(full)
        with restored.read() as session, full.read() as there:
            assert snapshot(session) == snapshot(there)
            assert verify_trail(session).digest == kept.manifest.trail.digest
        again = backup(restored, tmp_path / "again.zip", MADE)
    assert again.manifest.tables == kept.manifest.tables
    if again.manifest.database == kept.manifest.database:
        assert again.sha256 == kept.sha256


def test_a_store_that_was_restored_works_on(of_sqlite, empty_url):
    restore(of_sqlite[0].path, empty_url)
    with open_store(empty_url) as restored:
        with restored.begin() as session:
            note(session, Noted("ines", "test", "plan p-9", None, {"n": 1}))
        with restored.read() as session:
            assert verify_trail(session).entries == 4
        with pytest.raises((DatabaseError, StoreFailed), match="never changes"), restored.begin() as session:
            session.execute(text("DELETE FROM audit"))


def test_a_store_with_rows_is_refused_and_left_alone_until_told(full, kept, store_url):
    with full.begin() as session:
        session.execute(text("UPDATE agents SET name = 'since the backup'"))
    before = lines_of(full)
    with pytest.raises(HoldsRows, match="--replace"):
        restore(kept.path, store_url)
    assert lines_of(full) == before
    restore(kept.path, store_url, replace=True)
    assert lines_of(full) != before
    with full.read() as session:
        assert verify_trail(session).digest == kept.manifest.trail.digest


def test_a_store_without_a_row_is_as_good_as_none(of_sqlite, empty_url):
    open_store(empty_url).close()
    assert not holds_rows(empty_url)
    restore(of_sqlite[0].path, empty_url)
    assert holds_rows(empty_url)


@pytest.mark.parametrize("table", ["audit", "agents", "delivery_attempts"])
def test_what_does_not_hold_is_refused_and_leaves_the_store_as_it_was(full, kept, store_url, table):
    before = lines_of(full)
    changes = {
        "audit": (lambda content: content.replace(b'"by":"ines"', b'"by":"else"', 1), AuditDamaged),
        "agents": (lambda content: content + content, StoreError),
        "delivery_attempts": (lambda content: content.replace(b"took_ms", b"took", 1), Exception),
    }
    change, error = changes[table]
    damaged = changed(kept.path, table, change)
    with pytest.raises(error) as caught:
        restore(damaged, store_url, replace=True)
    assert "\n" not in str(caught.value)
    assert lines_of(full) == before


def test_what_does_not_hold_makes_no_store(of_sqlite, empty_url, tmp_path):
    kept, _ = of_sqlite
    damaged = changed(kept.path, "audit", lambda content: b"".join(content.splitlines(keepends=True)[:-1]))
    with pytest.raises(AuditDamaged, match="entry 3: is missing"):
        restore(damaged, empty_url)
    assert not holds_rows(empty_url)
    assert not (tmp_path / "verbatim.db").exists()
    assert restore(damaged, empty_url, verified=False).manifest.rows == kept.manifest.rows - 1


def test_a_backup_is_of_one_moment_though_others_write(full, tmp_path, monkeypatch):
    before = lines_of(full)

    def dump_while_others_write(connection, table):
        with full.begin() as session:
            session.execute(text("UPDATE runs SET status = status || '!'"))
            session.execute(text("UPDATE agents SET name = name || '!'"))
        return dump_rows(connection, table)

    with monkeypatch.context() as patched:
        patched.setattr(operations.backup, "dump_rows", dump_while_others_write)
        kept = backup(full, tmp_path / "busy.zip", MADE)
    restore(kept.path, f"sqlite:///{tmp_path / 'restored.db'}")
    with open_store(f"sqlite:///{tmp_path / 'restored.db'}") as restored:
        assert lines_of(restored) == before
    assert lines_of(full) != before


@pytest.mark.parametrize("replace", [False, True])
def test_a_restore_that_is_killed_leaves_what_was_there(of_sqlite, empty_url, replace):
    kept, expected = of_sqlite
    if replace:
        restore(kept.path, empty_url)
        with open_store(empty_url) as store, store.begin() as session:
            session.execute(text("UPDATE agents SET name = 'since the backup'"))
        since = lines_at(empty_url)
    killed = multiprocessing.get_context("spawn").Process(
        target=die_at, args=(kept.path, empty_url, "judgements", replace)
    )
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    assert holds_rows(empty_url) == replace
    if replace:
        assert lines_at(empty_url) == since
    restore(kept.path, empty_url, replace=replace)
    assert lines_at(empty_url) == expected


def test_others_who_have_the_store_open_go_on_with_what_was_restored(full, kept, store_url):
    with full.begin() as session:
        session.execute(text("UPDATE agents SET name = 'since the backup'"))
    restore(kept.path, store_url, replace=True)
    with full.begin() as session:
        assert session.scalar(text("SELECT count(*) FROM agents WHERE name = 'since the backup'")) == 0
        session.execute(text("UPDATE agents SET name = 'after the restore'"))


def test_a_rehearsal_restores_verifies_and_leaves_nothing(of_sqlite):
    kept, _ = of_sqlite
    found = rehearse(kept.path, verified=False)
    assert found.report.manifest.rows == kept.manifest.rows
    assert {wrong.kept_in for wrong in found.wrong} == {"evidence", "plan item"}  # the odd rows are no real quotes
