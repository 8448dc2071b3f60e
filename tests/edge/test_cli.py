"""The command as a person and a script use it: one JSON object, the right exit code, errors that name the fix."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import soundfile

ROOT = Path(__file__).parent.parent.parent
CALLS = ROOT / "tests/data/calls"


def sottovoce(*arguments: str, home: Path, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-c", "from edge.cli import main; main()", *arguments]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "proto"), *sys.path]),
        "SOTTOVOCE_BOX_HOME": str(home / "box"),
        "SOTTOVOCE_BOX_MODELS": str(models_dir()),
    }
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def models_dir() -> Path:
    from edge.settings import Settings

    return Settings().models_dir


def short_call(folder: Path, seconds: int = 20) -> Path:
    """The beginning of a real call with its sidecar beside it."""
    samples, rate_hz = soundfile.read(CALLS / "dv-005.flac", dtype="int16")
    audio = folder / "call.wav"
    soundfile.write(audio, samples[: seconds * rate_hz], rate_hz)
    shutil.copy(CALLS / "dv-005.sidecar.json", folder / "call.json")
    return audio


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["box", "analyse", "missing.wav"], "audio"),
        (["box", "analyse", str(CALLS / "dv-020.flac"), "--sidecar", "missing.json"], "sidecar"),
        (["box", "analyse", str(CALLS / "dv-020.flac"), "--sidecar", str(CALLS / "README.md")], "sidecar"),
        (["box", "analyse", str(CALLS / "README.md"), "--sidecar", str(CALLS / "dv-020.sidecar.json")], "audio"),
        (["box", "show", "nothing"], "call_id"),
        (["box", "import", "missing-folder"], "folder"),
        (["box", "frobnicate"], "command"),
        (["evaluate", "speech", "--manifest", "missing.tsv"], "--manifest"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(Path(part).name for part in value),
)
def test_bad_input_exits_2_with_field_problem_and_fix(arguments: list[str], field: str, tmp_path: Path) -> None:
    done = sottovoce(*arguments, "--json", home=tmp_path)
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 2
    assert error["field"].split(".")[0] == field
    assert error["problem"] and error["fix"]
    assert "Traceback" not in done.stderr


def test_unknown_setting_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir(mode=0o700)
    (tmp_path / "box" / "box.toml").write_text("[speech]\nmodle = '/x'\n")
    done = sottovoce("box", "status", "--json", home=tmp_path)
    assert done.returncode == 2
    assert "modle" in json.loads(done.stdout)["error"]["field"]


def test_call_is_analysed_listed_shown_masked_and_erased(tmp_path: Path) -> None:
    audio = short_call(tmp_path)
    done = sottovoce("box", "analyse", str(audio), "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    analysis: dict[str, Any] = json.loads(done.stdout)
    assert analysis["call_id"] == "dv-005"
    assert {"id", "speaker", "start_s", "end_s", "text", "confidence", "labels"} <= analysis["utterances"][0].keys()
    assert {"decode_s", "vad_s", "speech_s", "language_s", "scores_s", "total_s", "rtf"} == analysis["timing"].keys()
    score = {"value", "interval", "state", "evidence", "versions", "limits", "parts"}
    assert score == analysis["scores"]["empathy"].keys()

    again = sottovoce("box", "analyse", str(audio), "--json", home=tmp_path)
    assert json.loads(again.stdout) == analysis
    listed = json.loads(sottovoce("box", "calls", "--json", home=tmp_path).stdout)["calls"]
    assert [(call["call_id"], call["state"]) for call in listed] == [("dv-005", "analysed")]
    assert "A-1001" not in json.dumps(listed)
    readable = sottovoce("box", "show", "dv-005", home=tmp_path)
    assert "共情" in readable.stdout and readable.returncode == 0
    assert sottovoce("box", "delete", "dv-005", "--yes", home=tmp_path).returncode == 0
    assert sottovoce("box", "show", "dv-005", home=tmp_path).returncode == 2


def test_client_is_let_in_with_the_rights_given_and_shut_out_again(tmp_path: Path) -> None:
    from edge.certificates import Right, client_of

    issued = sottovoce("box", "client-certificate", "crm", "--may", "read", "--json", home=tmp_path)
    certificate = Path(json.loads(issued.stdout)["certificate"]).read_bytes()
    client = client_of(tmp_path / "box", certificate)
    assert client is not None and client.rights == {Right.READ}
    revoked = sottovoce("box", "revoke-client", "crm", "--json", home=tmp_path)
    assert json.loads(revoked.stdout) == {"name": "crm", "revoked": 1}
    assert client_of(tmp_path / "box", certificate) is None
    assert sottovoce("box", "revoke-client", "crm", "--json", home=tmp_path).returncode == 2


def test_talk_metrics_follow_the_preset_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir(mode=0o700)
    (tmp_path / "box" / "box.toml").write_text('talk_preset = "gong"\n')
    done = sottovoce("box", "analyse", str(short_call(tmp_path, seconds=8)), "--json", home=tmp_path)
    assert json.loads(done.stdout)["talk"]["preset"] == "gong"


@pytest.mark.skipif(os.geteuid() != 0, reason="a network namespace of one's own needs root")
def test_call_is_analysed_with_the_network_off(tmp_path: Path) -> None:
    audio = short_call(tmp_path, seconds=8)
    done = sottovoce("box", "analyse", str(audio), "--json", home=tmp_path, before=["unshare", "--net"])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["utterances"]
