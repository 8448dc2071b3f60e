"""Sites to visit: a fresh one for each test, and one with an analysed call that all tests of its page share."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from edge.box import Box
from edge.ingest.sidecar import read_sidecar
from edge.settings import ServeSettings, Settings, default_home
from edge.web.accounts import FIRST, Accounts
from edge.web.server import WebServer, serve
from tests.edge.web.visitor import NAME, PASSWORD, Visitor

SAMPLES = Path(__file__).parents[3] / "samples"  # a telephone number is spoken in the call


@dataclass(frozen=True)
class Site:
    """A served box."""

    box: Box
    settings: Settings
    server: WebServer

    @property
    def base(self) -> str:
        return f"https://localhost:{self.server.port}"

    def claim(self) -> None:
        """Make the first account, past the set-up page."""
        Accounts(self.box.store).create_first(NAME, PASSWORD, roles=FIRST, now=datetime.now(UTC))


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Site]:
    settings = Settings(home=home, models=default_home().parent / "models", serve=ServeSettings(web_port=0))
    with Box.open(settings) as box:
        server = await serve(box, settings)
        try:
            yield Site(box=box, settings=settings, server=server)
        finally:
            await server.stop()


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[Site]:
    """A box that nobody has claimed."""
    async with opened(tmp_path / "box") as site:
        yield site


@pytest.fixture
async def site(fresh: Site) -> Site:
    """A claimed box without calls."""
    fresh.claim()
    return fresh


@pytest.fixture
async def visitor(fresh: Site) -> AsyncIterator[Visitor]:
    """Somebody who isn't signed in."""
    async with Visitor(fresh.base) as visitor:
        yield visitor


@pytest.fixture
async def member(site: Site) -> AsyncIterator[Visitor]:
    """Somebody who is signed in."""
    async with Visitor(site.base) as visitor:
        assert (await visitor.sign_in()).status == 303
        yield visitor


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def quiet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A claimed box without calls, shared by tests that change nothing."""
    async with opened(tmp_path_factory.mktemp("quiet") / "box") as site:
        site.claim()
        yield site


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def passer_by(quiet: Site) -> AsyncIterator[Visitor]:
    """Somebody who isn't signed in at the quiet box."""
    async with Visitor(quiet.base) as visitor:
        yield visitor


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def resident(quiet: Site) -> AsyncIterator[Visitor]:
    """Somebody who is signed in at the quiet box."""
    async with Visitor(quiet.base) as visitor:
        assert (await visitor.sign_in()).status == 303
        yield visitor


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def busy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A claimed box that has analysed one call; tests leave the call as they found it."""
    async with opened(tmp_path_factory.mktemp("busy") / "box") as site:
        site.claim()
        await asyncio.to_thread(analyse_call, site.box)
        yield site


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def reader(busy: Site) -> AsyncIterator[Visitor]:
    """Somebody who is signed in at the box with the analysed call."""
    async with Visitor(busy.base) as visitor:
        assert (await visitor.sign_in()).status == 303
        yield visitor


@pytest.fixture(scope="session")
def recording() -> bytes:
    return (SAMPLES / "call.flac").read_bytes()


@pytest.fixture(scope="session")
def sidecar() -> bytes:
    return (SAMPLES / "call.json").read_bytes()


@pytest.fixture(scope="session")
def refused_sidecar(sidecar: bytes) -> bytes:
    """A sidecar whose customer agreed to nothing."""
    form = json.loads(sidecar)
    form["bases"] = [basis for basis in form["bases"] if basis["party"] != "customer"]
    return json.dumps(form).encode()


@pytest.fixture(scope="session")
def call_id(sidecar: bytes) -> str:
    """The name of the busy box's call."""
    return str(json.loads(sidecar)["call_id"])


def analyse_call(box: Box) -> None:
    header = read_sidecar((SAMPLES / "call.json").read_bytes(), now=datetime.now(UTC))
    box.receive(header, io.BytesIO((SAMPLES / "call.flac").read_bytes()), actor="test")
    box.analyse(header.call_id, actor="test")
