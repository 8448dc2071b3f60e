"""The commands for events and waits, as a script uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge.box import Box
from edge.settings import Settings
from tests.edge.events.conftest import Clerk
from tests.edge.test_cli import sottovoce

HEAD = "id,kind,at,customer_ref,agent_ref\n"
GOOD = "1,follow_up_contact,2026-03-03T10:00:00+08:00,C-1,A-1\n"
WRONG = "2,called,2026-03-03T10:00:00+08:00,C-1,A-1\n"


def run(home: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    done = sottovoce("box", *arguments, "--json", home=home)
    assert done.returncode == code, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "events.csv"
    file.write_text(HEAD + GOOD, "utf-8")
    return file


def test_table_is_rehearsed_then_imported_and_waits_are_told(tmp_path: Path, table: Path) -> None:
    with Box.open(Settings(home=tmp_path / "box")) as box:
        Clerk(box).call()
    imported = {"rows": 1, "stored": 1, "duplicates": 0, "unclaimed": 0, "problems": []}
    assert run(tmp_path, "events", "import", str(table), "--dry-run") == imported
    assert run(tmp_path, "events", "status")["events"] == []
    assert run(tmp_path, "events", "import", str(table)) == imported
    assert run(tmp_path, "events", "import", str(table))["duplicates"] == 1
    report = run(tmp_path, "follow-up", "--agent", "A-1")
    assert report["all"]["answered"] == 1 and report["all"]["median_h"] == pytest.approx(24.0, abs=0.1)
    assert len(report["agents"]) == 1 and "A-1" not in json.dumps(report).replace(report["agents"][0]["agent"], "")
    assert run(tmp_path, "follow-up", "--agent", "A-2")["agents"] == []
    shown = sottovoce("box", "follow-up", home=tmp_path)
    assert shown.returncode == 0 and "24.0" in shown.stdout


def test_wrong_rows_are_all_told_in_a_rehearsal_and_refuse_the_whole_table(tmp_path: Path, table: Path) -> None:
    table.write_text(HEAD + GOOD + WRONG + WRONG.replace("2,", "3,"), "utf-8")
    rehearsal = run(tmp_path, "events", "import", str(table), "--dry-run", code=2)
    assert [each["field"] for each in rehearsal["problems"]] == [f"table row {row}, column kind" for row in (3, 4)]
    assert run(tmp_path, "events", "import", str(table), code=2)["error"]["field"] == "table row 3, column kind"
    assert run(tmp_path, "events", "status")["events"] == []


def test_source_gets_a_secret_once_and_is_removed(tmp_path: Path) -> None:
    added = run(tmp_path, "events", "add-source", "crm")
    assert added["path"] == "/hooks/events/crm" and len(added["secret"]) >= 43
    assert run(tmp_path, "events", "add-source", "crm", code=2)["error"]["field"] == "source"
    status = run(tmp_path, "events", "status")
    assert status["sources"] == ["crm"] and added["secret"] not in json.dumps(status)
    assert run(tmp_path, "events", "remove-source", "crm") == {"source": "crm", "removed": True}
    assert run(tmp_path, "events", "remove-source", "crm", code=2)["error"]["field"] == "source"


@pytest.mark.parametrize("name", ["mail", "csv", "C R M"])
def test_name_that_no_source_may_have_is_refused(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, "events", "add-source", name, code=2)["error"]["field"] == "source"


def test_directory_of_addresses_is_counted_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "addresses.csv"
    file.write_text("address,customer_ref\nli@example.com,C-1\nwang@example.com,C-2\n", "utf-8")
    assert run(tmp_path, "events", "addresses", str(file), "--dry-run") == {"addresses": 2}
    assert run(tmp_path, "events", "addresses", str(file)) == {"addresses": 2}
    assert run(tmp_path, "events", "addresses", str(tmp_path / "missing.csv"), code=2)["error"]["field"] == "file"


def test_mail_receiver_without_the_firms_domains_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir(mode=0o700)
    (tmp_path / "box/box.toml").write_text("[events]\nsmtp_port = 8425\n")
    assert run(tmp_path, "status", code=2)["error"]["field"].startswith("settings.events")
