import pytest

from builders import a_rubric
from rubric.score_map import ScoreMap, WrongScoreMap, load_score_map, map_for

RUBRIC = a_rubric("empathy", "closing")
TOML = """
scale = "1-5"
dates = "excel"
not_applicable = ["-"]
[columns]
call_id = "Call"
scored_at = "On"
[criteria]
"Empathy shown" = "empathy"
"Small talk" = ""
[answers]
Great = 100
"""
YAML = """
scale: 1-5
dates: excel
not_applicable: ["-"]
columns: {call_id: Call, scored_at: On}
criteria:
  Empathy shown: empathy
  Small talk: ""
answers: {Great: 100}
"""


def written(tmp_path, text, name="map.toml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def test_toml_and_yaml_say_the_same(tmp_path):
    told = load_score_map(written(tmp_path, TOML), RUBRIC)
    assert told == load_score_map(written(tmp_path, YAML, "map.yaml"), RUBRIC)
    assert told.criterion_of("x", "empathy  SHOWN") == "empathy"
    assert told.criterion_of("Small talk") == ""
    assert told.criterion_of("Another") is None
    assert told.answers == {"Great": 100.0}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("colums = {}", "unknown key 'colums'; did you mean 'columns'?"),
        ('[columns]\ncall = "x"', "columns.call: is no column of a score; did you mean 'call_id'?"),
        (
            '[columns]\nagent_id = "x"\n[criteria]\nE = "empathy"',
            "columns: 'call_id' is missing: which column holds it?",
        ),
        ('[columns]\ncall_id = "x"', "criteria: a wide table needs at least one column that is a criterion"),
        ('[columns]\ncall_id = "x"\nscore = "y"', "columns: 'criterion' is missing: which column holds it?"),
        (
            '[columns]\ncall_id = "x"\nstatus = "y"\n[criteria]\nE = "empathy"',
            "counted: which words of the status column",
        ),
        ('scale = "lots"', "scale: 'lots' is no scale; write 0-100, 0-1, 1-5 or the like, percent, yes-no or points"),
        ('scale = "5-1"', "scale: '5-1' is no scale"),
        ('[scales]\nE = "x"', "scales.E: 'x' is no scale"),
        ('[criteria]\nE = "empaty"', "criteria.'E': the rubric has no criterion 'empaty'; did you mean 'empathy'?"),
        ('[criteria]\nE = "xyz"', "the rubric has no criterion 'xyz'; known are empathy, closing; \"\" leaves it out"),
        ("[answers]\nGreat = 140", "answers.'Great': 140 is off the rubric's scale"),
        ('layout = "long"\nlayout = "wide"', "is no TOML"),
        ('[source]\naddress = "X"', "'source.query' is missing"),
        ("decimal = 1", "decimal: input should be '.' or ','"),
    ],
)
def test_a_map_that_is_wrong_says_where_in_one_line(tmp_path, text, wrong):
    with pytest.raises(WrongScoreMap) as caught:
        load_score_map(written(tmp_path, text), RUBRIC)
    assert wrong in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (b"criteria: {E: empathy, E: closing}", "E"),
        (b"\xff\xfe", "UTF-8"),
        (b"criteria: [", "is no YAML"),
    ],
)
def test_yaml_is_read_with_care(tmp_path, raw, wrong):
    (tmp_path / "map.yaml").write_bytes(raw)
    with pytest.raises(WrongScoreMap, match=wrong):
        load_score_map(tmp_path / "map.yaml", RUBRIC)


def test_a_map_that_is_not_there_is_wrong_use(tmp_path):
    for name in ("none.toml", "none.yaml"):
        with pytest.raises(WrongScoreMap):
            load_score_map(tmp_path / name)


def test_of_several_maps_the_one_that_names_the_form_counts_first():
    maps = [
        ScoreMap(criteria={"Q1": "empathy", "Q2": "closing"}, scales={"Q1": "0-5"}),
        ScoreMap(form="Form B", criteria={"q1": "closing"}, form_versions=("2",)),
        ScoreMap(columns={"call_id": "x"}, criteria={"Q3": "closing"}),
    ]
    general, named = map_for(maps, "Form A", "a"), map_for(maps, "form b", None)
    assert (general.criterion_of("Q1"), named.criterion_of("Q1")) == ("empathy", "closing")
    assert (general.criterion_of("Q2"), named.criterion_of("Q2")) == ("closing", "closing")
    assert (general.form_versions, named.form_versions) == ((), ("2",))
    assert general.criterion_of("Q3") is None, "the map of a table says nothing of forms"
    assert map_for(maps, None, "Form B").criterion_of("Q1") == "closing", "a form may be named by its id"
    assert map_for([], "Form A", None) == ScoreMap()
