"""Tables of events: one by one at the command line, or from a folder while the box runs."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from edge.errors import BadInput, BoxError, NotReady
from edge.events.intake import Intake, Taken
from edge.events.table import TABLE_BYTES_MAX, read_events
from edge.ingest.plain import read_plain
from edge.ingest.rest import MARK_END, REASON_END, Rest, stems

log = structlog.get_logger()

LOOK_S = 2.0
SOURCE = "csv"
TABLE_END = ".csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A table's events, and where they went or, in a rehearsal, would have gone."""

    rows: int
    taken: Taken
    problems: tuple[BadInput, ...] = ()


def import_table(
    intake: Intake, data: bytes, *, source: str = SOURCE, now: datetime, dry_run: bool = False
) -> Imported:
    """Take a whole table in; a wrong row leaves all of it out.

    Args:
        dry_run: keep nothing, and tell of every wrong row.
    Raises: BadInput for the first wrong row (not in a rehearsal), Conflict, NotReady.
    """
    table = read_events(data, now=now)
    if table.problems and not dry_run:
        raise table.problems[0]
    taken = intake.take(source, table.events, now=now, dry_run=dry_run)
    return Imported(rows=len(table.events) + len(table.problems), taken=taken, problems=table.problems)


class EventFolder:
    """Imports tables put into a folder, once they are at rest; then they lie in `done` or `rejected` beside it.

    They hold the senders' own references, so the site clears `done` by its own rules.
    """

    def __init__(self, folder: Path, intake: Intake) -> None:
        self._folder = folder
        self._intake = intake
        self._rest = Rest(folder, clock_s=time.monotonic)

    def watch(self, *, stop: threading.Event) -> None:
        """Import what comes, until `stop` is set. A folder that is away for a while is waited for."""
        while not stop.wait(LOOK_S):
            try:
                self.scan()
            except (OSError, NotReady) as error:
                log.error("event folder can't be read", stage="events", error=type(error).__name__)

    def scan(self) -> int:
        """Import every table at rest; how many. Raises: OSError, NotReady: the table then stays where it is."""
        ready = sorted(name for name in self._rest.look().resting if name.lower().endswith(TABLE_END))
        for name in ready:
            self._import(name)
        return len(ready)

    def _import(self, name: str) -> None:
        data = read_plain(self._folder / name, bytes_max=TABLE_BYTES_MAX + 1)
        try:
            imported = import_table(self._intake, data, now=datetime.now(UTC))
        except NotReady:
            raise
        except BoxError as error:
            moved = self._move(name, "rejected")
            reason = json.dumps(error.as_dict(), ensure_ascii=False)
            moved.with_name(moved.name + REASON_END).write_text(reason, "utf-8")
            log.info("events refused", stage="events")
        else:
            self._move(name, "done")
            log.info("events imported", stage="events", count=imported.taken.stored)

    def _move(self, name: str, where: str) -> Path:
        """Into the folder beside, never onto another file; its sender's mark has done its work."""
        target = self._folder / where / name
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target = target.with_name(f"{target.stem}-{time.time_ns()}{target.suffix}")
        for mark in stems(name):
            (self._folder / f"{mark}{MARK_END}").unlink(missing_ok=True)
        return (self._folder / name).rename(target)
