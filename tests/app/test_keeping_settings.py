"""[keeping]: nothing goes unless it is said, and what would take words from a night is refused."""

import pytest

from app.settings import ConfigError, load_settings


def settings_with(folder, *lines):
    path = folder / "verbatim.toml"
    path.write_text("\n".join(['[program]\nname = "Harbour"', *lines]))
    return load_settings(path)


def test_everything_is_kept_where_nothing_is_said(tmp_path):
    assert set(dict(settings_with(tmp_path).keeping).values()) == {None}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("calls = 29", "keeping.calls: "),
        ("deliveries = 6", "keeping.deliveries: "),
        ("sign_ins = 0", "keeping.sign_ins: "),
        ("runs = 29", "keeping.runs: "),
        ("set_aside = 6", "keeping.set_aside: "),
        ("audit = 400", "keeping"),
    ],
)
def test_less_than_is_sensible_and_what_is_no_kind_is_refused_in_one_line(tmp_path, line, said):
    with pytest.raises(ConfigError, match=said) as refused:
        settings_with(tmp_path, "[keeping]", line)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("longer", ["[trigger]\nlookback_days = 90", "[follow_up]\nbefore_days = 90"])
def test_words_stay_longer_than_a_night_looks_back(tmp_path, longer):
    with pytest.raises(ConfigError, match=r"keeping\.calls: should be more than 90"):
        settings_with(tmp_path, longer, "[keeping]", "calls = 90")
    assert settings_with(tmp_path, longer, "[keeping]", "calls = 91").keeping.calls == 91
