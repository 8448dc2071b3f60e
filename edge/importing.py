"""Importing from a watch folder: what `ingest.watch` finds goes through the same door as every other call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from edge.box import Box
from edge.ingest.rest import REST_S
from edge.ingest.watch import WatchFolder
from edge.records import CallHeader

Progress = Callable[[str, float], None]
LOOK_S = REST_S + 0.1  # two looks this far apart tell which files are at rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many recordings of a folder went where."""

    imported: int
    duplicates: int
    rejected: int
    waiting: int  # files left where they were: still growing, or without their sidecar


class Door:
    """Takes what a watch folder hands over, and counts."""

    def __init__(self, box: Box, *, actor: str, progress: Progress | None = None) -> None:
        self._box = box
        self._actor = actor
        self._progress = progress
        self.imported = 0
        self.duplicates = 0

    def take(self, header: CallHeader, recording: BinaryIO) -> None:
        """Receive one recording. Raises: BoxError."""
        receipt = self._box.receive(header, recording, actor=self._actor, progress=self._progress)
        if receipt.duplicate_of is None:
            self.imported += 1
        else:
            self.duplicates += 1


def import_folder(box: Box, folder: Path, *, actor: str, progress: Progress | None = None) -> Outcome:
    """Import what lies complete in a folder now; files that still grow are left for the next time.

    Raises: NotReady if the folder or the box can't be written; what was taken before stays taken.
    """
    door, watched = Door(box, actor=actor, progress=progress), WatchFolder(folder)
    rejected = watched.scan(door.take).rejected  # what its sender marked as complete
    time.sleep(LOOK_S)
    seen = watched.scan(door.take)
    return Outcome(
        imported=door.imported, duplicates=door.duplicates, rejected=rejected + seen.rejected, waiting=seen.waiting
    )


def watch_folder(box: Box, folder: Path, *, actor: str, stop: threading.Event) -> None:
    """Import what comes, until `stop` is set."""
    WatchFolder(folder).watch(Door(box, actor=actor).take, stop=stop)
