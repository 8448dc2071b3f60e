"""An opened store, and calls to put into it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from edge.records import ChannelRole, Direction, Language, Scene
from edge.store.calls import Call
from edge.store.db import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MEMORY = Path("/dev/shm")
FREE_BYTES_MIN = 256 * 2**20


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is room: these tests wait for the disk a thousand times, and a kill needs no disk."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < FREE_BYTES_MIN:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "box.db")


@pytest.fixture
def make_call() -> Callable[..., Call]:
    """The call of that number, received that many minutes after noon."""

    def make(number: int = 1, **changes: object) -> Call:
        received_at = NOON + timedelta(minutes=number)
        call = Call(
            call_id=f"call-{number:04d}",
            started_at=(received_at - timedelta(minutes=5)).astimezone(timezone(timedelta(hours=8))),
            received_at=received_at,
            scene=Scene.CALL_CENTRE,
            direction=Direction.INBOUND,
            language=Language.ZH,
            jurisdiction="CN",
            agent="A-AAAAAAAAAAAAAAAA",
            customer=f"C-{number:016d}",
            channels=(ChannelRole.AGENT, ChannelRole.CUSTOMER),
            duration_s=61.5,
            content_digest=f"{number:064x}",
            analysis_expires_at=received_at + timedelta(days=90),
            audio_expires_at=received_at + timedelta(hours=24),
            audio_kept=True,
            warnings=("the file ends after 3.2 s of 9.0 s",),
        )
        return replace(call, **changes)  # type: ignore[arg-type]  # any field

    return make
