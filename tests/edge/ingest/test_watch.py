from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from edge.errors import BadInput, Conflict, NotReady, Refused
from edge.ingest.watch import Pass, WatchFolder
from edge.records import CallHeader

COLUMNS = "file,call_id,started_at,scene,direction,agent_ref,customer_ref,channels\n"


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Box:
    """Takes everything, or raises what it is given for a call."""

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}
        self.refusals: dict[str, Exception] = {}

    def take(self, header: CallHeader, file: BinaryIO) -> None:
        if header.call_id in self.refusals:
            raise self.refusals[header.call_id]
        self.taken[header.call_id] = file.read()


class Site:
    """A folder, the box beside it and the clock on the wall."""

    def __init__(self, folder: Path, form: dict[str, Any]) -> None:
        self.folder = folder
        self.form = form
        self.box = Box()
        self.clock = Clock()
        self.watch = WatchFolder(folder, clock_s=self.clock)

    def put(self, name: str, call_id: str = "c-1", *, sidecar: str | None = None, data: bytes = b"sound") -> None:
        (self.folder / name).write_bytes(data)
        if sidecar is not None:
            (self.folder / sidecar).write_text(json.dumps(self.form | {"call_id": call_id}))

    def put_table(self, name: str, *rows: tuple[str, str]) -> None:
        ending = ",2026-03-02T10:15:00+08:00,store,in_store,A-1,C-1,mixed\n"
        (self.folder / name).write_text(COLUMNS + "".join(f"{file},{call_id}{ending}" for file, call_id in rows))

    def look(self, after_s: float = 3.0) -> Pass:
        self.clock.now_s += after_s
        return self.watch.scan(self.box.take)

    def settle(self) -> Pass:
        """Two looks, three seconds apart: the first sees what is there, the second that it hasn't changed."""
        self.look()
        return self.look()

    def names(self, tray: str = "") -> set[str]:
        return {path.name for path in (self.folder / tray).iterdir() if not path.is_dir()}

    def reason(self, name: str) -> dict[str, str]:
        return json.loads((self.folder / "rejected" / f"{name}.reason.json").read_text())


@pytest.fixture
def site(tmp_path, form) -> Site:
    return Site(tmp_path, form)


def test_watch_takes_nothing_without_a_sidecar(site):
    site.put("a.wav")
    assert site.settle() == Pass(taken=0, rejected=0, waiting=1)
    assert site.box.taken == {}
    assert site.names() == {"a.wav"}


@pytest.mark.parametrize("refusal", [Refused, BadInput, Conflict])
def test_watch_moves_what_the_box_refuses_to_rejected_with_its_reason(site, refusal):
    site.put("a.wav", sidecar="a.json")
    site.box.refusals["c-1"] = refusal("bases", "nobody agreed", "Ask first")
    assert site.settle() == Pass(taken=0, rejected=1, waiting=0)
    assert site.names() == set()
    assert site.names("rejected") == {"a.wav", "a.json", "a.wav.reason.json", "a.json.reason.json"}
    reason = site.reason("a.wav")
    assert reason.pop("at").startswith("20")
    assert reason == {"field": "bases", "problem": "nobody agreed", "fix": "Ask first"}


def test_watch_rejects_a_recording_whose_sidecar_is_wrong_without_opening_it_for_the_box(site):
    site.form["consent"] = True
    site.put("a.wav", sidecar="a.json")
    site.settle()
    assert site.box.taken == {}
    assert site.reason("a.wav")["field"] == "sidecar.consent"


def test_watch_leaves_everything_in_place_while_the_box_is_not_ready(site):
    site.put("a.wav", sidecar="a.json")
    site.box.refusals["c-1"] = NotReady("box", "the disk is full", "Make room")
    with pytest.raises(NotReady):
        site.settle()
    assert site.names() == {"a.wav", "a.json"}
    del site.box.refusals["c-1"]
    assert site.look().taken == 1


@pytest.mark.parametrize("sidecar", ["a.json", "a.wav.json", "a.sidecar.json", "a.JSON"])
def test_watch_hands_over_a_recording_with_its_sidecar_and_moves_both_to_done(site, sidecar):
    site.put("a.wav", sidecar=sidecar)
    assert site.settle() == Pass(taken=1, rejected=0, waiting=0)
    assert site.box.taken == {"c-1": b"sound"}
    assert site.names() == set()
    assert site.names("done") == {"a.wav", sidecar}


def test_watch_waits_until_a_file_has_not_changed_for_two_seconds(site):
    site.put("a.wav", sidecar="a.json")
    site.look()
    site.put("a.wav", data=b"sound, more of it")
    assert site.look().taken == 0
    assert site.look(after_s=1.9).taken == 0
    assert site.look(after_s=0.2).taken == 1


def test_watch_waits_for_the_sidecar_to_be_complete_too(site):
    site.put("a.wav", sidecar="a.json")
    site.look()
    (site.folder / "a.json").write_text("{")
    assert site.look() == Pass(taken=0, rejected=0, waiting=2)


@pytest.mark.parametrize("mark", ["a.done", "a.wav.done"])
def test_watch_believes_a_mark_of_the_sender(site, mark):
    site.put("a.wav", sidecar="a.json" if mark == "a.done" else "a.wav.json")
    (site.folder / mark).touch()
    (site.folder / "a.wav.json.done").touch()
    assert site.look(after_s=0.0).taken == 1
    assert site.names() == set()


def test_watch_sees_a_file_that_is_renamed_into_place(site):
    site.put(".a.wav.part", sidecar="a.json")
    site.put("b.wav.part")
    assert site.settle() == Pass(taken=0, rejected=0, waiting=1)
    (site.folder / ".a.wav.part").rename(site.folder / "a.wav")
    assert site.settle().taken == 1
    assert site.names() == {"b.wav.part"}


@pytest.mark.parametrize(
    "name", ["$(id) 空格;'x.wav", "-i.wav", "a\nb.wav", "无后缀", "%s%n.wav", "x" * 240 + ".wav", "a..wav"]
)
def test_watch_takes_every_name_that_a_file_system_allows(site, name):
    site.put(name, sidecar=name.rpartition(".")[0] + ".json" if "." in name else name + ".json")
    assert site.settle().taken == 1
    assert len(site.names("done")) == 2


@pytest.mark.parametrize("name", ["$(id) 空格;'x.wav", "x" * 245 + ".wav"])
def test_watch_rejects_under_every_name_too(site, name):
    site.put(name, sidecar=name.removesuffix(".wav") + ".json")
    site.box.refusals["c-1"] = Refused("bases", "nobody agreed", "Ask first")
    assert site.settle().rejected == 1
    assert len(site.names("rejected")) == 4


def test_watch_never_follows_links_or_folders(site, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.wav").write_bytes(b"secret")
    site.put("gone", sidecar="a.json")
    (site.folder / "a.wav").symlink_to(outside / "secret.wav")
    (site.folder / "b").mkdir()
    (site.folder / "b" / "c.wav").write_bytes(b"sound")
    os.mkfifo(site.folder / "d.wav")
    (site.folder / "d.json").write_text(json.dumps(site.form))
    site.settle()
    assert site.box.taken == {}
    assert (outside / "secret.wav").exists()
    assert (site.folder / "b" / "c.wav").exists()


def test_watch_follows_no_link_in_place_of_a_sidecar(site, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.json").write_text(json.dumps(site.form))
    site.put("a.wav")
    (site.folder / "a.json").symlink_to(outside / "a.json")
    assert site.settle().taken == 0


def test_watch_takes_nothing_when_a_tray_is_a_link(site, tmp_path_factory):
    (site.folder / "done").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    site.put("a.wav", sidecar="a.json")
    with pytest.raises(NotReady):
        site.settle()
    assert site.box.taken == {}


def test_watch_never_overwrites_what_was_put_away_before(site):
    for sound in (b"first", b"second"):
        site.put("a.wav", sidecar="a.json", data=sound)
        site.settle()
    assert (site.folder / "done" / "a.wav").read_bytes() == b"first"
    assert (site.folder / "done" / "a (2).wav").read_bytes() == b"second"


def test_watch_rejects_two_recordings_that_share_a_sidecar(site):
    site.put("a.wav", sidecar="a.json")
    site.put("a.mp3")
    assert site.settle() == Pass(taken=0, rejected=2, waiting=0)
    assert "more than one" in site.reason("a.wav")["problem"]


def test_watch_rejects_a_recording_that_is_described_twice(site):
    site.put("a.wav", sidecar="a.json")
    site.put_table("calls.csv", ("a.wav", "c-2"))
    assert site.settle().rejected == 1
    assert site.box.taken == {}
    assert site.names() == set()


def test_watch_hands_over_the_recordings_of_a_table_and_moves_it_when_all_are_settled(site):
    site.put("a.wav", data=b"a")
    site.put_table("calls.csv", ("a.wav", "c-1"), ("b.wav", "c-2"))
    assert site.settle().taken == 1
    assert "calls.csv" in site.names()
    site.put("b.wav", data=b"b")
    assert site.settle() == Pass(taken=1, rejected=0, waiting=0)
    assert site.box.taken == {"c-1": b"a", "c-2": b"b"}
    assert site.names() == set()
    assert site.names("done") == {"a.wav", "b.wav", "calls.csv"}


def test_watch_rejects_a_table_with_a_refused_row_after_all_are_settled(site):
    site.put("a.wav")
    site.put("b.wav")
    site.put_table("calls.csv", ("a.wav", "c-1"), ("b.wav", "../c"))
    assert site.settle() == Pass(taken=1, rejected=1, waiting=0)
    assert site.names("done") == {"a.wav"}
    assert site.reason("b.wav")["field"] == "table row 3, column call_id"
    assert site.reason("calls.csv")["problem"] == "1 of 2 recordings were refused"


def test_watch_rejects_a_table_that_cannot_be_read_and_leaves_its_recordings(site):
    site.put("a.wav")
    (site.folder / "calls.csv").write_text(COLUMNS + '"a.wav')
    assert site.settle() == Pass(taken=0, rejected=1, waiting=1)
    assert "never closed" in site.reason("calls.csv")["problem"]


def test_watch_remembers_the_settled_rows_of_a_table_over_a_restart(site):
    site.put("a.wav")
    site.put_table("calls.csv", ("a.wav", "c-1"), ("b.wav", "c-2"))
    site.settle()
    site.watch = WatchFolder(site.folder, clock_s=site.clock)
    site.put("b.wav")
    site.settle()
    assert site.names() == set()
    assert "calls.csv" in site.names("done")


def test_watch_hands_a_recording_over_again_when_it_was_killed_before_moving_it(site):
    class KilledError(Exception):
        pass

    def take_and_die(header: CallHeader, file: BinaryIO) -> None:
        site.box.take(header, file)
        raise KilledError

    site.put("a.wav", sidecar="a.json")
    site.look()
    site.clock.now_s += 3.0
    with pytest.raises(KilledError):
        site.watch.scan(take_and_die)
    site.box.taken.clear()
    site.watch = WatchFolder(site.folder, clock_s=site.clock)
    assert site.settle().taken == 1
    assert site.box.taken == {"c-1": b"sound"}


def test_watch_runs_until_it_is_stopped_and_takes_what_comes(tmp_path, form):
    stop, taken = threading.Event(), threading.Event()
    folder = tmp_path / "share"  # not there yet: the share comes later
    watching = threading.Thread(
        target=WatchFolder(folder).watch, args=(lambda header, file: taken.set(),), kwargs={"stop": stop}
    )
    watching.start()
    try:
        folder.mkdir()
        (folder / "a.wav").write_bytes(b"sound")
        (folder / "a.json").write_text(json.dumps(form))
        assert taken.wait(timeout=60)
    finally:
        stop.set()
        watching.join(timeout=60)
    assert not watching.is_alive()
