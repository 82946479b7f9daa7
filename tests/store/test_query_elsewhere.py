"""The query of a map of scores on real databases: it reads, and what would write is refused by the database itself."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from nlp.readers.vendor import Hints
from operations.score_query import _engine, _reading, queried
from rubric.score_map import Query, ScoreMap

QUERY = "SELECT call, pts, at, note FROM reviews WHERE note <> 'a:b' OR note LIKE '%' ORDER BY call"


@pytest.fixture
def elsewhere(empty_url, monkeypatch):
    """A database of somebody else's, with reviews in it; its address is in the environment."""
    engine = create_engine(empty_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE reviews (call INTEGER, pts NUMERIC(5, 2), at TIMESTAMP, note VARCHAR(20))")
        )
        for row in ("(7001, 3.5, '2026-11-03 09:00:00', 'a:b')", "(7002, NULL, NULL, 'ü, 100 %')"):
            connection.exec_driver_sql("INSERT INTO reviews VALUES " + row.replace("%", "%%"))
    monkeypatch.setenv("QA_DATABASE", empty_url)
    yield engine
    engine.dispose()


def test_rows_come_as_they_are(elsewhere, tmp_path):
    told = ScoreMap(source=Query(address="QA_DATABASE", query=QUERY))
    with queried(tmp_path / "qa.toml", told, Hints().timezone) as source:
        rows = list(source.rows())
    assert source.columns == ("call", "pts", "at", "note")
    assert [(row["call"], row["pts"] and float(row["pts"])) for row in rows] == [(7001, 3.5), (7002, None)]
    assert rows[0]["note"] == "a:b"


def test_the_database_itself_refuses_to_write(elsewhere, tmp_path):
    engine = _engine(tmp_path / "qa.toml", Query(address="QA_DATABASE", query=QUERY))
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"), _reading(engine) as connection:
        connection.execute(text("DELETE FROM reviews"))
    engine.dispose()
    with elsewhere.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM reviews")).scalar() == 2
