import json
import stat
import zipfile
from datetime import UTC, datetime

import pytest

from builders import a_call
from operations.backup import BackupFailed, NoBackup, backup
from operations.backup_file import DamagedBackup, NoSuchBackup, read_backup
from operations.restore import NewerBackup, rehearse, restore
from store import calls
from store.session import NothingThere, open_as_it_is, open_store

MADE = datetime(2026, 11, 16, 4, 15, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'verbatim.db'}") as opened:
        with opened.begin() as session:
            calls.put_calls(session, [a_call(call_id=f"c-{number}") for number in range(50)])
        yield opened


@pytest.fixture
def kept(store, tmp_path):
    return backup(store, tmp_path / "kept.zip", MADE)


def rewritten(path, change):
    """The backup with its sheet changed."""
    other = path.with_name("rewritten.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content if name != "backup.json" else json.dumps(change(json.loads(content))))
    return other


def test_a_backup_is_for_its_owners_eyes_alone_and_says_what_it_holds(kept):
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert {table.name: table.rows for table in kept.manifest.tables}["calls"] == 50
    assert kept.manifest.rows == 50
    assert kept.manifest.trail.entries == 0
    with read_backup(kept.path) as read:
        assert read.manifest == kept.manifest
        read.check()


def test_no_backup_takes_the_place_of_a_file(store, kept):
    before = kept.path.read_bytes()
    with pytest.raises(NoBackup, match="is there already"):
        backup(store, kept.path, MADE)
    assert kept.path.read_bytes() == before


def test_a_backup_that_cannot_be_written_leaves_nothing(store, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BackupFailed, match="nothing is left of it"):
        backup(store, tmp_path / "file" / "kept.zip", MADE)
    long = tmp_path / f"{'x' * 300}.zip"
    with pytest.raises((BackupFailed, OSError)):
        backup(store, long, MADE)
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_there_is_no_backup_of_what_is_not_there(tmp_path):
    place = tmp_path / "none.db"
    with pytest.raises(NothingThere, match="not there yet"), open_as_it_is(f"sqlite:///{place}"):
        pass
    assert not place.exists()
    place.touch()
    with open_as_it_is(f"sqlite:///{place}") as empty, pytest.raises(NoBackup, match="is empty"):
        backup(empty, tmp_path / "kept.zip", MADE)


def is_as_written(path, manifest):
    """False where the damage is noticed; an error where something else is read than was written."""
    try:
        with read_backup(path) as read:
            read.check()
            found = read.manifest
    except DamagedBackup:
        return False
    # a zip says much twice: where the one that is damaged is not read, all rows are still those that were written
    assert found == manifest
    return True


def test_any_byte_that_is_lost_or_changed_is_noticed(kept, tmp_path):
    whole = kept.path.read_bytes()
    damaged = tmp_path / "damaged.zip"
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        damaged.write_bytes(changed)
        is_as_written(damaged, kept.manifest)
        damaged.write_bytes(whole[:place])
        assert not is_as_written(damaged, kept.manifest)


def test_a_backup_that_is_cut_off_is_refused(kept, tmp_path):
    cut = tmp_path / "cut.zip"
    cut.write_bytes(kept.path.read_bytes()[:-100])
    with pytest.raises(DamagedBackup, match="cut off or changed"):
        restore(cut, f"sqlite:///{tmp_path / 'restored.db'}")
    assert not (tmp_path / "restored.db").exists()


def test_what_is_no_backup_is_refused_in_one_line(tmp_path):
    with pytest.raises(NoSuchBackup, match="no such file"):
        rehearse(tmp_path / "none.zip")
    text = tmp_path / "text.zip"
    text.write_text("not a zip")
    with pytest.raises(DamagedBackup, match="is no backup"):
        rehearse(text)
    with zipfile.ZipFile(text, "w") as other:
        other.writestr("../../etc/passwd", "root")
    with pytest.raises(DamagedBackup, match=r"has no backup\.json"):
        rehearse(text)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (lambda sheet: sheet | {"revision": "9999"}, NewerBackup, "'9999' and was made by Verbatim"),
        (lambda sheet: sheet | {"format": 2}, DamagedBackup, "format"),
        (lambda sheet: sheet | {"tables": sheet["tables"][1:]}, DamagedBackup, "holds other files than"),
        (lambda sheet: sheet | {"revision": "0001"}, DamagedBackup, "other tables than revision '0001'"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused(kept, tmp_path, change, error, said):
    with pytest.raises(error, match=said):
        restore(rewritten(kept.path, change), f"sqlite:///{tmp_path / 'restored.db'}")
    assert not (tmp_path / "restored.db").exists()
