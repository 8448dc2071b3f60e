"""The database's migrations, carried in the package."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

HEAD = "0008"
"""The newest revision, known without Alembic; a test holds it to the scripts."""


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date, in the caller's transaction. Raises: NotReady if they are of a newer version."""
    if _current(connection) == HEAD:
        return
    # Alembic takes longer to import than the database to open, and it is needed once in a release.
    from edge.store.migrations.apply import apply

    apply(connection)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version
