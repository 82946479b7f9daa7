"""What is proposed for a table that nobody has told us of: a map that can be read back, and never one that is used."""

import tomllib

import pytest

from builders import a_criterion, a_rubric
from importing import blob
from nlp.readers.unpacking import sources_in
from nlp.readers.vendor import Hints
from rubric.score_guess import propose
from rubric.score_map import ScoreMap, load_score_map
from scoring import Read, setup_of

RUBRIC = a_rubric(
    a_criterion("empathy", name="Acknowledging trouble", weight=40),
    a_criterion("identity", name="Identity check", weight=30),
    a_criterion("closing", name="Closing", weight=30),
)
WIDE = """Call ID;Agent;Reviewed on;Reviewer;Status;Empathy;Identity check passed;Closing;Small talk;Closing comment
c-1;0012;13.11.2026;qa-1;Submitted;3,5;yes;N/A;4;"Late; but
kind"
c-2;NA;04.11.2026;qa-1;Draft;1;no;5;5;
"""
LONG = """conversationId,evaluator,question,pointsEarned,maxPoints,scoreDate
c-1,qa,Closing,3,5,46329
c-1,qa,Acknowledging the trouble,1,5,46329
c-1,qa,Colour,,5,46329
"""


def proposed(text, rubric=RUBRIC):
    (source,) = sources_in(blob(text.encode(), "exports/tool.csv"), Hints())
    return propose(source, rubric)


def columns(proposal):
    return {one.ours: (one.name, one.sure) for one in proposal.columns}


def test_a_wide_table_is_proposed_column_by_column():
    found = proposed(WIDE)
    assert found.layout == "wide"
    assert columns(found) == {
        "call_id": ("Call ID", 1.0), "agent_id": ("Agent", 1.0), "scored_at": ("Reviewed on", 1.0),
        "scored_by": ("Reviewer", 1.0), "status": ("Status", 1.0),
    }  # fmt: skip
    assert {one.name: one.ours for one in found.criteria} == {
        "Empathy": "empathy", "Identity check passed": "identity", "Closing": "closing"
    }  # fmt: skip
    assert found.unlike == ("Small talk",)
    assert (found.scale, dict(found.scales)) == ("1-5", {"Identity check passed": "yes-no"})
    assert (found.decimal, found.dates, found.counted) == (",", "%d.%m.%Y", ("Submitted",))
    assert dict(found.comments) == {"Closing": "Closing comment"}


def test_a_long_table_is_proposed_with_its_questions():
    found = proposed(LONG)
    assert found.layout == "long"
    assert {name: column for name, (column, _) in columns(found).items()} == {
        "call_id": "conversationId", "scored_at": "scoreDate", "scored_by": "evaluator", "criterion": "question",
        "score": "pointsEarned", "max": "maxPoints",
    }  # fmt: skip
    assert {one.name: one.ours for one in found.criteria} == {
        "Closing": "closing",
        "Acknowledging the trouble": "empathy",
    }
    assert (found.scale, found.dates, found.unlike) == ("points", "excel", ("Colour",))


@pytest.mark.parametrize("text", [WIDE, LONG])
def test_what_is_written_is_a_map_that_is_not_used_until_somebody_has_looked_it_through(tmp_path, text):
    path = tmp_path / "map.toml"
    path.write_text(proposed(text).written(), encoding="utf-8")
    told = load_score_map(path, RUBRIC)
    assert told.proposed
    unread = Read({"tool.csv": text}, setup_of(told, rubric=RUBRIC))
    assert unread.scores == []
    path.write_text(path.read_text(encoding="utf-8").replace("proposed = true\n", ""), encoding="utf-8")
    read = Read({"tool.csv": text}, setup_of(load_score_map(path, RUBRIC), rubric=RUBRIC))
    assert len(read.scores) >= 2
    assert read.balanced


def test_a_guess_that_is_not_near_is_written_as_a_remark():
    lines = proposed("Call ID,Closed,Closing\nc-1,40,50\n").written().splitlines()
    (line,) = [line for line in lines if "Closed" in line]
    assert line.startswith("# ")
    assert line.endswith("take the # away where it is right")
    assert '"Closing" = "closing"  # sure by its name' in lines


def test_hostile_names_stay_names():
    name = 'Closing " ] = [x]\n# \x7f'
    cell = name.replace('"', '""')
    found = proposed(f'Call ID,"{cell}",Closing\nc-1,40,50\n')
    if found is not None:
        values = tomllib.loads(found.written())
        assert set(values) <= set(ScoreMap.model_fields)


@pytest.mark.parametrize(
    "text",
    [
        "call_id,speaker,text\nc-1,agent,hi\n",
        "agent_id,name,team\na-1,Priya,East\n",
        "Call ID,Notes\nc-1,a long story\n",
        "Call ID,Closing\nc-1,a long story\n",
        "Call ID,Closing\n",
        "item,price\nx,3\n",
        "Closing,Empathy\n1,2\n",
    ],
)
def test_what_is_no_table_of_scores_is_proposed_nothing(text):
    assert proposed(text) is None


@pytest.mark.parametrize(
    ("cells", "scale"),
    [
        (["0.2", "1"], "0-1"), (["1", "5"], "1-5"), (["0", "5"], "0-5"), (["1", "9"], "0-10"),
        (["0", "7"], "0-10"), (["10", "88"], "0-100"),
        (["40%", "5%"], "percent"), (["yes", "no"], "yes-no"), (["3/5", "5/5"], "points"), (["N/A", "44"], "0-100"),
    ],
)  # fmt: skip
def test_the_scale_is_proposed_by_what_is_seen(cells, scale):
    rows = "".join(f"c-{n},{cell}\n" for n, cell in enumerate(cells))
    assert proposed(f"Call ID,Closing\n{rows}").scale == scale


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["13/11/2026"], "%d/%m/%Y"), (["11/13/2026"], "%m/%d/%Y"), (["03/11/2026"], "iso"),
        (["2026-11-03"], "iso"), (["46329", "46330.5"], "excel"), (["soon"], "iso"),
    ],
)  # fmt: skip
def test_dates_are_proposed_where_only_one_way_of_writing_fits(cells, dates):
    rows = "".join(f"c-{n},{cell},50\n" for n, cell in enumerate(cells))
    assert proposed(f"Call ID,Review date,Closing\n{rows}").dates == dates
