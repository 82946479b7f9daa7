import re
import sqlite3
import zipfile

import pytest

from cli.main import main
from programs import sample_program
from store.session import open_store


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.delenv("VERBATIM_STORE", raising=False)
    config = sample_program(tmp_path / "work")
    with open_store(f"sqlite:///{config.parent / 'verbatim.db'}") as store, store.begin() as session:
        from sqlalchemy import text

        session.execute(text("INSERT INTO agents (agent_id, name, active) VALUES ('a-1', 'Ines', true)"))
    return config


def names(config):
    with sqlite3.connect(config.parent / "verbatim.db") as connection:
        found = [row[0] for row in connection.execute("SELECT name FROM agents")]
    connection.close()
    return found


def rename(config, name):
    with sqlite3.connect(config.parent / "verbatim.db") as connection:
        connection.execute("UPDATE agents SET name = ?", (name,))
    connection.close()


def test_a_backup_goes_beside_the_configuration_and_back(config, tmp_path, capsys):
    assert main(["backup", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "1 row of" in said
    assert re.search(r"^sha256 [0-9a-f]{64}$", said, re.MULTILINE)
    (kept,) = (config.parent / "backups").iterdir()
    assert main(["restore", str(kept), "--check"]) == 0
    assert "It can be restored: 1 row" in capsys.readouterr().out
    rename(config, "since")
    assert main(["restore", str(kept), "--config", str(config)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert names(config) == ["since"]
    assert main(["restore", str(kept), "--config", str(config), "--replace"]) == 0
    assert names(config) == ["Ines"]
    assert len(list((config.parent / "backups").glob("before-restore-*.zip"))) == 1


def test_what_was_replaced_can_come_back(config, tmp_path, capsys):
    kept = tmp_path / "kept.zip"
    assert main(["backup", "--to", str(kept), "--config", str(config)]) == 0
    rename(config, "since")
    assert main(["restore", str(kept), "--config", str(config), "--replace"]) == 0
    (before,) = (config.parent / "backups").glob("before-restore-*.zip")
    assert main(["restore", str(before), "--config", str(config), "--replace", "--no-backup"]) == 0
    assert names(config) == ["since"]
    assert len(list((config.parent / "backups").iterdir())) == 1


def test_a_backup_moves_a_program_to_another_store(config, tmp_path, monkeypatch, capsys):
    kept = tmp_path / "kept.zip"
    assert main(["backup", "--to", str(kept), "--config", str(config)]) == 0
    monkeypatch.setenv("VERBATIM_STORE", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    assert main(["restore", str(kept), "--config", str(config)]) == 0
    assert (tmp_path / "elsewhere.db").exists()


def test_wrong_use_is_one_line_and_makes_nothing(config, tmp_path, capsys):
    kept = tmp_path / "kept.zip"
    assert main(["backup", "--to", str(kept), "--config", str(config)]) == 0
    capsys.readouterr()
    assert main(["backup", "--to", str(kept), "--config", str(config)]) == 2
    assert main(["restore", str(tmp_path / "none.zip"), "--config", str(config)]) == 2
    assert main(["restore", str(config), "--config", str(config)]) == 3
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr("more.txt", "x")
    assert main(["restore", str(kept), "--check"]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 4
    assert not (config.parent / "backups").exists()


def test_an_upgrade_makes_a_backup_first_and_says_from_where_to_where(config, capsys):
    assert main(["upgrade", "--config", str(config)]) == 0
    assert capsys.readouterr().out == "Nothing to do: up to date\n"
    old = config.parent / "verbatim.db"
    old.unlink()
    from alembic import command

    from store.engine import make_engine, parse
    from store.migrating import _altering, _config

    engine = make_engine(parse(f"sqlite:///{old}"))
    with _altering(engine) as connection:
        command.upgrade(_config(connection), "0004")
    engine.dispose()
    assert main(["doctor", "--config", str(config)]) == 3
    assert re.search(r"MISS store: .*`verbatim upgrade`", capsys.readouterr().out)
    assert main(["upgrade", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "before-upgrade-from-0004" in said
    assert "Upgraded from revision 0004 to" in said
    main(["doctor", "--config", str(config)])
    said = capsys.readouterr().out
    assert re.search(r"ok +store: .*up to date.*verbatim\.db\.at-0004", said)
