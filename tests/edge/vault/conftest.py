"""A folder for a key store."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

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
