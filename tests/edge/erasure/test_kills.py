"""Killed anywhere while it erases, a box comes back with each call whole or erased, logged, and for its reason."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.box import Box
from edge.erasure.erase import erase_calls, finish_erasures
from edge.erasure.trigger import Trigger
from edge.log.leaf import LeafType
from edge.log.log import leaves
from edge.settings import Settings
from edge.store import erasures
from edge.vault.key import Kind
from tests.edge.explain.stored import queue_call
from tests.edge.store.test_kills import Child, integrity

KILLS, CALLS, SEED = 8, 4, 20261124
Say = Callable[[str, str], None]


def work(home: Path, say: Say) -> None:
    with Box.open(Settings(home=home)) as box:
        for number in range(CALLS):
            say("erasing", f"call-{number}")
            erase_calls(box._parts, [f"call-{number}"], trigger=Trigger.WITHDRAWN, actor="account:3")
            say("erased", f"call-{number}")


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_erasure_is_finished_with_its_reason(tmp_path: Path, kill: int) -> None:
    home = tmp_path / "box"
    with Box.open(Settings(home=home)) as box:
        for number in range(CALLS):
            queue_call(box, f"call-{number}")
    child = Child(lambda say: work(home, say))
    child.wait_for_steps(1 + kill % (2 * CALLS))
    # Killed a random moment after the step, so that kills fall between any two of the next writes.
    time.sleep(random.Random(SEED + kill).uniform(0, 0.03))
    said = child.kill()
    with Box.open(Settings(home=home)) as box:
        finish_erasures(box._parts)
        begun, erased = ({call for step, call in said if step == each} for each in ("erasing", "erased"))
        there = {call.call_id for call in box.calls()}
        assert {f"call-{number}" for number in range(CALLS)} - begun <= there and not erased & there
        with box.store.read() as tx:
            told = {call: leaf for leaf in leaves(tx, kind=LeafType.ERASURE) for call in leaf["facts"]["calls"]}
            assert not erasures.unsettled(tx) and not erasures.next_orders(tx, limit=1)
        gone = {f"call-{number}" for number in range(CALLS)} - there
        assert set(told) == set(map(box._parts.pseudonyms.log_reference, gone))
        assert '"withdrawn"' in json.dumps(list(told.values())) if gone else True
        assert '"replayed"' not in json.dumps(list(told.values()))
        assert all(box._parts.keys.destroyed(call) == set(Kind) for call in gone)
        assert all(box.audio(call, actor="test") for call in there)
        assert len(list((home / "keys").glob("epoch-*"))) == 1
        assert all(integrity(database) == "ok" for database in (home / "box.db", home / "keys/keys.db"))
