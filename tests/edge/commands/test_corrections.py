"""`sottovoce box corrections`: what is printed and written, and where it may be written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.box import DATABASE, Box
from edge.cli import main
from edge.corrections.record import Proposal
from edge.settings import Settings
from tests.edge.corrections.talk import EMPATHY, a_talk
from tests.edge.explain.stored import put_analysed

CALL = "call-1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A box with one corrected call."""
    with Box.open(Settings(home=tmp_path / "box")) as box:
        put_analysed(box, CALL, a_talk())
        wrong = Proposal(utterance=EMPATHY, change="removed", label="empathy", reason="只是客套")
        box.corrections.correct(CALL, wrong, actor="test", now=datetime.now(UTC))
    return tmp_path / "box"


def run(*arguments: str) -> int:
    try:
        main(["box", "corrections", *arguments])
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def test_counts_print_labels_and_changes_without_ids(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("counts", "--json", "--home", str(home)) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == {
        "calls": 1,
        "refused": 0,
        "corrections": [{"label": "empathy", "change": "removed", "count": 1}],
    }
    assert CALL not in printed and EMPATHY not in printed
    assert run("counts", "--home", str(home)) == 0
    assert "empathy" in capsys.readouterr().out


@pytest.mark.parametrize("name", [DATABASE, "calls.txt", "missing/calls.jsonl", "../calls.jsonl", "link/calls.jsonl"])
def test_file_elsewhere_or_of_another_kind_is_refused_and_nothing_is_written(
    home: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "link").symlink_to(tmp_path)
    before = (home / DATABASE).read_bytes()
    assert run("export", str(home / name), "--json", "--home", str(home)) == 2
    assert json.loads(capsys.readouterr().out)["error"]["field"] == "file"
    assert (home / DATABASE).read_bytes() == before
    assert not list(tmp_path.rglob("*.jsonl"))


def test_labelled_calls_are_written_for_the_boxs_own_user_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home / "corrected.jsonl"
    file.write_text("old")
    file.chmod(0o644)
    assert run("export", str(file), "--json", "--home", str(home)) == 0
    written = capsys.readouterr()
    assert json.loads(written.out) == {"file": str(file), "calls": 1, "refused": 0}
    assert "用完请删除" not in written.err
    assert file.stat().st_mode & 0o777 == 0o600
    (line,) = file.read_text("utf-8").splitlines()
    assert json.loads(line)["corrected"] == [2]
    assert [path.name for path in home.glob(".*")] == []


def test_file_outside_the_box_needs_the_option_and_warns(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "corrected.jsonl"
    assert run("export", str(file), "--outside", "--home", str(home)) == 0
    assert "用完请删除" in capsys.readouterr().err
    assert file.stat().st_mode & 0o777 == 0o600 and len(file.read_text("utf-8").splitlines()) == 1
