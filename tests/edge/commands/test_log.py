"""The log at the command line, as an auditor and a witness use it: heads kept, exports checked, answers brought."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from edge.cli import main
from edge.log.note import Checkpoint
from tests.edge.log.conftest import Site

VERIFY = Path(__file__).parents[3] / "scripts" / "verify_log.py"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("SOTTOVOCE_BOX_HOME", str(tmp_path / "home"))
    made = Site(tmp_path / "home")
    made.write(3)
    return made


def run(*arguments: str | Path) -> int:
    try:
        main([str(one) for one in arguments])
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def test_kept_head_checks_a_later_export(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("box", "log", "head", tmp_path / "head", "--json") == 0
    vkey = json.loads(capsys.readouterr().out)["vkey"]
    site.write(2)
    assert run("box", "log", "export", tmp_path / "export") == 0
    command = [sys.executable, "-I", VERIFY, tmp_path / "export", "--vkey", vkey, "--head", tmp_path / "head", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["ok"] and told["held"] == 1 and told["leaves"] == 6 and told["notes"] == []


def test_printed_head_can_be_copied(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("box", "log", "head") == 0
    note = capsys.readouterr().out.split("公钥")[0]
    assert Checkpoint.read(note.strip("\n") + "\n").signed_by(site.book.verifier)


def test_witness_signs_by_files_and_refuses_a_replayed_request(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    council, request, answer = tmp_path / "council.json", tmp_path / "request", tmp_path / "answer"
    assert run("witness", "key", council, "--name", "council") == 0
    assert run("box", "log", "add-witness", capsys.readouterr().out.strip()) == 0
    for _ in range(2):
        site.write()
        assert run("box", "log", "request", "council", request) == 0
        assert run("witness", "sign", council, request, answer, "--log", str(site.book.verifier)) == 0
        assert run("box", "log", "accept", answer) == 0
    capsys.readouterr()
    assert run("witness", "sign", council, request, answer, "--log", str(site.book.verifier)) == 2
    assert site.book.standing().witnessed_size == site.book.standing().size


def test_proof_is_written_and_an_unknown_leaf_refused(site: Site, tmp_path: Path) -> None:
    assert run("box", "log", "prove", "1", tmp_path / "proof") == 0
    assert (tmp_path / "proof").read_text("utf-8").startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert run("box", "log", "prove", "99", tmp_path / "none") == 2
    assert not (tmp_path / "none").exists()
