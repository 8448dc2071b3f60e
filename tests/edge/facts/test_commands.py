"""`sottovoce box facts` as a person and a script use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge.cli import main

GOOD = "product_line,aliases,stock\n滚筒洗衣机,洗衣机,0\n床垫,,3\n"
BAD = "product_line,stock\n床垫,x\n沙发,y\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "box"


def a_file(home: Path, text: str, encoding: str = "utf-8") -> str:
    path = home.parent / "facts.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def ran(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, Any]:
    code = 0
    try:
        main(["box", "facts", *arguments, "--home", str(home), "--json"])
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_table_is_imported_and_shown(capsys: pytest.CaptureFixture[str], home: Path, encoding: str) -> None:
    code, imported = ran(capsys, home, "import", a_file(home, GOOD, encoding))
    assert (code, imported["in_force"], imported["added"], imported["rows"]) == (0, True, 2, 2)
    code, shown = ran(capsys, home, "show")
    assert (code, shown["version"], shown["versions"]) == (0, imported["version"], [imported["version"]])
    assert [row["product_line"] for row in shown["table"]] == ["滚筒洗衣机", "床垫"]


def test_dry_run_says_what_changes_and_keeps_nothing(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    ran(capsys, home, "import", a_file(home, GOOD))
    code, tried = ran(capsys, home, "import", a_file(home, GOOD.replace("床垫,,3", "床垫,,4")), "--dry-run")
    assert code == 0
    assert (tried["in_force"], tried["added"], tried["removed"], tried["kept"]) == (False, 1, 1, 1)
    _, shown = ran(capsys, home, "show")
    assert shown["versions"] == [shown["version"]] != [tried["version"]]


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_table_with_problems_names_each_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], home: Path, more: list[str]
) -> None:
    code, answer = ran(capsys, home, "import", a_file(home, BAD), *more)
    assert code == 2
    assert answer["error"]["field"] == "facts row 2, column stock"
    assert [(one["row"], one["column"]) for one in answer["problems"]] == [(2, "stock"), (3, "stock")]
    assert ran(capsys, home, "show")[1]["version"] is None


@pytest.mark.parametrize("arguments", [["import", "missing.csv"], ["show", "--version", "0123456789ab"]])
def test_what_is_not_there_exits_2_with_the_fix(
    capsys: pytest.CaptureFixture[str], home: Path, arguments: list[str]
) -> None:
    code, answer = ran(capsys, home, *arguments)
    assert code == 2 and answer["error"]["fix"]


def test_earlier_version_can_be_shown(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    _, first = ran(capsys, home, "import", a_file(home, GOOD))
    ran(capsys, home, "import", a_file(home, GOOD.replace("床垫,,3", "床垫,,4")))
    _, shown = ran(capsys, home, "show", "--version", first["version"])
    assert shown["table"][1]["stock"] == "3" and len(shown["versions"]) == 2


def test_people_read_every_row_and_every_problem(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    main(["box", "facts", "import", a_file(home, GOOD), "--home", str(home)])
    main(["box", "facts", "show", "--home", str(home)])
    assert "滚筒洗衣机" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["box", "facts", "import", a_file(home, BAD), "--home", str(home)])
    told = capsys.readouterr().err
    assert "第 2 行" in told and "第 3 行" in told
