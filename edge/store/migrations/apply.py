"""Alembic at work on a connection whose transaction the caller holds."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from edge.errors import NotReady


def apply(connection: Connection) -> None:
    """Run every migration that is missing. Raises: NotReady if the database is of a newer version."""
    try:
        command.upgrade(config(connection), "head")
    except CommandError as error:
        problem = "it was written by a newer version of the program"
        raise NotReady("store", problem, "Install that version again") from error


def config(connection: Connection) -> Config:
    """Alembic's settings."""
    settings = Config()
    settings.set_main_option("script_location", "edge.store:migrations")
    settings.attributes["connection"] = connection
    return settings


def scripts(connection: Connection) -> ScriptDirectory:
    """The migrations themselves."""
    return ScriptDirectory.from_config(config(connection))
