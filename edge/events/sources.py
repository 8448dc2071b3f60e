"""The systems that may send events by webhook: one secret for each, in the box's home, readable by the box alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from edge.errors import Conflict, NotFound
from edge.events.incoming import source_name
from edge.vault import keyfile

FOLDER = "sources"
END = ".secret"
SECRET_BYTES = 32


def add(home: Path, name: str) -> str:
    """Let a source in; the secret to give to it. Raises: BadInput, Conflict if it has one already, NotReady."""
    path, secret = _path(home, name), secrets.token_urlsafe(SECRET_BYTES)
    keyfile.make_folder(path.parent)
    try:
        keyfile.create(path, secret.encode())
    except FileExistsError as error:
        raise Conflict("source", "it has a secret already", "Remove the source first to give it a new one") from error
    return secret


def remove(home: Path, name: str) -> None:
    """Shut a source out at once. Raises: BadInput, NotFound."""
    path = _path(home, name)
    if not path.exists():
        raise NotFound("source", "no source of that name may send events", "See `sottovoce box events status`")
    keyfile.shred(path)


def names(home: Path) -> tuple[str, ...]:
    """Every source that has a secret."""
    return tuple(sorted(path.name.removesuffix(END) for path in (home / FOLDER).glob(f"*{END}")))


def secret_of(home: Path, name: str) -> bytes | None:
    """A source's secret; None if it has none. Raises: BadInput, NotReady if others could read the file."""
    try:
        return keyfile.read(_path(home, name))
    except FileNotFoundError:
        return None


def _path(home: Path, name: str) -> Path:
    return home / FOLDER / f"{source_name(name)}{END}"
