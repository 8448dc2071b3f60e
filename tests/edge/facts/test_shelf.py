"""The table in force is whole, every earlier one is kept, and what was changed by hand is noticed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from edge.errors import BadInput, NotFound, NotReady
from edge.facts import shelf
from edge.facts.grounds import grounds, grounds_cited
from edge.facts.table import EXAMPLE, check_table
from edge.settings import FactsSettings, Settings

STARTED_AT = datetime.fromisoformat("2026-03-02T10:15:00+08:00")


def a_table(stock: int) -> bytes:
    return f"product_line,stock\n床垫,{stock}\n".encode()


def put(home: Path, stock: int) -> str:
    return shelf.put_in_force(home, check_table(a_table(stock)), actor="test").version


def test_box_without_a_table_has_none_in_force(tmp_path: Path) -> None:
    assert shelf.in_force(tmp_path) is None
    assert shelf.versions(tmp_path) == ()
    assert grounds(Settings(home=tmp_path), started_at=STARTED_AT) is None


def test_last_table_is_in_force_and_the_ones_before_can_still_be_read(tmp_path: Path) -> None:
    home = tmp_path / "box"
    first, second = put(home, 1), put(home, 2)
    current = shelf.in_force(home)
    assert current is not None and current.facts.version == second
    assert shelf.table(home, first).rows[0].stock == 1
    assert set(shelf.versions(home)) == {first, second}
    assert put(home, 1) == first
    assert len(shelf.versions(home)) == 2


@pytest.mark.parametrize(
    "site", [FactsSettings(), FactsSettings(region="华东"), FactsSettings(region="华东", role="a")]
)
def test_past_score_is_held_against_the_table_region_and_role_it_cites(tmp_path: Path, site: FactsSettings) -> None:
    put(tmp_path, 1)
    then = grounds(Settings(home=tmp_path, facts=site), started_at=STARTED_AT)
    put(tmp_path, 2)
    now = grounds(Settings(home=tmp_path, facts=FactsSettings(region="华北", role="b")), started_at=STARTED_AT)
    assert now is not None and then is not None
    assert (now.facts.rows[0].stock, now.region, now.role) == (2, "华北", "b")
    assert grounds_cited(tmp_path, then.versions, started_at=STARTED_AT) == then


def test_score_that_cites_no_facts_has_no_grounds_though_there_are_some_now(tmp_path: Path) -> None:
    put(tmp_path, 1)
    assert grounds_cited(tmp_path, {"scores_region": "华东"}, started_at=STARTED_AT) is None


def test_table_with_a_problem_leaves_the_one_before_in_force(tmp_path: Path) -> None:
    version = put(tmp_path, 1)
    with pytest.raises(BadInput, match="row 2, column stock"):
        shelf.put_in_force(tmp_path, check_table("product_line,stock\n床垫,x\n".encode()), actor="test")
    current = shelf.in_force(tmp_path)
    assert current is not None and current.facts.version == version


@pytest.mark.parametrize("version", ["0123456789ab", "../in_force", ""])
def test_version_that_is_not_kept_is_not_found(tmp_path: Path, version: str) -> None:
    put(tmp_path, 1)
    with pytest.raises(NotFound):
        shelf.table(tmp_path, version)


@pytest.mark.parametrize("damage", [a_table(7), b"", b"\xff\x00"])
def test_table_that_was_changed_on_disk_is_not_used(tmp_path: Path, damage: bytes) -> None:
    version = put(tmp_path, 1)
    (tmp_path / "facts" / f"{version}.csv").write_bytes(damage)
    with pytest.raises(NotReady):
        shelf.in_force(tmp_path)
    assert put(tmp_path, 1) == version, "importing it again mends it"
    assert shelf.in_force(tmp_path) is not None


def test_only_the_boxs_own_user_can_read_the_table(tmp_path: Path) -> None:
    put(tmp_path / "box", 1)
    modes = {path.stat().st_mode & 0o077 for path in [tmp_path / "box", *(tmp_path / "box").rglob("*")]}
    assert modes == {0}


def test_kill_at_any_moment_leaves_a_whole_table_in_force(tmp_path: Path) -> None:
    put(tmp_path, 0)
    program = (
        "import sys; from pathlib import Path; from tests.edge.facts.test_shelf import put\n"
        "stock = 0\n"
        "while True:\n    stock += 1; put(Path(sys.argv[1]), stock % 50); print(flush=True)\n"
    )
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "proto"), *sys.path])}
    for delay_s in (0.0, 0.003, 0.007, 0.011):
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], env=environment, stdout=subprocess.PIPE
        )
        assert writer.stdout is not None and writer.stdout.readline()
        time.sleep(delay_s)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        assert shelf.in_force(tmp_path) is not None
        assert all(shelf.table(tmp_path, version).rows for version in shelf.versions(tmp_path))


def test_example_of_the_documentation_is_a_table_without_problems() -> None:
    assert check_table(EXAMPLE.encode()).problems == ()
