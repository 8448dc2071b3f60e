"""Who lives is what the kernel says, not what a clock says."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.store import workers
from edge.store.workers import Worker


@contextmanager
def child_with_a_worker(home: Path, *, starting: bool = False) -> Iterator[tuple[int, str, int]]:
    """A process that holds a worker, its worker's id, and a process it has started itself (or 0)."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        worker = Worker.start(home)
        started = os.posix_spawn("/bin/sleep", ["sleep", "60"], os.environ) if starting else 0
        os.write(writing, f"{worker.id} {started}".encode())
        signal.pause()
        os._exit(1)
    worker_id, started_text = os.read(reading, 64).decode().split()
    os.close(reading)
    os.close(writing)
    try:
        yield child, worker_id, int(started_text)
    finally:
        for process in filter(None, (child, int(started_text))):
            os.kill(process, signal.SIGKILL)
        os.waitpid(child, 0)


def await_end(child: int) -> None:
    """Wait for a killed child without reaping it, so that nobody else gets its process id."""
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)


def test_killed_worker_is_dead_at_once(tmp_path: Path) -> None:
    with child_with_a_worker(tmp_path) as (child, worker_id, _):
        assert workers.dead(tmp_path, [worker_id]) == frozenset()
        os.kill(child, signal.SIGKILL)
        await_end(child)
        assert workers.dead(tmp_path, [worker_id]) == {worker_id}


def test_worker_lives_until_it_is_closed(tmp_path: Path) -> None:
    with Worker.start(tmp_path) as first, Worker.start(tmp_path) as second:
        assert first.id != second.id
        for _ in range(2):  # looking doesn't disturb
            assert workers.dead(tmp_path, [first.id, second.id]) == frozenset()
    assert workers.dead(tmp_path, [first.id, second.id]) == {first.id, second.id}


def test_id_that_is_no_workers_is_dead_and_no_file_is_touched(tmp_path: Path) -> None:
    (tmp_path / "precious.lock").write_text("x")
    assert workers.dead(tmp_path, ["../precious", "", "w-1"]) == {"../precious", "", "w-1"}
    assert (tmp_path / "precious.lock").read_text() == "x"


def test_sweep_removes_the_dead_and_spares_the_living(tmp_path: Path) -> None:
    with Worker.start(tmp_path) as living:
        (tmp_path / "workers" / "w-0123456789abcdef.lock").touch()
        workers.sweep(tmp_path)
        assert [path.stem for path in (tmp_path / "workers").iterdir()] == [living.id]
        assert workers.dead(tmp_path, [living.id]) == frozenset()


def test_process_that_a_killed_worker_started_doesnt_keep_it_alive(tmp_path: Path) -> None:
    with child_with_a_worker(tmp_path, starting=True) as (child, worker_id, started):
        os.kill(child, signal.SIGKILL)
        await_end(child)
        os.kill(started, 0)  # it still runs
        assert workers.dead(tmp_path, [worker_id]) == {worker_id}
