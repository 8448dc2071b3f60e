"""The webhook for events: other systems say what happened, signed with their own secret (docs/api.md)."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime

from aiohttp import web

from edge.events import sources, webhook
from edge.events.intake import Taken
from edge.web.keys import BOX, SETTINGS


async def receive_events(request: web.Request) -> web.Response:
    """Take in all events of a request or none; the same request again changes nothing."""
    source, body, now = request.match_info["source"], await request.read(), datetime.now(UTC)
    headers = [request.headers.get(name, "") for name in (webhook.TIMESTAMP_HEADER, webhook.SIGNATURE_HEADER)]
    taken = await asyncio.to_thread(_take, request, source, headers, body, now)
    return web.json_response(asdict(taken))


def _take(request: web.Request, source: str, headers: list[str], body: bytes, now: datetime) -> Taken:
    """Nothing of the body is parsed before its signature is known to be right."""
    timestamp, signature = headers
    secret = sources.secret_of(request.app[SETTINGS].home, source)
    webhook.verify(secret, timestamp, signature, body, now=now)
    return request.app[BOX].events.take(source, webhook.read_body(body, now=now), now=now)
