"""The contract, its generated code, its documentation and the example belong together."""

from __future__ import annotations

import asyncio
import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sottovoce.edge.v1 import calls_pb2

from edge.records import CallState
from edge.rpc.guard import RULES
from tests.edge.rpc.conftest import Door
from tests.edge.rpc.memory_box import an_analysis

ROOT = Path(__file__).parents[3]
METHODS = [method.name for method in calls_pb2.DESCRIPTOR.services_by_name["Calls"].methods]


def test_generated_code_is_what_the_contract_makes() -> None:
    checked = subprocess.run([ROOT / "scripts/proto", "--check"], capture_output=True, text=True, cwd=ROOT)
    assert checked.returncode == 0, checked.stderr


def test_drift_of_the_generated_code_is_noticed(tmp_path: Path) -> None:
    for part in ("proto", "scripts"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    generated = tmp_path / "proto/sottovoce/edge/v1/calls_pb2.py"
    generated.write_text(generated.read_text() + "\n")
    checked = subprocess.run([tmp_path / "scripts/proto", "--check"], capture_output=True, text=True)
    assert checked.returncode == 1
    assert "calls_pb2.py differs" in checked.stderr


def test_every_field_and_value_of_the_contract_is_explained() -> None:
    lines = (ROOT / "proto/sottovoce/edge/v1/calls.proto").read_text().splitlines()
    explained = re.compile(r"\s*//|.*_UNSPECIFIED = 0;$")
    bare = [
        line.strip()
        for before, line in itertools.pairwise(lines)
        if re.match(r"(message|enum|service|  rpc) |  (repeated |optional )?(map<.*>|[\w.]+) \w+ = \d+;", line)
        and not re.match(r"\s*//", before)
        and not explained.match(line)
        and not re.match(r"  [A-Z0-9_]+ = \d+;", line)
    ]
    assert not bare


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_a_rule_and_a_chapter_in_the_documentation(method: str) -> None:
    assert f"/sottovoce.edge.v1.Calls/{method}" in RULES
    assert f"## {method}" in (ROOT / "docs/api.md").read_text()


def sample(door: Door, *arguments: str | Path) -> list[str]:
    """The example's command line."""
    box = ["--box", f"localhost:{door.server.port}", "--certificates", str(door.home / "tls")]
    return [sys.executable, str(ROOT / "examples/upload_call.py"), *map(str, arguments), *box]


async def run(command: list[str]) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={"PATH": "", "LC_ALL": "C.UTF-8"}
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_example_uploads_follows_and_prints_scores_with_their_reasons(door: Door) -> None:
    def analysed() -> None:
        door.box.analyses["sample-001"] = an_analysis("sample-001")

    door.box.before_receive = analysed
    example = asyncio.ensure_future(run(sample(door, ROOT / "samples/call.flac", ROOT / "samples/call.json")))
    while "sample-001" not in door.box.states:
        assert not example.done(), example.result()
        await asyncio.sleep(0.01)
    door.box.states["sample-001"] = CallState.ANALYSED
    code, out, err = await example
    assert (code, err) == (0, "")
    assert door.box.recordings["sample-001"] == (ROOT / "samples/call.flac").read_bytes()
    assert "empathy: 70 (60 to 80)" in out
    assert "+5.0" in out
    assert "王小明" not in out


async def test_example_says_what_is_wrong_and_how_to_mend_it(door: Door, tmp_path: Path) -> None:
    sidecar = tmp_path / "call.json"
    sidecar.write_text((ROOT / "samples/call.json").read_text().replace('"customer"', '"agent"'))
    code, _, err = await run(sample(door, ROOT / "samples/call.flac", sidecar))
    assert code == 1
    assert err.startswith(("CONSENT_REFUSED: bases: ", "BAD_INPUT: sidecar"))
    assert "Traceback" not in err
