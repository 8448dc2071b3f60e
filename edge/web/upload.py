"""Uploading a recording with its sidecar: consent is asked before the first byte of the recording is taken in.

The parts of the form come in this order: the form's token (checked in `security`), `sidecar`, `audio`. The recording
goes from the network straight into `Box.receive`, which encrypts it; it is never whole in memory or on disk here.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from aiohttp import BodyPartReader, MultipartReader, web

from edge.box import Receipt
from edge.errors import BadInput, NotReady, TooLarge
from edge.ingest.sidecar import SIDECAR_BYTES_MAX, read_sidecar
from edge.web.errors import wants_json
from edge.web.i18n import N_
from edge.web.keys import BOX, SETTINGS, UPLOADS, actor
from edge.web.pages import render
from edge.web.security import UPLOAD

# A browser that sends nothing for this long has gone, or holds the line on purpose.
CHUNK_WAIT_S: Final = 60
_CHUNK_BYTES: Final = 256 * 1024

_EXAMPLE: Final = """{
  "call_id": "2026-03-02-0117",
  "started_at": "2026-03-02T10:15:00+08:00",
  "scene": "call_centre",
  "direction": "inbound",
  "agent_ref": "A-1001",
  "customer_ref": "C-20931",
  "channels": {"0": "agent", "1": "customer"},
  "jurisdiction": "CN",
  "language": "zh",
  "bases": [
    {"party": "customer", "purpose": ["record", "analyse"], "basis": "consent",
     "notice_id": "notice-2026-01", "indicated_at": "2026-03-02T10:15:00+08:00",
     "method": "ivr_key", "evidence_ref": "ivr:0117"},
    {"party": "agent", "purpose": ["record", "analyse"], "basis": "hr_rules",
     "notice_id": "staff-rules-2026-01", "indicated_at": "2026-01-05T09:00:00+08:00",
     "method": "paper", "evidence_ref": "rules:2026-01"}
  ]
}"""


class PartStream(io.RawIOBase):
    """The recording in an upload as a stream for a worker thread; chunks are fetched by the event loop.

    Args:
        part: the form's part, unread.
        loop: the loop that serves the request.
        bytes_max: longest recording taken.
    """

    def __init__(self, part: BodyPartReader, loop: asyncio.AbstractEventLoop, *, bytes_max: int) -> None:
        self._part = part
        self._loop = loop
        self._left = bytes_max
        self._rest = b""

    def readable(self) -> bool:
        """Always, until closed."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # Buffer has no assignment
        """Fill some of the buffer; 0 at the end. Raises: TooLarge, BadInput if the sender stops."""
        if not self._rest:
            self._rest = self._fetch()
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _fetch(self) -> bytes:
        chunk = asyncio.run_coroutine_threadsafe(self._part.read_chunk(_CHUNK_BYTES), self._loop)
        try:
            got = chunk.result(CHUNK_WAIT_S)
        except (TimeoutError, ConnectionError, ValueError, AssertionError) as error:
            chunk.cancel()
            raise BadInput("audio", N_("the upload broke off"), N_("Send it again")) from error
        self._left -= len(got)
        if self._left < 0:
            raise TooLarge("audio", N_("the file is larger than this box takes"), N_("Send a shorter recording"))
        return got


async def show_upload(request: web.Request) -> web.Response:
    """The form."""
    bytes_max = request.app[SETTINGS].ingest.upload_bytes_max
    return render(request, "upload.html", bytes_max=bytes_max, example=_EXAMPLE)


async def receive_upload(request: web.Request) -> web.Response:
    """Take one recording in and lead to its page; programs and our script get the receipt as JSON."""
    if UPLOAD not in request:
        raise BadInput("request", N_("this is no form with files"), N_("Send sidecar and audio as multipart/form-data"))
    async with _place(request):
        receipt = await _receive(request, request[UPLOAD])
    target = request.app.router["call"].url_for(call_id=receipt.duplicate_of or receipt.call_id)
    if not wants_json(request):
        raise web.HTTPSeeOther(target)
    body = {
        "call_id": receipt.call_id,
        "state": receipt.state.value,
        "duplicate_of": receipt.duplicate_of,
        "warnings": list(receipt.warnings),
        "page": str(target),
    }
    return web.json_response(body, status=201)


@asynccontextmanager
async def _place(request: web.Request) -> AsyncIterator[None]:
    """One of a few places for uploads: each holds a thread and a decoder. Raises: NotReady if all are taken."""
    places = request.app[UPLOADS]
    if places.locked():
        raise NotReady("audio", N_("other recordings are being received"), N_("Try again in a minute"))
    async with places:
        yield


async def _receive(request: web.Request, form: MultipartReader) -> Receipt:
    box, settings, who = request.app[BOX], request.app[SETTINGS], actor(request)
    sidecar = await _next_part(form, "sidecar")
    header = read_sidecar(await _read(sidecar, SIDECAR_BYTES_MAX), now=datetime.now(UTC))
    await asyncio.to_thread(box.admit, header)
    audio = await _next_part(form, "audio")
    stream = PartStream(audio, asyncio.get_running_loop(), bytes_max=settings.ingest.upload_bytes_max)
    recording = io.BufferedReader(stream, _CHUNK_BYTES)
    return await asyncio.to_thread(box.receive, header, recording, actor=who)


async def _next_part(form: MultipartReader, name: str) -> BodyPartReader:
    """The next part, which must be the file of that name. Raises: BadInput."""
    try:
        part = await form.next()
    except ValueError as error:
        raise BadInput("request", N_("the form is damaged"), N_("Send it again")) from error
    if not isinstance(part, BodyPartReader) or part.name != name or part.filename == "":
        raise BadInput(
            name, N_("this file is missing"), N_("Choose a sidecar and a recording; the sidecar comes first")
        )
    return part


async def _read(part: BodyPartReader, bytes_max: int) -> bytes:
    """A small part, whole. One byte more than allowed is kept, so that its reader can tell it was too long."""
    content = bytearray()
    while len(content) <= bytes_max and (chunk := await part.read_chunk()):
        content += chunk
    return bytes(content[: bytes_max + 1])
