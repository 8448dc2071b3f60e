"""Keeps every version of the facts table in the box's home, and which one is in force.

`facts/VERSION.csv` is a table in its canonical form, named by the first digits of its SHA-256 and never changed;
`facts/in_force` names one of them. The table goes to disk before the name, each written beside and then renamed: after
a power cut the old one or the new one is in force, whole. Nothing in it is personal data, so it lies in clear.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from edge.durable import replace_file, sync_folder
from edge.errors import BadInput, NotFound, NotReady
from edge.facts.table import FIELD, Checked, check_table
from edge.scores.facts import Facts

log = structlog.get_logger()

FOLDER = "facts"
IN_FORCE = "in_force"
VERSION = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The table in force. since: when it was put in force, on the box's clock."""

    facts: Facts
    since: datetime


def put_in_force(home: Path, checked: Checked, *, actor: str) -> Facts:
    """Keep a table and put it in force. Raises: BadInput naming the first of its problems; NotReady."""
    if checked.problems:
        raise checked.problems[0].error(others=len(checked.problems) - 1)
    folder = home / FOLDER
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        replace_file(folder / f"{checked.facts.version}.csv", checked.canonical)
        replace_file(folder / IN_FORCE, checked.facts.version.encode())
        sync_folder(home)
    except OSError as error:
        problem = f"it can't be kept ({os.strerror(error.errno or 0)}); the table before stays in force"
        raise NotReady(FIELD, problem, "Check the disk and its free space") from error
    log.info("facts in force", version=checked.facts.version, actor=actor)
    return checked.facts


def in_force(home: Path) -> InForce | None:
    """The table in force, or None where the site has given none. Raises: NotReady if it can't be read."""
    path = home / FOLDER / IN_FORCE
    try:
        version = path.read_text("ascii").strip()
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged() from error
    try:
        return InForce(facts=table(home, version), since=since)
    except NotFound as error:
        raise _damaged() from error


def table(home: Path, version: str) -> Facts:
    """One version of the table, to compute a past score again. Raises: NotFound; NotReady if its file was changed."""
    path = home / FOLDER / f"{version}.csv"
    if not VERSION.fullmatch(version) or not path.is_file():
        raise NotFound(FIELD, "no table of that version is on this box", "See the versions: `sottovoce box facts show`")
    try:
        checked = check_table(path.read_bytes())
    except (OSError, BadInput) as error:
        raise _damaged() from error
    if checked.problems or checked.facts.version != version:
        raise _damaged()
    return checked.facts


def content(home: Path, version: str) -> bytes:
    """The file of one version. Raises: NotFound, NotReady as `table`."""
    table(home, version)
    return (home / FOLDER / f"{version}.csv").read_bytes()


def versions(home: Path) -> tuple[str, ...]:
    """Every version that is kept, the latest last."""
    kept = [path for path in (home / FOLDER).glob("*.csv") if VERSION.fullmatch(path.stem)]
    return tuple(path.stem for path in sorted(kept, key=lambda path: (path.stat().st_mtime_ns, path.stem)))


def _damaged() -> NotReady:
    return NotReady(
        FIELD, "the table in the box's home is damaged", "Import it again: `sottovoce box facts import FILE`"
    )
