"""A real box to erase in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.box import Box
from edge.settings import Settings


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with Box.open(Settings(home=tmp_path / "box")) as opened:
        yield opened
