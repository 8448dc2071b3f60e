"""What the pages load: nothing but files of this repository, as they were verified."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge.web.static_files import static_files, static_url
from tests.edge.web.visitor import Visitor


def test_vendored_files_are_as_listed() -> None:
    subprocess.run([sys.executable, "scripts/vendor", "--check"], check=True, capture_output=True)


def test_vendor_check_finds_a_changed_file(tmp_path: Path) -> None:
    for name in ("scripts", "edge/web/static/vendor", "tests/data/web"):
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-r", name, str(copy)], check=True)
    script = next((tmp_path / "edge/web/static/vendor").rglob("*.js"))
    script.write_bytes(script.read_bytes() + b" ")
    ran = subprocess.run([sys.executable, tmp_path / "scripts/vendor", "--check"], capture_output=True, text=True)
    assert ran.returncode == 1 and script.name in ran.stderr


@pytest.mark.asyncio(loop_scope="session")
async def test_file_may_be_kept_for_ever_under_its_hash(passer_by: Visitor) -> None:
    answer = await passer_by.get(static_url("sottovoce.css"))
    assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"]
    assert answer.content_type == "text/css"


@pytest.mark.parametrize(
    "path", ["/static/0000000000000000/sottovoce.css", "/static/x/..%2f..%2fapp.py", "/static/x/vendor/vendor.toml"]
)
@pytest.mark.asyncio(loop_scope="session")
async def test_file_is_not_found_under_another_hash_or_outside(passer_by: Visitor, path: str) -> None:
    assert (await passer_by.get(path)).status == 404


def test_licence_stands_beside_every_vendored_script() -> None:
    scripts = [name for name in static_files() if name.startswith("vendor/")]
    assert scripts
    assert all((Path("edge/web/static") / name).with_name("LICENSE").is_file() for name in scripts)
