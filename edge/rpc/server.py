"""The gRPC server of a box: mutual TLS 1.3, limits, health, a calm end."""

from __future__ import annotations

import asyncio
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from sottovoce.edge.v1 import calls_pb2, calls_pb2_grpc

from edge import certificates
from edge.box import Box
from edge.errors import BoxError, NotReady, port_taken
from edge.rpc import limits
from edge.rpc.guard import Guard
from edge.rpc.limits import UploadMemory
from edge.rpc.service import Calls
from edge.settings import ServeSettings, Settings

log = structlog.get_logger("edge.rpc")
SERVICE = calls_pb2.DESCRIPTOR.services_by_name["Calls"].full_name
STOP_GRACE_S = 10.0
LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (where to reach who listens everywhere)
CERTIFICATES_EVERY_S = 12 * 3600.0


class RpcServer:
    """A running server. `port` is the one bound, also where the settings say 0."""

    def __init__(self, server: grpc.aio.Server, pool: ThreadPoolExecutor, port: int) -> None:
        self.port = port
        self._server = server
        self._pool = pool
        self._health = health.aio.HealthServicer()
        self._renewal: asyncio.Task[None] | None = None

    async def start(self, settings: Settings) -> None:
        """Begin to answer, and say so to whoever asks for the health of "" or of the service."""
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        await self._server.start()
        await self._health.set(SERVICE, health_pb2.HealthCheckResponse.SERVING)
        self._renewal = asyncio.create_task(_renew(settings))

    async def stop(self, grace: float = STOP_GRACE_S) -> None:
        """Refuse new calls, give running ones `grace` seconds, cut them off. No thread works on the box afterwards."""
        if self._renewal is not None:
            self._renewal.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewal
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    async def wait(self) -> None:
        """Until it was stopped."""
        await self._server.wait_for_termination()


async def serve(box: Box, settings: Settings) -> RpcServer:
    """Start the server on `settings.serve`, on the running event loop; makes certificates that are missing.

    Raises: BadInput if the port is taken, or for names that are none; NotReady if TLS 1.2 would be accepted.
    """
    await asyncio.to_thread(certificates.ensure, settings.home, settings.site, host_names(settings.serve))
    pool = ThreadPoolExecutor(limits.WORKERS_MAX, thread_name_prefix="rpc")
    server = grpc.aio.server(
        interceptors=[Guard(settings.home)],
        options=limits.SERVER_OPTIONS,
        maximum_concurrent_rpcs=limits.CALLS_MAX,
    )
    memory = UploadMemory(upload_bytes_max=settings.ingest.upload_bytes_max)
    calls_pb2_grpc.add_CallsServicer_to_server(Calls(box, pool, memory), server)
    running = RpcServer(server, pool, _bind(server, settings))
    await running.start(settings)
    if await asyncio.to_thread(_accepts_tls_1_2, settings, running.port):
        await running.stop(0)
        raise NotReady("serve", "TLS 1.2 would be accepted", "Import edge.rpc before anything that imports grpc")
    log.info("rpc serves", port=running.port)
    return running


def host_names(serve: ServeSettings) -> tuple[str, ...]:
    """What the server's certificate must name besides loopback: the names set, and the address if it is one."""
    try:
        anywhere = ip_address(serve.host).is_unspecified
    except ValueError:
        anywhere = False
    return serve.names if anywhere else (*serve.names, serve.host)


def _bind(server: grpc.aio.Server, settings: Settings) -> int:
    host = f"[{settings.serve.host}]" if ":" in settings.serve.host else settings.serve.host
    try:
        return server.add_secure_port(f"{host}:{settings.serve.rpc_port}", _credentials(settings.home))
    except RuntimeError as error:
        raise port_taken("serve.rpc_port") from error


def _credentials(home: Path) -> grpc.ServerCredentials:
    """Both sides show certificates of the box's authority; a renewed one is shown from the next handshake on."""
    shown = certificates.server_pair(home)

    def renewed() -> grpc.ServerCertificateConfiguration | None:
        nonlocal shown
        with suppress(BoxError):  # in the middle of a renewal: go on with what is shown
            if (current := certificates.server_pair(home)) != shown:
                shown = current
                return _configuration(shown)
        return None

    return grpc.dynamic_ssl_server_credentials(
        _configuration(shown),
        renewed,  # type: ignore[arg-type]  # the stubs leave out None, which means no change
        require_client_authentication=True,
    )


def _configuration(pair: certificates.ServerPair) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(pair.key, pair.certificate)], pair.authority)


async def _renew(settings: Settings) -> None:
    """Look after the certificates while the box runs for months."""
    while True:
        await asyncio.sleep(CERTIFICATES_EVERY_S)
        try:
            await asyncio.to_thread(certificates.ensure, settings.home, settings.site, host_names(settings.serve))
        except BoxError as error:
            log.error("certificates not renewed", error=type(error).__name__, reason=error.problem)


def _accepts_tls_1_2(settings: Settings, port: int) -> bool:
    """Try it with a good client certificate on the own port; anything but a refused handshake counts as accepted."""
    operator = certificates.operator(settings.home)
    context = ssl.create_default_context()
    context.check_hostname = False  # only the server's refusal counts here, not ours
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(operator.certificate, operator.key)
    host = LOOPBACK_OF.get(settings.serve.host, settings.serve.host)
    try:
        with socket.create_connection((host, port), timeout=limits.HANDSHAKE_S_MAX) as plain:
            context.wrap_socket(plain).close()
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError):
        return False
    except OSError:
        return True
    return True
