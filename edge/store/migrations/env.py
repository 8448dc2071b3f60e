"""Alembic runs this for each command; the connection, and with it the transaction, are the caller's."""

from __future__ import annotations

from alembic import context

from edge.store.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite changes a column by copying its table
    transactional_ddl=False,  # the caller's transaction is around everything
)
context.run_migrations()
