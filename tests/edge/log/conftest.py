from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.log.book import LogBook
from edge.log.leaf import LeafType
from edge.log.log import Log
from edge.store.db import Store
from edge.vault.keystore import KeyStore

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Site:
    """A store, its keys and its log, without the rest of a box."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.keys = KeyStore.open(home)
        self.store = Store.open(home / "box.db")
        self.log = Log(self.keys.box_id)
        self.book = LogBook(self.store, self.keys)

    def write(self, count: int = 1, *, at: datetime = NOW) -> None:
        with self.store.write() as tx:
            for _ in range(count):
                self.log.append(tx, LeafType.GATE_DENIED, at=at, actor="account:1", change="added")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "home")
    yield made
    made.store.close()
