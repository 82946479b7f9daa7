from pathlib import Path

import pytest

from app.settings import STORE_VARIABLE, ConfigError, load_settings


@pytest.fixture
def write(tmp_path):
    def _write(text: str) -> Path:
        path = tmp_path / "verbatim.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_a_name_is_all_that_a_program_needs(write):
    settings = load_settings(write('[program]\nname = "Northlight"\n'))
    assert settings.plan.rules().max_items == 2
    assert settings.trigger.mode == "score"


def test_paths_are_relative_to_the_configuration(write, tmp_path):
    settings = load_settings(write('[program]\nname = "N"\nstore = "sqlite:///data/v.db"\n'))
    assert settings.store_url == f"sqlite:///{tmp_path / 'data/v.db'}"
    assert settings.resolve("calls") == tmp_path / "calls"


def test_the_environment_may_name_the_store(write, monkeypatch):
    monkeypatch.setenv(STORE_VARIABLE, "postgresql://qa:secret@localhost/coaching")
    settings = load_settings(write('[program]\nname = "N"\n'))
    assert settings.store_url == "postgresql://qa:secret@localhost/coaching"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'program' is missing"),
        ("[program]\nname = 'N'\n[pln]\n", "unknown key 'pln'; did you mean 'plan'?"),
        ("[program]\nname = 'N'\n[plan]\nmax_itms = 3\n", "unknown key 'plan.max_itms'; did you mean 'max_items'?"),
        ("[program]\nname = 'N'\n[plan]\nmax_items = '3'\n", "plan.max_items: input should be a valid integer"),
        ("[program]\nname = 'N'\n[plan]\nmax_days = 30\n", "plan.max_days: input should be less than or equal to 21"),
        ("[program]\nname = 'N'\n[plan]\nmax_days = 10\n", "may not pass max_days (10)"),
        ("[program]\nname = 'N'\ntimezone = 'Europe/Berlim'\n", "did you mean 'Europe/Berlin'?"),
        ("[program]\nname = 'N'\n[plan]\nholidays = {country = 'Germany'}\n", "no country 'Germany'"),
        ("[program]\nname = 'N'\n[schedule]\ncron = 'daily'\n", "five fields"),
        ("[program\n", "is no TOML"),
    ],
)
def test_a_wrong_configuration_says_where_and_what(write, text, said):
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_configuration_says_how_to_get_one(tmp_path):
    with pytest.raises(ConfigError, match="verbatim init"):
        load_settings(tmp_path / "verbatim.toml")


def test_a_folder_in_place_of_the_file_is_said(tmp_path):
    with pytest.raises(ConfigError, match="is a folder"):
        load_settings(tmp_path)


def test_a_store_that_is_no_url_is_refused(write):
    with pytest.raises(ConfigError, match="no database URL"):
        _ = load_settings(write('[program]\nname = "N"\nstore = "verbatim.db"\n')).store_url
