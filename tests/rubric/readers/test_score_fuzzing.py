"""Whatever is in a file, a reader of scores gives scores or sets aside, with an account that comes out even; it never
raises."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import EVALUATIONS, RUBRIC, Read, evaluation_files, setup_of

FILES = evaluation_files()
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.none(), max_size=3),
)  # fmt: skip
KEYS = sorted(
    {
        key
        for path in FILES
        for key in json.dumps(path.read_text()).replace("\\", "").split('"')
        if key.isidentifier() and len(key) < 30
    }
)
VALUES = st.recursive(
    ODD,
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=6) | st.lists(inner, max_size=4),
    max_leaves=25,
)
MAPS = (
    {"criteria": {"Empathy": "empathy", "qe": "empathy", "verify": "identity"}, "scales": {"qe": "0-5"}},
    {"columns": {"call_id": "Call", "scored_at": "On"}, "criteria": {"Empathy": "empathy", "Closing": "closing"}},
    {"columns": {"call_id": "Call", "criterion": "Question", "score": "Points", "max": "Of"}, "scale": "points"},
)
PIECES = [b'"', b",", b"\n", b";", b"\xff", b"\x00", b"1e999", b"-", b"\t", b"\xef\xbb\xbf", b"nan"]
TABLES = [
    'Call,On,Empathy,Closing\nc-1,2026-11-03,40,50\nc-2,,N/A,"a,\nb"\n',
    "Call;Question;Points;Of\nc-1;Empathy;3;5\nc-1;Closing;;\n",
    "call_id,criterion_id,score,agent_id,scored_at\nc-1,empathy,40,a-1,2026-11-03\n",
    "Interaction ID\tReviewer\tEmpathy\nc-1\tqa\t3/5\n",
]


def holds_its_promises(raw):
    found = Read({"scores/any.json": raw}, setup_of(*MAPS))
    assert found.balanced
    for one in found.scores:
        assert one["score"] is None or RUBRIC.scale.min <= one["score"] <= RUBRIC.scale.max
    for record in found.tally.set_aside:
        assert "\n" not in str(record)
        assert "Error:" not in record.reason, "a reader that breaks is no answer"


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_any_json_gives_scores_or_is_set_aside(value):
    holds_its_promises(json.dumps(value))


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_do(raw):
    holds_its_promises(raw)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_an_export_whose_values_are_changed_does(path, data):
    values = (
        [json.loads(line) for line in path.read_text().splitlines()]
        if path.suffix == ".jsonl"
        else [json.loads(path.read_text())]
    )
    chosen = random.Random(data.draw(st.integers(0, 10**6)))
    for _ in range(data.draw(st.integers(1, 4))):
        _change(chosen.choice(values), chosen, data.draw(ODD))
    holds_its_promises("\n".join(json.dumps(value) for value in values))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@given(cut=st.floats(0, 1), at=st.floats(0, 1), put_in=st.binary(max_size=4))
@settings(max_examples=15, deadline=None)
def test_an_export_that_is_cut_or_whose_bytes_are_changed_does(path, cut, at, put_in):
    raw = path.read_bytes()
    holds_its_promises(raw[: int(cut * len(raw))])
    place = int(at * len(raw))
    holds_its_promises(raw[:place] + put_in + raw[place + len(put_in) :])


@pytest.mark.parametrize("text", TABLES)
@given(at=st.floats(0, 1), put_in=st.sampled_from(PIECES), instead=st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_a_table_whose_bytes_are_changed_does(text, at, put_in, instead):
    raw = text.encode()
    place = int(at * len(raw))
    holds_its_promises(raw[:place] + put_in + raw[place + instead :])


@given(st.lists(st.lists(st.text(max_size=12), min_size=4, max_size=4), max_size=5))
@settings(max_examples=100, deadline=None)
def test_a_table_with_anything_in_its_cells_does(rows):
    import csv
    import io

    for head in (["Call", "On", "Empathy", "Closing"], ["Call", "Question", "Points", "Of"]):
        stream = io.StringIO()
        csv.writer(stream).writerows([head, *rows])
        holds_its_promises(stream.getvalue().encode("utf-8", "surrogatepass"))


def test_there_is_a_fixture_of_each_tool():
    assert {path.relative_to(EVALUATIONS).parts[0].split(".")[0].split("-")[0] for path in FILES} == {
        "amazon", "genesys", "google"
    }  # fmt: skip


def _change(value, chosen, odd):
    """Put ``odd`` somewhere into ``value``, or take something out of it."""
    here = value
    while True:
        places = list(here) if isinstance(here, dict) else list(range(len(here))) if isinstance(here, list) else []
        if not places:
            return
        place = chosen.choice(places)
        inner = here[place]
        if not isinstance(inner, dict | list) or not inner or chosen.random() < 0.2:
            if chosen.random() < 0.2:
                del here[place]
            else:
                here[place] = odd
            return
        here = inner
