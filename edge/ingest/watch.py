"""The watch folder: recordings with a sidecar are handed over, then moved to `done` or `rejected` beside them.

Every exchange can put files in a folder. A recording is taken once it and what describes it have come to rest: a JSON
file of the same name (`a.wav` with `a.json`, `a.wav.json` or `a.sidecar.json`), or a row of a CSV file (`table.py`).
At a power cut between handing over and moving, the recording is handed over again at the next start; that is harmless,
because the box knows a recording by its content.

Works on network shares: no locks, only rename; the folder is looked at every two seconds even where the share reports
no changes. Links and folders are never followed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import watchfiles

from edge.errors import BadInput, BoxError, NotReady
from edge.ingest.batch import Batch
from edge.ingest.plain import open_plain, read_plain
from edge.ingest.rest import MARK_END, Look, Rest, State, stems
from edge.ingest.sidecar import SIDECAR_BYTES_MAX, read_sidecar
from edge.ingest.tray import Trays
from edge.records import CallHeader

Take = Callable[[CallHeader, BinaryIO], None]

SIDECAR_ENDS = (".json", ".sidecar.json")
TABLE_END = ".csv"
RESCAN_S = 2.0

FIX_TWICE = "Keep one sidecar or one row for each recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A recording at rest, with what its sender says of it: a header, or what is wrong with it."""

    recording: str
    header: CallHeader | None
    problem: BoxError | None
    sidecars: tuple[str, ...]
    batches: tuple[Batch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one look at the folder came to."""

    taken: int  # recordings
    rejected: int  # recordings, and tables that can't be read
    waiting: int  # files that still lie there: not at rest, or without what belongs to them


class WatchFolder:
    """One folder, looked at again and again by one thread.

    Args:
        folder: must exist; `done` and `rejected` are made in it.
        clock_s: seconds on a steady clock, for how long files have been at rest.
    """

    def __init__(self, folder: Path, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._rest = Rest(folder, clock_s=clock_s)
        self._known: dict[str, tuple[State, Batch]] = {}  # a table may wait for hours: it is read once

    def watch(self, take: Take, *, stop: threading.Event) -> None:
        """Hand recordings over as they come, until `stop` is set. While box or folder are away, keep trying."""
        while not stop.is_set():
            try:
                self.scan(take)
                self._wait(stop)
            except (OSError, NotReady):
                # Nothing was moved, so nothing is lost by waiting.
                stop.wait(RESCAN_S)

    def _wait(self, stop: threading.Event) -> None:
        """Until something changes in the folder, but no longer than RESCAN_S."""
        changes = watchfiles.watch(
            self._folder,
            watch_filter=None,
            stop_event=stop,
            rust_timeout=int(RESCAN_S * 1_000),
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=False,
        )
        try:
            next(changes, None)
        finally:
            changes.close()

    def scan(self, take: Take, *, now: datetime | None = None) -> Pass:
        """Look once; hand over what is complete.

        Args:
            take: called with the header and the opened recording, of which nothing has been read. Any BoxError it
                raises means rejected, except NotReady: the recording then stays for a later look.
            now: the box's clock; default: the system's.
        Raises: NotReady, from `take` or for a folder that can't be written; OSError for one that can't be read.
        """
        now = now or datetime.now(UTC)
        trays = Trays(self._folder)
        look = self._rest.look()
        batches, broken = self._batches(look, now)
        for name, problem in broken.items():
            trays.put(name, problem, now=now)
        taken, rejected = 0, len(broken)
        for found in self._found(look, batches, now):
            try:
                file = open_plain(self._folder / found.recording)
            except OSError:
                continue  # taken away since the folder was read, or not ours to read: it must not hold up the others
            with file:
                error = found.problem or _refusal(found, take, file)
            _put_away(found, error, trays, now)
            taken, rejected = taken + (error is None), rejected + (error is not None)
        lying = self._lying(look.states)
        _close(batches, lying, trays, now)
        for mark in look.marks:
            if not any(mark.removesuffix(MARK_END) in stems(name) for name in lying):
                (self._folder / mark).unlink(missing_ok=True)
        return Pass(taken=taken, rejected=rejected, waiting=len(self._lying(lying)))

    def _lying(self, names: Collection[str]) -> set[str]:
        return {name for name in names if os.path.lexists(self._folder / name)}

    def _batches(self, look: Look, now: datetime) -> tuple[list[Batch], dict[str, BadInput]]:
        """The tables at rest, and what is wrong with those that can't be read."""
        batches: dict[str, tuple[State, Batch]] = {}
        broken: dict[str, BadInput] = {}
        for name in sorted(look.resting):
            if not name.lower().endswith(TABLE_END):
                continue
            known = self._known.get(name)
            try:
                batch = known[1] if known and known[0] == look.states[name] else Batch(self._folder / name, now=now)
            except OSError:
                continue
            except BadInput as error:
                broken[name] = error
            else:
                batches[name] = look.states[name], batch
        self._known = batches
        return [batch for _, batch in batches.values()], broken

    def _found(self, look: Look, batches: Sequence[Batch], now: datetime) -> Iterator[Found]:
        matched = _matched(look.states)
        sharing: dict[str, list[str]] = {}
        for recording, sidecars in matched.items():
            for sidecar in sidecars:
                sharing.setdefault(sidecar, []).append(recording)
        for name, sidecars in sorted(matched.items()):
            naming = tuple(batch for batch in batches if name in batch.rows)
            involved = {name, *sidecars, *(other for sidecar in sidecars for other in sharing[sidecar])}
            if not (sidecars or naming) or not involved <= look.resting:
                continue
            shared = len(involved) > 1 + len(sidecars)
            try:
                header, problem = self._header(name, sidecars, naming, shared=shared, now=now)
            except OSError:
                continue  # as above: a sidecar that can't be read now may be later
            yield Found(recording=name, header=header, problem=problem, sidecars=sidecars, batches=naming)

    def _header(
        self, name: str, sidecars: Sequence[str], naming: Sequence[Batch], *, shared: bool, now: datetime
    ) -> tuple[CallHeader | None, BoxError | None]:
        if shared:
            return None, BadInput("sidecar", "more than one recording goes by its name", FIX_TWICE)
        if len(sidecars) + len(naming) > 1:
            return None, BadInput("sidecar", "the recording is described more than once", FIX_TWICE)
        if naming:
            row = naming[0].rows[name]
            return row.header, row.problem
        try:
            data = read_plain(self._folder / sidecars[0], bytes_max=SIDECAR_BYTES_MAX + 1)
            return read_sidecar(data, now=now), None
        except BadInput as error:
            return None, error


def _refusal(found: Found, take: Take, file: BinaryIO) -> BoxError | None:
    """Hand a recording over; what its taker has against it. Raises: NotReady."""
    assert found.header is not None, "a recording without header has a problem"
    try:
        take(found.header, file)
    except NotReady:
        raise
    except BoxError as error:
        return error
    return None


def _described(sidecar: str) -> set[str]:
    """What the recordings of a sidecar may be called, with or without their own ending."""
    return {sidecar[: -len(end)] for end in SIDECAR_ENDS if sidecar.lower().endswith(end)}


def _matched(names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The sidecars of each recording; none where a table may name it."""
    sidecars: dict[str, list[str]] = {}
    for name in names:
        for stem in _described(name):
            sidecars.setdefault(stem, []).append(name)
    recordings = [name for name in names if not name.lower().endswith((TABLE_END, ".json"))]
    return {
        recording: tuple(sorted({name for stem in stems(recording) for name in sidecars.get(stem, ())}))
        for recording in recordings
    }


def _put_away(found: Found, error: BoxError | None, trays: Trays, now: datetime) -> None:
    """Move a recording and then its sidecar: a sidecar left alone by a power cut holds no voice."""
    for batch in found.batches:
        batch.note(found.recording, taken=error is None)
    for name in (found.recording, *found.sidecars):
        trays.put(name, error, now=now)


def _close(batches: Sequence[Batch], lying: Collection[str], trays: Trays, now: datetime) -> None:
    for batch in batches:
        if batch.is_settled(lying):
            trays.put(batch.path.name, batch.refusal(), now=now)
            batch.forget()
