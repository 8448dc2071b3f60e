"""What must never be true of the code itself (docs/architecture.md): rules that matter are tests."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EDGE = ROOT / "edge"
STAGES = ("ingest", "consent", "speech", "language", "scores", "store", "vault")
FOUNDATION = {"records", "errors", "settings", "models", "codebook", "spreadsheet", "durable"}
MAY_ALSO_IMPORT = {"consent": {"vault"}}  # the gate alone unwraps keys
SQUATTED = ("zh-core-web-sm", "zh-core-web-md", "en-core-web-trf")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "_pb2" not in path.name)


@pytest.mark.parametrize("stage", STAGES)
def test_stage_imports_no_other_stage_and_nothing_above_it(stage: str) -> None:
    allowed = FOUNDATION | {stage} | MAY_ALSO_IMPORT.get(stage, set())
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(EDGE / stage)
        for name in imports(path)
        if name.startswith("edge.") and name.split(".")[1] not in allowed
    }
    assert modules(EDGE / stage)
    assert not found


def test_box_and_centre_never_import_each_other() -> None:
    assert not [path for path in modules(EDGE) if any(name.split(".")[0] == "server" for name in imports(path))]


def test_untrusted_audio_is_decoded_only_in_the_sandbox() -> None:
    decoders = {
        str(path.relative_to(EDGE))
        for path in modules(EDGE)
        if any(name.split(".")[0] == "av" or name.endswith("decode_audio") for name in imports(path))
    }
    assert decoders == {"ingest/child.py", "ingest/source.py"}  # what runs inside the sandbox


def test_commands_start_without_what_only_an_analysis_needs() -> None:
    program = (
        "import edge.cli, sys; print(*{'scipy', 'spacy', 'onnxruntime', 'av', 'grpc', 'aiohttp'} & set(sys.modules))"
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "proto"), *sys.path])
    started = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert started.stdout.split() == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_pins_every_package_with_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    pinned = re.findall(r"^([a-z0-9][a-z0-9.-]*)==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    assert len(pinned) > 50
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.M))
    assert "://" not in text and "index-url" not in text
    assert not set(pinned) & set(SQUATTED)


def test_no_name_in_the_tree_is_a_drawer() -> None:
    drawers = {"utils.py", "helpers.py", "common.py", "base.py", "manager.py"}
    assert not [path for path in modules(EDGE) if path.name in drawers]
