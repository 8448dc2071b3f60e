"""A real server on loopback, reached by real clients over mutual TLS."""

from __future__ import annotations

import edge.rpc  # isort: skip  (before grpc, see its docstring)

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from sottovoce.edge.v1 import calls_pb2_grpc

from edge import certificates
from edge.certificates import ClientPaths
from edge.rpc.server import RpcServer, serve
from edge.settings import IngestSettings, ServeSettings, Settings
from tests.edge.rpc.memory_box import MemoryBox

assert edge.rpc
UPLOAD_BYTES_MAX = 2_000_000
# Without its own pool a channel would share another test's connection to the same port.
OWN_POOL = [("grpc.use_local_subchannel_pool", 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A running server, and how to reach it."""

    box: MemoryBox
    server: RpcServer
    home: Path

    def channel(self, client: ClientPaths | None = None) -> grpc.aio.Channel:
        """A connection, as the operator unless another client is given."""
        return connect(self.server.port, client or certificates.operator(self.home))

    def blocking_channel(self) -> grpc.Channel:
        """The operator's connection for threads.

        gRPC's asyncio client may report its own failed write (INTERNAL) in place of the status that a server gives
        while messages are still being sent; its blocking client, like those of other languages, shows the status.
        """
        credentials = credentials_of(certificates.operator(self.home))
        return grpc.secure_channel(f"localhost:{self.server.port}", credentials, OWN_POOL)


def connect(port: int, client: ClientPaths) -> grpc.aio.Channel:
    return grpc.aio.secure_channel(f"localhost:{port}", credentials_of(client), OWN_POOL)


def credentials_of(client: ClientPaths) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(
        client.authority.read_bytes(), client.key.read_bytes(), client.certificate.read_bytes()
    )


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A box's folder with its certificates, made once."""
    home = tmp_path_factory.mktemp("issued")
    certificates.ensure(home, "berlin-1", ["localhost", "127.0.0.1"])
    return home


@pytest.fixture
def settings(issued: Path, tmp_path: Path) -> Settings:
    """Settings of a box on any free port, with room for small recordings only."""
    home = tmp_path / "box"
    shutil.copytree(issued, home)
    return Settings(
        home=home,
        site="berlin-1",
        ingest=IngestSettings(upload_bytes_max=UPLOAD_BYTES_MAX),
        serve=ServeSettings(rpc_port=0),
    )


@pytest.fixture
async def door(settings: Settings) -> AsyncIterator[Door]:
    """The server at work."""
    box = MemoryBox()
    server = await serve(box, settings)
    yield Door(box=box, server=server, home=settings.home)
    await server.stop(0)


@pytest.fixture
async def stub(door: Door) -> AsyncIterator[calls_pb2_grpc.CallsStub]:
    """The operator's client."""
    async with door.channel() as channel:
        yield calls_pb2_grpc.CallsStub(channel)
