"""Scores of a database: the rows of a query that only reads, by a map that names where the address is."""

import sqlite3

import pytest

from operations.import_scores import ScoreDesk
from operations.score_query import QueryFailed, WrongQuery, check_query, is_query, queried
from operations.score_sinks import Nowhere
from rubric.score_map import Query, load_score_map
from scoring import setup_of

MAP = """
source:
  address: QA_DATABASE
  query: |
    SELECT call, who, q AS "Question", pts, most, at::text AS at FROM reviews  -- all of them; each
layout: long
scale: points
columns: {call_id: call, agent_id: who, criterion: Question, score: pts, max: most, scored_at: at}
criteria: {Q1: empathy, Q2: closing}
"""


@pytest.fixture
def database(tmp_path, monkeypatch):
    path = tmp_path / "qa.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE reviews (call INTEGER, who TEXT, q TEXT, pts REAL, most REAL, at TEXT)")
        rows = [(7001, "0012", "Q1", 3, 5, "2026-11-03 09:00"), (7001, "0012", "Q2", None, 5, "2026-11-03 09:00"),
                (7002, "NA", "Q1", 7, 5, "2026-11-03 09:00")]  # fmt: skip
        connection.executemany("INSERT INTO reviews VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    monkeypatch.setenv("QA_DATABASE", f"sqlite:///{path}")
    return path


@pytest.fixture
def told(tmp_path):
    path = tmp_path / "qa.yaml"
    path.write_text(MAP.replace("at::text AS at", "at"))
    return path


def taken(path):
    desk = ScoreDesk(setup_of(), Nowhere())
    desk.take_query(path, load_score_map(path))
    return desk.close()


def test_the_rows_of_a_query_are_scores(database, told):
    tally = taken(told)
    assert [(one.call_id, one.agent_id, one.criterion_id, one.score) for one in tally.shown] == [
        ("7001", "0012", "empathy", 60), ("7001", "0012", "closing", None)
    ]  # fmt: skip
    assert [record.reason for record in tally.set_aside] == ["pts: score: 7 is off the scale of 0 to 5"]
    assert tally.set_aside[0].file == f"the query of {told}"
    assert tally.set_aside[0].line == 3


def test_a_query_in_our_own_columns_needs_no_more_map(database, told):
    query = "SELECT CAST(call AS TEXT) call_id, 'empathy' criterion_id, 40.0 score FROM reviews LIMIT 1"
    told.write_text(f'source: {{address: QA_DATABASE, query: "{query}"}}')
    assert [(one.call_id, one.score) for one in taken(told).shown] == [("7001", 40)]


def test_a_query_whose_columns_nobody_knows_gets_a_map_proposed_or_a_word(database, told):
    told.write_text('source: {address: QA_DATABASE, query: "SELECT who AS a, at AS b FROM reviews"}')
    assert [record.reason for record in taken(told).set_aside] == [
        "gives the columns a, b; say in [columns] which is what"
    ]
    told.write_text('source: {address: QA_DATABASE, query: "SELECT call, q AS question, pts AS score FROM reviews"}')
    assert [one.layout for one in taken(told).proposals] == ["long"]


def test_nothing_can_be_written_through_a_query(database, told):
    with queried(told, load_score_map(told), setup_of().timezone) as source:
        assert len(list(source.rows())) == 3
    from operations import score_query

    source = Query(address="QA_DATABASE", query="SELECT 1")
    engine = score_query._engine(told, source)
    with pytest.raises(Exception, match="readonly"), score_query._reading(engine) as connection:
        connection.exec_driver_sql("DELETE FROM reviews")
    engine.dispose()
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM reviews").fetchone() == (3,)
    connection.close()


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("DELETE FROM reviews", "one SELECT is needed"),
        ("SELECT 1; DROP TABLE reviews", "more than one statement"),
        ("WITH gone AS (DELETE FROM reviews RETURNING *) SELECT * FROM gone", "holds 'DELETE'"),
        ("SELECT * INTO copy FROM reviews", "holds 'INTO'"),
        ("", "one SELECT is needed"),
        ("-- SELECT\nUPDATE reviews SET pts = 0", "one SELECT is needed"),
    ],
)
def test_what_does_more_than_read_is_refused(tmp_path, query, wrong):
    with pytest.raises(WrongQuery, match=wrong):
        check_query(tmp_path / "qa.yaml", Query(address="QA", query=query))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'delete; drop' AS \"into\" FROM reviews;",
        "with a as (select 1) select call from a -- update later\n",
        "/* INSERT nothing; */ SELECT updated_at, deleted FROM reviews",
    ],
)
def test_words_in_names_texts_and_comments_are_only_words(tmp_path, query):
    check_query(tmp_path / "qa.yaml", Query(address="QA", query=query))


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        (None, "the environment variable QA_DATABASE is not set, or empty"),
        ("nonsense", "QA_DATABASE holds no address that SQLAlchemy knows"),
        ("oracle+none://u:geheim@h/x", "QA_DATABASE holds no address that SQLAlchemy knows"),
        ("mssql+pymssql://u:geheim@h/x", "QA_DATABASE needs a driver that is not installed: pymssql"),
    ],
)
def test_an_address_that_is_none_is_wrong_use_and_shows_no_password(told, monkeypatch, address, wrong):
    monkeypatch.delenv("QA_DATABASE", raising=False)
    if address:
        monkeypatch.setenv("QA_DATABASE", address)
    with pytest.raises(WrongQuery, match=wrong) as caught:
        taken(told)
    assert "geheim" not in str(caught.value)


def test_an_address_in_the_file_itself_is_refused(told):
    told.write_text('source: {address: "sqlite:///x.db", query: SELECT 1}')
    with pytest.raises(WrongQuery, match="put it into an environment variable"):
        taken(told)


@pytest.mark.parametrize("query", ["SELECT nix FROM reviews", "SELECT 1 FROM nowhere"])
def test_a_database_that_does_not_answer_is_told_in_one_line(database, told, query):
    told.write_text(f'source: {{address: QA_DATABASE, query: "{query}"}}')
    with pytest.raises(QueryFailed, match="the query was not answered: OperationalError: no such") as caught:
        taken(told)
    assert "\n" not in str(caught.value)


def test_a_database_that_is_not_there_is_not_made(tmp_path, told, monkeypatch):
    monkeypatch.setenv("QA_DATABASE", f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(QueryFailed):
        taken(told)
    assert not (tmp_path / "none.db").exists()


def test_a_password_is_in_no_error(told, monkeypatch):
    monkeypatch.setenv("QA_DATABASE", "postgresql://u:geheim@127.0.0.1:1/x")
    with pytest.raises(QueryFailed, match=r"u:\*\*\*@") as caught:
        taken(told)
    assert "geheim" not in str(caught.value)


def test_only_a_map_with_a_source_is_a_query(tmp_path, told):
    assert is_query(str(told))
    (tmp_path / "other.toml").write_text('[criteria]\n"Q1" = "empathy"\n')
    (tmp_path / "text.toml").write_text("no toml at all")
    assert not is_query(str(tmp_path / "other.toml"))
    assert not is_query(str(tmp_path / "text.toml"))
    assert not is_query("s3://bucket/scores.toml")
