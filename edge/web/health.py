"""What the machines that watch over the box ask: alive, ready, how it is doing."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from edge.box import Box
from edge.errors import NotReady
from edge.pipeline import now_utc
from edge.records import CallState
from edge.web.keys import BOX, METRICS_TOKEN

TOKEN_FILE: Final = "metrics-token"  # noqa: S105 (a file's name)


async def show_alive(_: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


async def show_ready(request: web.Request) -> web.Response:
    """Whether the box could take a call now; what is missing, by name."""
    ready, problem = await asyncio.to_thread(_readiness, request.app[BOX])
    return web.json_response({"ready": ready, "problem": problem}, status=200 if ready else 503)


async def show_metrics(request: web.Request) -> web.Response:
    """Figures for Prometheus: to this machine, or to who sends the token as the password of Basic authentication."""
    if not _may_watch(request):
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Basic realm="metrics"'})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(BoxCollector(request.app[BOX]))
    text = await asyncio.to_thread(generate_latest, registry)
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


class BoxCollector(Collector):
    """Reads the box's figures when asked."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def collect(self) -> Iterable[Metric]:
        """The gauges, none with a call's or a person's name."""
        status = self._box.status()
        counts, oldest = status.calls, status.oldest_expiry
        by_state = GaugeMetricFamily("sottovoce_calls", "Calls on the box.", labels=["state"])
        for state, count in counts.items():
            by_state.add_metric([state.value], count)
        yield by_state
        yield GaugeMetricFamily("sottovoce_ready", "Whether the box can take and analyse calls.", value=status.ready)
        yield GaugeMetricFamily("sottovoce_queue_length", "Calls waiting.", value=counts[CallState.QUEUED])
        overdue_s = max(0.0, (datetime.now(UTC) - oldest).total_seconds()) if oldest else 0.0
        yield GaugeMetricFamily(
            "sottovoce_expired_content_seconds",
            "How long the oldest content is past its expiry; more than a sweep's interval means erasure stands still.",
            value=overdue_s,
        )
        yield GaugeMetricFamily(
            "sottovoce_log_unwitnessed_seconds",
            "How long the oldest leaf of the log has waited for a witness; alarm above a day (docs/log.md).",
            value=self._box.log.standing().unwitnessed_age(now_utc()).total_seconds(),
        )


def metrics_token(home: Path) -> str:
    """The token for scraping from another machine, in `HOME/metrics-token` (mode 0600); made on first use."""
    path = home / TOKEN_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(token + "\n")
    return token


def _readiness(box: Box) -> tuple[bool, str]:
    """Keys are open or there would be no box; store and model are looked at anew."""
    try:
        status = box.status()
    except NotReady as error:
        return False, f"{error.field}: {error.problem}"
    return status.ready, status.problem


def _may_watch(request: web.Request) -> bool:
    # A proxy on this machine makes every reader look local; then only the token counts.
    proxied = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP"))
    return (_is_local(request.remote) and not proxied) or _has_token(request)


def _is_local(remote: str | None) -> bool:
    try:
        return ipaddress.ip_address(remote or "").is_loopback
    except ValueError:
        return False


def _has_token(request: web.Request) -> bool:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        password = base64.b64decode(encoded, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return False
    wanted = request.app[METRICS_TOKEN]
    return bool(wanted) and hmac.compare_digest(password, wanted.encode())
