from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from app.behind import Behind, model_standing, rubric_standing, store_standing
from app.settings import ConfigError, load_settings
from models.shelf import NoSuchModel
from programs import sample_program
from rubric.loading import load_rubric
from rubric.lock import LockedVersionEdited
from store import rubrics, runs
from store.migrating import VERSION_TABLE, NewerStore
from store.session import open_store


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.delenv("VERBATIM_STORE", raising=False)
    return sample_program(tmp_path / "work")


def store_of(config):
    return open_store(load_settings(config).store_url)


def test_what_is_not_there_yet_is_not_behind(config):
    settings = load_settings(config)
    assert "not there yet" in store_standing(settings)
    assert "version" in rubric_standing(settings)
    assert model_standing(settings)
    assert not (config.parent / "verbatim.db").exists()


def test_a_newer_store_is_named_with_what_mends_it(config):
    with store_of(config) as store, store.begin() as session:
        session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(NewerStore, match="install a newer Verbatim"):
        store_standing(load_settings(config))
    assert rubric_standing(load_settings(config))


def test_an_older_rubric_than_the_store_knows_is_named(config):
    settings = load_settings(config)
    rubric = load_rubric(settings.resolve(settings.program.rubric))
    with store_of(config) as store, store.begin() as session:
        rubrics.put_rubric(session, rubric.model_copy(update={"version": rubric.version + 1}))
    with pytest.raises(Behind, match=f"is version {rubric.version}, and the store knows version {rubric.version + 1}"):
        rubric_standing(settings)


def test_a_rubric_that_was_edited_since_a_plan_used_it_is_named(config):
    settings = load_settings(config)
    path = settings.resolve(settings.program.rubric)
    with store_of(config) as store, store.begin() as session:
        rubrics.lock_rubric(session, load_rubric(path))
    rubric_standing(settings)
    edited = path.read_text(encoding="utf-8").replace("name: ", "name: Other ", 1)
    path.write_text(edited, encoding="utf-8")
    with pytest.raises(LockedVersionEdited, match="make the edit version"):
        rubric_standing(settings)


def test_a_model_that_is_not_there_and_one_that_changed_since_the_last_night_are_named(config):
    settings = load_settings(config)
    now = model_standing(settings)
    with store_of(config) as store, store.begin() as session:
        made_with = runs.MadeWith(model_version="evidence-older")
        runs.start_run(session, "r-1", date(2026, 11, 16), datetime(2026, 11, 16, tzinfo=UTC), made_with)
    said = "the last night had evidence-older, so the next one finds its evidence anew"
    assert model_standing(settings) == f"{now}; {said}"
    config.write_text(config.read_text(encoding="utf-8") + '\n[evidence]\nmodel = "none"\n', encoding="utf-8")
    with pytest.raises(NoSuchModel, match="none"):
        model_standing(load_settings(config))


def test_a_key_that_is_unknown_is_named_with_the_nearest(config):
    config.write_text(config.read_text(encoding="utf-8") + "\n[repotr]\nfolder = 'x'\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"'repotr'.*'report'"):
        load_settings(config)
