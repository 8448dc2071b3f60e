"""A box whose ports are taken says which, and leaves nothing open."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from edge.box import Box
from edge.errors import BadInput
from edge.service import serve
from edge.settings import EventsSettings, ServeSettings, Settings
from tests.edge.test_cli import sottovoce

DOORS = ("events.smtp_port", "serve.rpc_port", "serve.web_port")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


def ports(door: str, taken: int) -> dict[str, int]:
    """Free ports for all doors but one."""
    return {name: free_port() for name in DOORS} | {door: taken}


@pytest.mark.parametrize("door", DOORS)
async def test_doors_opened_before_one_that_is_taken_are_closed_again(tmp_path: Path, taken: int, door: str) -> None:
    chosen = ports(door, taken)
    settings = Settings(
        home=tmp_path / "box",
        events=EventsSettings(smtp_port=chosen["events.smtp_port"], smtp_domains=("shop.example",)),
        serve=ServeSettings(rpc_port=chosen["serve.rpc_port"], web_port=chosen["serve.web_port"]),
    )
    quiet = Console(file=io.StringIO())
    with Box.open(settings) as box:
        with pytest.raises(BadInput, match=door):
            await serve(box, settings, sample=None, once=False, out=quiet, err=quiet)
        assert not [port for name, port in chosen.items() if name != door and await asyncio.to_thread(answers, port)]
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("rpc")]


@pytest.mark.parametrize("door", DOORS)
def test_run_names_the_port_that_is_taken_and_exits_2(tmp_path: Path, taken: int, door: str) -> None:
    chosen = ports(door, taken)
    (tmp_path / "box").mkdir(mode=0o700)
    (tmp_path / "box/box.toml").write_text(
        f'[events]\nsmtp_port = {chosen["events.smtp_port"]}\nsmtp_domains = ["shop.example"]\n'
        f"[serve]\nweb_port = {chosen['serve.web_port']}\nrpc_port = {chosen['serve.rpc_port']}\n"
    )
    done = sottovoce("box", "run", home=tmp_path)
    assert done.returncode == 2
    told = [line for line in done.stderr.splitlines() if not line.startswith("{")]  # the log's lines are JSON
    assert [line.split(". ")[0] for line in told] == [f"settings.{door}: the port can't be listened on"]
    assert "Traceback" not in done.stderr
