"""Alembic's entry: runs on the connection that it is handed, logs nothing, prints nothing."""

from alembic import context

from store.migrating import VERSION_TABLE
from store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
