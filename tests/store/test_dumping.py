import json

import pytest

from row_builders import ODD, fill_every_table, lines_of
from store.audit import Noted, note
from store.dumping import WrongRow, dump_rows, load_rows, tables_of
from store.session import open_store
from store.tables import Base


def fill(store):
    with store.begin() as session:
        fill_every_table(session)


def test_every_table_is_dumped_after_those_that_it_refers_to(store):
    with store.read() as session:
        names = [table.name for table in tables_of(session.connection())]
    assert set(names) == set(Base.metadata.tables)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            assert names.index(key.column.table.name) < names.index(table.name)


def test_the_same_rows_are_the_same_lines_from_every_database(store, tmp_path):
    fill(store)
    with open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        fill(other)
        expected = lines_of(other)
    found = lines_of(store)
    assert found == expected
    assert {name for name, lines in found.items() if not lines} == {"audit", "audit_head"}


def test_lines_that_are_loaded_are_dumped_as_the_same_lines(store, tmp_path):
    fill(store)
    with store.begin() as session:
        note(session, Noted("ines", "test", "plan p-1", {"words": ODD}, None))
    dumped = lines_of(store)
    with open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        with other.begin() as session:
            connection = session.connection()
            for table in tables_of(connection):
                assert load_rows(connection, table, dumped[table.name]) == len(dumped[table.name])
        assert lines_of(other) == dumped


def test_rows_come_in_the_order_of_their_keys(store):
    with store.begin() as session:
        connection = session.connection()
        agents = next(table for table in tables_of(connection) if table.name == "agents")
        rows = [{"agent_id": name, "name": "x", "active": True} for name in ("b", "Z", "ä", "10", "9")]
        connection.execute(agents.insert(), rows)
        found = [json.loads(line)["agent_id"] for line in dump_rows(connection, agents)]
    assert found == sorted(found)


WHOLE = {"agent_id": "a-1", "name": "Ines", "team": None, "supervisor_id": None, "calls_per_day": 12, "active": True}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "cannot be read"),
        (b"[1]", "is no row of it; needed are active, agent_id"),
        (json.dumps({**WHOLE, "shoe_size": 42}).encode(), "is no row of it"),
        (json.dumps({**WHOLE, "active": 1}).encode(), "1 is no bool"),
        (json.dumps({**WHOLE, "name": 7}).encode(), "7 is no str"),
        (json.dumps({**WHOLE, "calls_per_day": "many"}).encode(), "could not convert"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_a_line_that_is_no_row_is_named(store, line, said):
    def load(connection):
        agents = next(table for table in tables_of(connection) if table.name == "agents")
        load_rows(connection, agents, [json.dumps(WHOLE).encode(), line])

    with pytest.raises(WrongRow, match=f"^table agents, line 2: .*{said}") as caught, store.begin() as session:
        load(session.connection())
    assert caught.value.line == 2
    assert lines_of(store)["agents"] == []
