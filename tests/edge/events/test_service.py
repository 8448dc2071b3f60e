"""The running box receives mail and watches the folder of tables, once it is told to."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.box import Box
from edge.records import EventKind
from edge.settings import Settings
from tests.edge.events.conftest import Clerk
from tests.edge.test_cli import ROOT, models_dir

WAIT_S = 60.0
MAIL = "From: zhang@shop.example\nTo: li@example.com\nMessage-ID: <1@shop.example>\n\nhello"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Box.open(Settings(home=tmp_path / "box")) as box:
        Clerk(box).call("li@example.com")
    return tmp_path / "box"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def smtp_port(home: Path, tmp_path: Path) -> Iterator[int]:
    """The port of a box that serves mail and watches a folder."""
    port, folder = free_port(), tmp_path / "in"
    folder.mkdir()
    (home / "box.toml").write_text(
        f'[events]\nsmtp_port = {port}\nsmtp_domains = ["shop.example"]\nfolder = "{folder}"\n'
        f"[serve]\nweb_port = 0\nrpc_port = {free_port()}\n"
    )
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "proto"), *sys.path]),
        "SOTTOVOCE_BOX_HOME": str(home),
        "SOTTOVOCE_BOX_MODELS": str(models_dir()),
    }
    command = [sys.executable, "-c", "from edge.cli import main; main()", "box", "run"]
    with (tmp_path / "log").open("wb") as log:
        serving = subprocess.Popen(command, env=environment, stderr=log, stdout=log)
        yield port
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(WAIT_S) == 0, (tmp_path / "log").read_text()


def eventually(look: Callable[[], bool]) -> bool:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if look():
            return True
        time.sleep(0.2)
    return False


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_mail_and_tables_come_in_while_the_box_runs(home: Path, smtp_port: int, tmp_path: Path) -> None:
    assert eventually(lambda: answers(smtp_port))
    with smtplib.SMTP("127.0.0.1", smtp_port, timeout=20) as client:
        client.sendmail("zhang@shop.example", ["journal@box.example"], MAIL)
    (tmp_path / "in/a.csv").write_text("kind,at,customer_ref\ncustomer_login,2026-03-03T10:00:00Z,li@example.com\n")
    with Box.open(Settings(home=home)) as box:
        wanted = {("mail", EventKind.FOLLOW_UP_CONTACT): 1, ("csv", EventKind.CUSTOMER_LOGIN): 1}
        assert eventually(lambda: box.events.counts() == wanted), box.events.counts()
