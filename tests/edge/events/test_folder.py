"""The folder that tables of events are put into."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from edge.box import Box
from edge.events.importing import EventFolder

GOOD = "kind,at,customer_ref\nfollow_up_contact,2026-03-03T10:00:00+08:00,C-1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")
    (folder / f"{name}.done").touch()  # its sender says it is complete


def kept(box: Box) -> int:
    return sum(box.events.counts().values())


def test_table_is_imported_and_put_aside(box: Box, folder: Path) -> None:
    put(folder, "a.csv", GOOD)
    assert EventFolder(folder, box.events).scan() == 1
    assert kept(box) == 1
    assert (folder / "done/a.csv").is_file()
    assert [path.name for path in folder.iterdir()] == ["done"]


def test_table_with_a_wrong_row_is_put_aside_with_the_reason_and_nothing_of_it_is_kept(box: Box, folder: Path) -> None:
    put(folder, "a.csv", GOOD + "nonsense,2026-03-03T10:00:00+08:00,C-1\n")
    EventFolder(folder, box.events).scan()
    reason = json.loads((folder / "rejected/a.csv.reason.json").read_text("utf-8"))
    assert reason["field"] == "table row 3, column kind" and reason["fix"]
    assert kept(box) == 0


def test_second_table_of_a_name_never_replaces_the_first(box: Box, folder: Path) -> None:
    watched = EventFolder(folder, box.events)
    for _ in range(2):
        put(folder, "a.csv", GOOD)
        watched.scan()
    assert len(list((folder / "done").iterdir())) == 2
    assert kept(box) == 1


def test_table_still_being_written_and_other_files_are_left_alone(box: Box, folder: Path) -> None:
    (folder / "a.csv").write_text(GOOD, "utf-8")
    put(folder, "notes.txt", GOOD)
    (folder / "link.csv").symlink_to("/etc/hostname")
    assert EventFolder(folder, box.events).scan() == 0
    assert {path.name for path in folder.iterdir()} == {"a.csv", "notes.txt", "notes.txt.done", "link.csv"}


def test_folder_is_watched_until_told_to_stop_and_may_be_away_meanwhile(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.events.importing.LOOK_S", 0.01)
    folder, stop = tmp_path / "later", threading.Event()
    watching = threading.Thread(target=EventFolder(folder, box.events).watch, kwargs={"stop": stop})
    watching.start()
    time.sleep(0.05)
    folder.mkdir()
    put(folder, "a.csv", GOOD)
    until = time.monotonic() + 20
    while kept(box) == 0 and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    watching.join(20)
    assert kept(box) == 1 and not watching.is_alive()
