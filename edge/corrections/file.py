"""Where labelled calls may be written, and how: content in plain, so on the box, for its own user alone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from edge.durable import replace_file
from edge.errors import BadInput

SUFFIX = ".jsonl"
"""The only files that are written, and written over: a slip must not replace the box's database or keys."""


def target(file: Path, *, home: Path, outside: bool) -> Path:
    """The file to write, links followed. Raises: BadInput if it may not be written there."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise BadInput("file", "its folder isn't there", "Make the folder first")
    path = folder.resolve() / file.name
    if path.suffix != SUFFIX or path.is_dir():
        raise BadInput("file", "it isn't named as a file of JSON lines", f"Let its name end in {SUFFIX}")
    if not is_inside(path, home) and not outside:
        raise BadInput(
            "file",
            "it lies outside the box's own folder, and it will hold what people said",
            f"Choose a place in {home}, or give --outside",
        )
    return path


def is_inside(path: Path, home: Path) -> bool:
    """Whether a file lies in the box's own folder."""
    return path.is_relative_to(home.resolve())


def write(path: Path, lines: Iterable[str]) -> None:
    """Write lines in place of what the file held, mode 0600. After a power cut it is the old one or the whole new one.

    Raises: BadInput if it can't be written.
    """
    try:
        replace_file(path, "".join(f"{line}\n" for line in lines).encode())
    except OSError as error:
        problem = f"it can't be written ({os.strerror(error.errno or 0)})"
        raise BadInput("file", problem, "Check the folder's owner and the free space") from error
