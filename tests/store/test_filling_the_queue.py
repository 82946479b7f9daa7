"""What was planned before there was a queue stands in it after the upgrade."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from plan_builders import a_plan, an_item
from store import migrating
from store.engine import make_engine, parse
from store.plans import put_plan
from store.queue import Wanted, entries
from store.session import open_store
from store.tables import Base

PLANS = [
    a_plan("a-1", an_item(score=10), team="east"),
    a_plan("a-2", an_item(score=None, critical=True)),
    a_plan("a-3", status="approved"),
]


def test_items_of_before_are_in_the_queue_as_if_they_were_new(tmp_path, empty_url):
    tables = [Base.metadata.tables[name] for name in ("plans", "plan_items")]
    with open_store(f"sqlite:///{tmp_path / 'now.db'}") as store:
        with store.begin() as session:
            for plan in PLANS:
                put_plan(session, plan)
        with store.read() as session:
            wanted = entries(session, Wanted())
            rows = [[dict(row) for row in session.execute(table.select()).mappings()] for table in tables]
    keep_as_of_before(empty_url, tables, rows)
    with open_store(empty_url) as store, store.read() as session:
        assert entries(session, Wanted()) == wanted
    assert [one.agent_id for one in wanted] == ["a-2", "a-1"]


def keep_as_of_before(url, tables, rows):
    engine = make_engine(parse(url))
    with migrating._altering(engine) as connection:
        command.upgrade(migrating._config(connection), "0002")
        for table, kept in zip(tables, rows, strict=True):
            there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
            old = sa.table(table.name, *(sa.column(one.name, one.type) for one in table.columns if one.name in there))
            values = [{name: value for name, value in row.items() if name in there} for row in kept]
            connection.execute(sa.insert(old), values)
    engine.dispose()
