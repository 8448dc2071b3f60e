"""Who gets in at all."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from sottovoce.edge.v1 import calls_pb2 as pb
from sottovoce.edge.v1 import calls_pb2_grpc

from edge import certificates
from edge.certificates import ClientPaths, Right
from edge.errors import BadInput
from edge.rpc import limits
from edge.rpc.server import SERVICE, host_names, serve
from edge.settings import ServeSettings, Settings
from tests.edge.rpc.conftest import Door, connect
from tests.edge.rpc.memory_box import MemoryBox
from tests.edge.rpc.sending import DEADLINE_S, reason

Stub = calls_pb2_grpc.CallsStub


async def code_of(channel: grpc.aio.Channel, request: pb.ListCallsRequest | None = None) -> grpc.StatusCode:
    """How a harmless call ends."""
    async with channel:
        try:
            await Stub(channel).ListCalls(request or pb.ListCallsRequest(), timeout=DEADLINE_S)
        except grpc.aio.AioRpcError as error:
            return error.code()
    return grpc.StatusCode.OK


async def test_client_is_turned_away_when_it_speaks_plaintext(door: Door) -> None:
    channel = grpc.aio.insecure_channel(f"localhost:{door.server.port}")
    assert await code_of(channel) is grpc.StatusCode.UNAVAILABLE


async def test_client_is_turned_away_when_it_has_no_certificate(door: Door) -> None:
    authority = certificates.operator(door.home).authority.read_bytes()
    channel = grpc.aio.secure_channel(f"localhost:{door.server.port}", grpc.ssl_channel_credentials(authority))
    assert await code_of(channel) is grpc.StatusCode.UNAVAILABLE


async def test_client_is_turned_away_when_another_authority_signed_it(door: Door, tmp_path: Path) -> None:
    certificates.ensure(tmp_path / "other", "berlin-1", [])
    stranger = certificates.operator(tmp_path / "other")
    known = certificates.operator(door.home)
    client = ClientPaths(certificate=stranger.certificate, key=stranger.key, authority=known.authority)
    assert await code_of(door.channel(client)) is grpc.StatusCode.UNAVAILABLE


async def test_client_turns_a_box_of_another_authority_away(door: Door, tmp_path: Path) -> None:
    certificates.ensure(tmp_path / "other", "berlin-1", [])
    assert await code_of(door.channel(certificates.operator(tmp_path / "other"))) is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("days", [-91, 2], ids=["ended", "not yet begun"])
async def test_client_is_turned_away_outside_its_certificates_time(door: Door, days: int) -> None:
    client = certificates.issue_client(door.home, "pbx", now=datetime.now(UTC) + timedelta(days=days))
    assert await code_of(door.channel(client)) is grpc.StatusCode.UNAVAILABLE


async def test_client_is_turned_away_when_it_shows_the_servers_certificate(door: Door) -> None:
    folder = door.home / "tls"
    thief = ClientPaths(certificate=folder / "server.crt", key=folder / "server.key", authority=folder / "ca.crt")
    assert await code_of(door.channel(thief)) is grpc.StatusCode.UNAVAILABLE


async def test_tls_1_2_is_refused_to_a_client_with_a_good_certificate(door: Door) -> None:
    operator = certificates.operator(door.home)
    context = ssl.create_default_context(cafile=str(operator.authority))
    context.load_cert_chain(operator.certificate, operator.key)
    context.set_alpn_protocols(["h2"])

    def version() -> str | None:
        plain = socket.create_connection(("localhost", door.server.port))
        with plain, context.wrap_socket(plain, server_hostname="localhost") as secured:
            return secured.version()

    assert await asyncio.to_thread(version) == "TLSv1.3"
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        await asyncio.to_thread(version)


def test_box_does_not_start_when_tls_1_2_would_get_through(settings: Settings) -> None:
    program = """
import grpc  # too early: gRPC has read its environment before edge.rpc could set the suites
import asyncio, pathlib, sys
from edge.errors import NotReady
from edge.rpc.server import serve
from edge.settings import ServeSettings, Settings
from tests.edge.rpc.memory_box import MemoryBox
try:
    asyncio.run(serve(MemoryBox(), Settings(home=pathlib.Path(sys.argv[1]), serve=ServeSettings(rpc_port=0))))
except NotReady as error:
    print(error.problem)
"""
    root = Path(__file__).parents[3]
    started = subprocess.run(
        [sys.executable, "-c", program, str(settings.home)],
        env={"PYTHONPATH": f"{root}:{root / 'proto'}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.stdout == "TLS 1.2 would be accepted\n", started.stderr


async def test_client_is_unknown_from_the_next_call_on_once_it_is_revoked(door: Door) -> None:
    async with door.channel(certificates.issue_client(door.home, "pbx")) as channel:
        await Stub(channel).ListCalls(pb.ListCallsRequest(), timeout=DEADLINE_S)
        certificates.revoke_client(door.home, "pbx")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await Stub(channel).ListCalls(pb.ListCallsRequest(), timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert reason(caught.value) == "UNKNOWN_CLIENT"


@pytest.mark.parametrize(
    ("right", "method", "request_"),
    [
        (Right.READ, "DeleteCall", pb.DeleteCallRequest(call_id="a", reason=1)),
        (Right.SEND, "ListCalls", pb.ListCallsRequest()),
        (Right.SEND, "GetAnalysis", pb.GetAnalysisRequest(call_id="a")),
        (Right.ERASE, "ExplainScore", pb.ExplainScoreRequest(call_id="a", score="empathy")),
        (Right.READ, "GetAnalysis", pb.GetAnalysisRequest(call_id="a", reveal=True)),
        (Right.READ, "ExplainScore", pb.ExplainScoreRequest(call_id="a", score="empathy", reveal=True)),
    ],
)
async def test_client_may_only_do_what_its_certificate_was_issued_for(
    door: Door, right: Right, method: str, request_: object
) -> None:
    async with door.channel(certificates.issue_client(door.home, "pbx", rights={right})) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await getattr(Stub(channel), method)(request_, timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert reason(caught.value) == "NOT_ALLOWED"
    assert not door.box.actors


async def test_metadata_past_its_limit_is_refused(door: Door) -> None:
    async with door.channel() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await Stub(channel).ListCalls(
                pb.ListCallsRequest(), timeout=DEADLINE_S, metadata=(("padding", "x" * 9000),)
            )
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize(
    "method", ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/sottovoce.edge.v1.Calls/Other"]
)
async def test_nothing_answers_but_the_methods_of_the_contract(door: Door, method: str) -> None:
    async with door.channel() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await channel.unary_unary(method)(b"", timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("service", ["", SERVICE])
async def test_health_is_serving_while_the_box_serves(door: Door, service: str) -> None:
    async with door.channel() as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=DEADLINE_S)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_health_of_a_service_that_is_not_there_is_not_found(door: Door) -> None:
    async with door.channel() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            stub = health_pb2_grpc.HealthStub(channel)
            await stub.Check(health_pb2.HealthCheckRequest(service="other"), timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_health_watcher_is_told_that_the_box_stops(settings: Settings) -> None:
    server = await serve(MemoryBox(), settings)
    async with connect(server.port, certificates.operator(settings.home)) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=DEADLINE_S)
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.SERVING
        stopping = asyncio.ensure_future(server.stop(5))
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        watch.cancel()
        await stopping


async def test_call_past_the_number_that_the_box_takes_at_once_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CALLS_MAX", 1)
    server = await serve(MemoryBox(), settings)
    async with connect(server.port, certificates.operator(settings.home)) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=DEADLINE_S)
        await watch.read()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await Stub(channel).ListCalls(pb.ListCallsRequest(), timeout=DEADLINE_S)
        watch.cancel()
    await server.stop(0)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_renewed_server_certificate_is_shown_without_a_restart(door: Door) -> None:
    before = await asyncio.to_thread(ssl.get_server_certificate, ("localhost", door.server.port))
    certificates.ensure(door.home, "berlin-1", ["box.shop.example"])
    after = await asyncio.to_thread(ssl.get_server_certificate, ("localhost", door.server.port))
    assert before != after
    assert await code_of(door.channel()) is grpc.StatusCode.OK


async def test_second_box_is_told_that_the_port_is_taken(door: Door, settings: Settings) -> None:
    taken = settings.model_copy(update={"serve": ServeSettings(rpc_port=door.server.port)})
    with pytest.raises(BadInput, match=r"serve\.rpc_port"):
        await serve(MemoryBox(), taken)


@pytest.mark.parametrize(
    ("host", "names"),
    [("0.0.0.0", ("a",)), ("::", ("a",)), ("10.1.2.3", ("a", "10.1.2.3")), ("box.lan", ("a", "box.lan"))],
)
def test_certificate_names_the_address_the_box_listens_on(host: str, names: tuple[str, ...]) -> None:
    assert host_names(ServeSettings(host=host, names=("a",))) == names
