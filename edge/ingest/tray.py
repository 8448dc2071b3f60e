"""The two trays of a watch folder: `done` for what was taken, `rejected` for what wasn't, each with its reason."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from edge.errors import BoxError, NotReady
from edge.ingest.rest import REASON_END

DONE, REJECTED = "done", "rejected"
COPIES_MAX = 10_000
NAME_BYTES_MAX = 220


class Trays:
    """Folders beside the files they take, made when first needed.

    Raises: NotReady where a tray can't be made or is a link; nothing should be handed over then, because it could not
        be put away afterwards and would be handed over again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in (DONE, REJECTED):
            tray = folder / name
            try:
                tray.mkdir(exist_ok=True)
            except OSError as error:
                raise NotReady("watch_folder", f"the folder {name} can't be made in it", "Let the box write") from error
            if tray.is_symlink() or not os.access(tray, os.W_OK | os.X_OK):
                raise NotReady("watch_folder", f"the folder {name} is a link or can't be written", "Let the box write")

    def put(self, name: str, error: BoxError | None, *, now: datetime) -> None:
        """Move a file to `done`, or to `rejected` with `NAME.reason.json`; one that is gone is passed over.

        At a power cut between the two a reason may be there without its file, never a file without its reason.
        """
        source = self._folder / name
        if not os.path.lexists(source):
            return
        tray = self._folder / (DONE if error is None else REJECTED)
        target = _free(tray, name)
        if error is not None:
            _write_reason(tray / (target.name + REASON_END), error, now)
        source.rename(target)


def _free(tray: Path, name: str) -> Path:
    """A name that nothing has yet: what was put away before is never overwritten."""
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    # Room for the number and for the end of the reason's name; names are at most 255 bytes.
    while len(os.fsencode(stem + dot + ending)) > NAME_BYTES_MAX:
        stem, ending = (stem[:-1], ending) if stem else ("", ending[:-1])
    for number in range(1, COPIES_MAX):
        copy = f"{stem} ({number}){dot}{ending}" if number > 1 else f"{stem}{dot}{ending}"
        if not os.path.lexists(tray / copy):
            return tray / copy
    raise NotReady("watch_folder", "one name was put away too often", f"Empty the folder {tray.name}")


def _write_reason(path: Path, error: BoxError, now: datetime) -> None:
    reason = error.as_dict() | {"at": now.isoformat(timespec="seconds")}
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_text(json.dumps(reason, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.rename(path)
