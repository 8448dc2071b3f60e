"""Serving the pages: start, tell the port, stop."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Final, Self

import structlog
from aiohttp import web

from edge import certificates
from edge.box import Box
from edge.errors import port_taken
from edge.settings import Settings
from edge.web.app import make_app, pending_setup_code

# Time for answers under way when the box stops; a player that holds a connection open isn't waited for longer.
_STOP_S: Final = 3.0
# A browser that sends its headers this slowly has gone, or holds connections on purpose.
_IDLE_S: Final = 75.0


log = structlog.get_logger()


async def serve(box: Box, settings: Settings) -> WebServer:
    """Serve a box's pages over TLS.

    Raises: BadInput if the port is taken; NotReady where certificates can't be made or read.
    """
    certificates.ensure(settings.home, settings.site, settings.serve.names)
    pending_setup_code(box, settings)  # there before anyone can ask for it; whoever starts the box prints it
    server = WebServer(
        make_app(box, settings),
        host=settings.serve.host,
        port=settings.serve.web_port,
        tls=certificates.server_ssl_context(settings.home),
    )
    try:
        port = await server.start()
    except OSError as error:
        await server.stop()
        raise port_taken("serve.web_port") from error
    log.info("pages serve", port=port)
    return server


class WebServer:
    """The pages on one port.

    Args:
        app: from `make_app`.
        host, port: where to listen; port 0 takes a free one.
        tls: the server's context; None serves in the clear, which only tests may do.
    """

    def __init__(self, app: web.Application, *, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        # No access log: addresses hold calls' names, and those may be telephone numbers.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_S, keepalive_timeout=_IDLE_S)
        self._host, self._port, self._tls = host, port, tls

    async def start(self) -> int:
        """Begin to serve; the port."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, ssl_context=self._tls)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """End what is under way and let go of the port."""
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        """The port that is served. Raises: IndexError before `start`."""
        return int(self._runner.addresses[0][1])
