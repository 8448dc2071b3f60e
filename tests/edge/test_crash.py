"""`kill -9` at random points while twenty calls are imported and analysed: each is whole, or absent, or queued."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import soundfile

from edge.box import Box
from edge.records import CallState
from edge.settings import Settings

CALLS = Path(__file__).parent.parent / "data/calls"
CALL_COUNT = 20
CLIP_S = 4
KILLS = 10
SEED = 20260301


def write_recordings(folder: Path) -> None:
    """Twenty short calls, each another stretch of a real one, marked complete so that nobody waits for them to rest."""
    form = json.loads((CALLS / "dv-005.sidecar.json").read_text("utf-8"))
    samples, rate_hz = soundfile.read(CALLS / "dv-005.flac", dtype="int16")
    for number in range(CALL_COUNT):
        start = number * CLIP_S * rate_hz
        soundfile.write(folder / f"call-{number:02}.wav", samples[start : start + CLIP_S * rate_hz], rate_hz)
        (folder / f"call-{number:02}.json").write_text(json.dumps(form | {"call_id": f"call-{number:02}"}))
        (folder / f"call-{number:02}.done").touch()


def start_import(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-c",
        "from edge.cli import main; main()",
        "box",
        "import",
        str(folder),
        "--home",
        str(home),
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def check_whole(home: Path) -> dict[str, CallState]:
    """Whatever a call's state says is true of it."""
    if not (home / "box.db").exists():
        return {}
    with closing(sqlite3.connect(home / "box.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Box.open(Settings(home=home)) as box:
        states = {call.call_id: call.state for call in box.calls(limit=500)}
        assert len(states) == len(box.calls(limit=500)) <= CALL_COUNT
        for call_id, state in states.items():
            if state is CallState.ANALYSED:
                assert box.analysis(call_id, actor="test").call_id == call_id
            else:
                assert state in (CallState.QUEUED, CallState.ANALYSING)
                assert box.audio(call_id, actor="test").startswith(b"fLaC")
    return states


def test_killed_import_leaves_each_call_whole_or_queued_and_none_twice(tmp_path: Path) -> None:
    folder, home, chance = tmp_path / "recordings", tmp_path / "box", random.Random(SEED)
    folder.mkdir()
    write_recordings(folder)
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        process = start_import(home, folder)
        time.sleep(chance.uniform(0.5, 6.0))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        states = check_whole(home)
        assert acknowledged <= states.keys()
        acknowledged |= states.keys()
    finishing = start_import(home, folder)
    _, said = finishing.communicate()
    assert finishing.returncode == 0, said.decode()
    assert check_whole(home) == {f"call-{number:02}": CallState.ANALYSED for number in range(CALL_COUNT)}
    assert len(list((folder / "done").glob("*.wav"))) == CALL_COUNT
    assert not (folder / "rejected").exists() or not list((folder / "rejected").iterdir())


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGKILL])
def test_command_beside_another_does_not_take_its_call(tmp_path: Path, signalled: signal.Signals) -> None:
    folder, home = tmp_path / "recordings", tmp_path / "box"
    folder.mkdir()
    write_recordings(folder)
    first, second = start_import(home, folder), start_import(home, folder)
    time.sleep(8)
    os.killpg(second.pid, signalled)
    second.communicate()
    first.communicate()
    states = check_whole(home)
    assert set(states.values()) <= {CallState.ANALYSED, CallState.ANALYSING, CallState.QUEUED}
    assert len(states) == CALL_COUNT
