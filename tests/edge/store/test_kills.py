"""Processes killed at any moment: nothing acknowledged is lost, no call is half there, nothing erased comes back.

A child works on a home and writes a line to a pipe after each step that returned; it is killed at a random moment, and
the next child goes on with what it left.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from edge.errors import NotFound
from edge.records import CallState, ChannelRole, Direction, Language, Scene
from edge.store import calls, content, queue, workers
from edge.store.calls import Call
from edge.store.db import Store, Tx
from edge.vault.cipher import Address, chunks_of, seal, unseal
from edge.vault.key import Kind
from edge.vault.keystore import KeyStore

KILLS = int(os.environ.get("SOTTOVOCE_TEST_KILLS", "45"))
Step = tuple[str, str]
Say = Callable[[str, str], None]
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AUDIO = bytes(range(256)) * 600  # three chunks
STEPS_MAX = 12  # two rounds of a child's work
STEP_S = 0.03  # about what one step takes, so that the kill falls somewhere within it


@dataclass
class Home:
    """A box's folder and what a sender would do with it."""

    path: Path
    store: Store = field(init=False)
    keys: KeyStore = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store.open(self.path / "box.db")
        self.keys = KeyStore.open(self.path)

    def address(self, call_id: str, kind: Kind) -> Address:
        return Address(box=self.keys.box_id, call=call_id, kind=kind)

    def put(self, tx: Tx, call_id: str, kind: Kind, plain: bytes) -> None:
        sealed = seal(self.keys.create_keys(call_id, [kind])[kind], self.address(call_id, kind), plain)
        expires_at = NOW + timedelta(days=1)
        content.put_content(tx, call_id, kind, sealed, chunks=chunks_of(len(plain)), version=1, expires_at=expires_at)

    def opened(self, tx: Tx, call_id: str, kind: Kind) -> bytes:
        sealed = content.get_content(tx, call_id, kind).chunks
        return unseal(self.keys.release_key(call_id, kind), self.address(call_id, kind), sealed)

    def add(self, call_id: str) -> None:
        with self.store.write() as tx:
            calls.add_call(tx, a_call(call_id))
            self.put(tx, call_id, Kind.HEADER, call_id.encode())
            self.put(tx, call_id, Kind.AUDIO, AUDIO)

    def take(self, worker: str) -> str | None:
        with self.store.write() as tx:
            queue.put_back(tx, workers.dead(self.path, queue.workers(tx)))
            call = queue.take(tx, worker)
        return call and call.call_id

    def finish(self, call_id: str, worker: str) -> None:
        with self.store.write() as tx:
            queue.held(tx, call_id, worker)
            self.put(tx, call_id, Kind.ANALYSIS, f"analysis of {call_id}".encode())
            queue.finish(tx, call_id, worker=worker)

    def erase(self, call_id: str) -> None:
        self.keys.destroy(call_id, now=NOW)
        with self.store.write() as tx, contextlib.suppress(NotFound):
            calls.delete_call(tx, call_id)


def a_call(call_id: str) -> Call:
    return Call(
        call_id=call_id,
        started_at=NOW,
        received_at=NOW,
        scene=Scene.STORE,
        direction=Direction.IN_STORE,
        language=Language.ZH,
        jurisdiction="CN",
        agent="A-AAAAAAAAAAAAAAAA",
        customer="C-AAAAAAAAAAAAAAAA",
        channels=(ChannelRole.AGENT, ChannelRole.CUSTOMER),
        duration_s=1.0,
        content_digest=call_id,
        analysis_expires_at=NOW + timedelta(days=1),
        audio_expires_at=NOW + timedelta(days=1),
        audio_kept=True,
    )


def work(path: Path, name: str, say: Say) -> None:
    """Live a box's life for ever: receive, analyse, erase every other call, move the epoch on."""
    home, number = Home(path), 0
    with workers.Worker.start(path) as worker:
        while True:
            number += 1
            call_id = f"{name}-{number}"
            say("adding", call_id)
            home.add(call_id)
            say("added", call_id)
            taken = home.take(worker.id)
            if taken is None:
                continue
            home.finish(taken, worker.id)
            say("analysed", taken)
            if number % 2:
                say("erasing", taken)
                home.erase(taken)
                say("erased", taken)
            if number % 3 == 0:
                home.keys.advance_epoch()


class Child:
    """A forked process that says what it has done, until it ends or is killed."""

    def __init__(self, run: Callable[[Say], None]) -> None:
        self._reading, writing = os.pipe()
        self._heard = b""
        self._process = os.fork()
        if self._process == 0:
            _live(run, writing)
        os.close(writing)

    def wait_for_steps(self, number: int) -> None:
        while self._heard.count(b"\n") < number and (more := os.read(self._reading, 4096)):
            self._heard += more

    def kill(self) -> list[Step]:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        return self._steps()

    def end(self) -> list[Step]:
        said = self._steps()
        assert os.waitpid(self._process, 0)[1] == 0, said
        return said

    def _steps(self) -> list[Step]:
        with os.fdopen(self._reading, "rb") as pipe:
            lines = (self._heard + pipe.read()).decode().split("\n")[:-1]
        return [(step, call_id) for step, _, call_id in (line.partition(" ") for line in lines)]


def _live(run: Callable[[Say], None], writing: int) -> NoReturn:
    """The child's whole life; it must never unwind into its parent's tests."""
    code = 1
    try:
        run(lambda step, call_id: (os.write(writing, f"{step} {call_id}\n".encode()), None)[1])
        code = 0
    except BaseException as problem:
        os.write(writing, f"problem {type(problem).__name__} {problem}\n".encode())
    finally:
        os._exit(code)


def between(low: float, high: float) -> float:
    return random.uniform(low, high)


def check(path: Path, said: list[Step]) -> None:
    """Hold what is on the disk against what was acknowledged."""
    steps = ("added", "analysed", "erased")
    acknowledged = {step: {call_id for each, call_id in said if each == step} for step in steps}
    begun = {call_id for step, call_id in said if step == "erasing"}
    home = Home(path)
    for database in (path / "box.db", path / "keys" / "keys.db"):
        assert integrity(database) == "ok"
    left = {each.suffix for each in (path / "keys").iterdir()} - {".db-journal"}  # cold: the next writer removes it
    assert left == {".db", ".kek", ".key"}
    with home.store.read() as tx:
        there = {call_id: calls.call(tx, call_id) for call_id in calls.all_ids(tx)}
        assert acknowledged["added"] - begun <= set(there)
        assert not acknowledged["erased"] & set(there)
        for call_id, call in there.items():
            if call_id in begun and home.keys.destroyed(call_id):
                continue  # killed between the keys and the rows: nothing of it opens
            check_whole(home, tx, call)
            assert call.state is CallState.ANALYSED or call_id not in acknowledged["analysed"]
    for call_id in acknowledged["erased"]:
        assert home.keys.destroyed(call_id) == set(Kind)


def check_whole(home: Home, tx: Tx, call: Call) -> None:
    assert home.opened(tx, call.call_id, Kind.HEADER) == call.call_id.encode()
    assert home.opened(tx, call.call_id, Kind.AUDIO) == AUDIO
    analysed = content.has_content(tx, call.call_id, "analysis")
    assert analysed is (call.state is CallState.ANALYSED)
    if analysed:
        assert home.opened(tx, call.call_id, Kind.ANALYSIS) == f"analysis of {call.call_id}".encode()


def integrity(database: Path) -> str:
    connection = sqlite3.connect(database)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def test_box_killed_at_any_moment_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    said: list[Step] = []
    for number in range(KILLS):
        child = Child(partial(work, tmp_path, f"k{number}"))
        child.wait_for_steps(number % STEPS_MAX)  # 0: it is killed while it still opens the box
        time.sleep(between(0.0, STEP_S))
        said += child.kill()
        check(tmp_path, said)
    assert not [step for step in said if step[0] == "problem"]
    assert {"added", "analysed", "erased"} <= {step for step, _ in said}


def advance(path: Path, say: Say) -> None:
    keys = KeyStore.open(path)
    while True:
        say("epoch", str(keys.advance_epoch()))


def test_epoch_killed_at_any_moment_keeps_every_living_key_and_no_dead_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for number in range(12):
        home.add(f"call-{number}")
    home.erase("call-0")
    reached = 1
    for _ in range(12):
        child = Child(partial(advance, tmp_path))
        child.wait_for_steps(1)
        time.sleep(between(0.0, STEP_S))
        said = child.kill()
        assert {step for step, _ in said} == {"epoch"}
        reached = max(reached, *(int(epoch) for _, epoch in said))
        home = Home(tmp_path)
        with home.store.read() as tx:
            for number in range(1, 12):
                assert home.opened(tx, f"call-{number}", Kind.AUDIO) == AUDIO
        with pytest.raises(NotFound):
            home.keys.release_key("call-0", Kind.AUDIO)
        (epoch,) = (int(path.stem.removeprefix("epoch-")) for path in (tmp_path / "keys").glob("epoch-*"))
        assert epoch >= reached


def open_box(path: Path, say: Say) -> None:
    say("box", Home(path).keys.box_id)


def test_first_opening_killed_at_any_moment_can_be_repeated(tmp_path: Path) -> None:
    for number in range(12):
        home = tmp_path / str(number)
        child = Child(partial(open_box, home))
        time.sleep(between(0.0, 0.08))
        child.kill()
        Home(home).add("call-1")
        check(home, [("added", "call-1")])


def add_and_analyse(path: Path, name: str, say: Say) -> None:
    home = Home(path)
    with workers.Worker.start(path) as worker:
        for number in range(12):
            home.add(f"{name}-{number}")
            say("added", f"{name}-{number}")
            if (taken := home.take(worker.id)) is not None:
                home.finish(taken, worker.id)
                say("analysed", taken)
            if number % 4 == 3:
                home.keys.advance_epoch()


def test_two_processes_write_at_once_and_no_call_is_taken_twice(tmp_path: Path) -> None:
    children = [Child(partial(add_and_analyse, tmp_path, name)) for name in ("a", "b")]
    said = [step for child in children for step in child.end()]
    check(tmp_path, said)
    analysed = [call_id for step, call_id in said if step == "analysed"]
    assert len(analysed) == len(set(analysed)) == 24


def test_three_processes_open_a_new_box_at_once(tmp_path: Path) -> None:
    for number in range(5):
        children = [Child(partial(open_box, tmp_path / str(number))) for _ in range(3)]
        assert len({step for child in children for step in child.end()}) == 1


@pytest.fixture(autouse=True)
def _no_child_left() -> Iterator[None]:
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
