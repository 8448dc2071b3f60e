"""The running box: services, pages, the queue of calls, the watch folder and the sweep of what has expired."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console

from edge.box import Box
from edge.errors import BoxError
from edge.importing import watch_folder
from edge.redaction import masked
from edge.rescoring import rescore_one
from edge.settings import Settings

log = structlog.get_logger()

QUEUE_POLL_S = 1.0  # a command beside the service may queue a call that nobody tells it of
SWEEP_S = 60.0
SIGN_POLL_S = 5.0  # between two looks whether the log needs a new signed head
RESCORE_YIELD_S = 5.0  # between two looks whether new calls still wait, before an old one is scored anew
AFTER_FAULT_S = 5.0  # before a part of the service that failed is tried again
ACTOR = "service"


async def serve(box: Box, settings: Settings, *, sample: Path | None, once: bool, out: Console, err: Console) -> None:
    """Serve until SIGINT or SIGTERM (or, with `once`, until the sample's result is printed).

    Raises: BadInput if a port is taken, NotReady if a door can't be opened; the others are closed again.
    """
    from edge.rpc.server import serve as serve_rpc
    from edge.web.server import serve as serve_web

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for received in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(received, stop.set)

    await asyncio.to_thread(box.finish_erasures)
    async with AsyncExitStack() as doors:  # one that can't be opened closes those before it
        if (mail := await _listen_for_mail(box, settings)) is not None:
            doors.callback(mail.close)
        doors.push_async_callback((await serve_rpc(box, settings)).stop)
        doors.push_async_callback((await serve_web(box, settings)).stop)
        await _tell_where(box, settings, err)
        running = [asyncio.create_task(part) for part in _parts(box, settings, stop)]
        try:
            if sample:
                await _show_sample(box, sample, out, err, must_succeed=once)
            if not once:
                log.info("serving", port=settings.serve.web_port)
                await stop.wait()
        finally:
            stop.set()
            await doors.aclose()
            await asyncio.gather(*running, return_exceptions=True)
            await asyncio.to_thread(lambda: box.log.sign_last(now=datetime.now(UTC)))


async def _tell_where(box: Box, settings: Settings, err: Console) -> None:
    """Print where the doors are, and the code that lets the first administrator in."""
    from edge.web.app import pending_setup_code

    host = settings.serve.host
    err.print(f"gRPC   {host}:{settings.serve.rpc_port} (mTLS)", highlight=False)
    err.print(f"页面    https://{host}:{settings.serve.web_port}/", highlight=False)
    if code := await asyncio.to_thread(pending_setup_code, box, settings):
        err.print(f"设置码  {code}（首位管理员注册用 for the first administrator）", highlight=False)


def _parts(box: Box, settings: Settings, stop: asyncio.Event) -> Iterator[Coroutine[Any, Any, None]]:
    """What runs beside the doors until `stop`."""
    yield _repeat("queue", lambda: _analyse_queue(box), stop, QUEUE_POLL_S)
    yield _repeat("sweep", lambda: _sweep(box), stop, SWEEP_S)
    yield _repeat("log", lambda: _sign_head(box), stop, SIGN_POLL_S)
    yield _rescore(box, stop)
    if settings.ingest.watch_folder:
        yield _watch(box, settings.ingest.watch_folder, stop)
    if settings.events.folder:
        yield _watch_events(box, settings.events.folder, stop)


async def _repeat(name: str, step: Callable[[], Awaitable[None]], stop: asyncio.Event, pause_s: float) -> None:
    """Do `step`, wait, again. One failure must not end the service: it is logged without content and tried again."""
    while not stop.is_set():
        wait_s = pause_s
        try:
            await step()
        except Exception:
            log.exception("part failed", stage=name)
            wait_s = AFTER_FAULT_S
        try:
            await asyncio.wait_for(stop.wait(), wait_s)
        except TimeoutError:
            continue


async def _analyse_queue(box: Box) -> None:
    while await asyncio.to_thread(box.analyse_next):
        continue


async def _sweep(box: Box) -> None:
    await asyncio.to_thread(lambda: box.erase_expired(now=datetime.now(UTC)))


async def _sign_head(box: Box) -> None:
    await asyncio.to_thread(lambda: box.log.sign_if_due(now=datetime.now(UTC)))


async def _rescore(box: Box, stop: asyncio.Event) -> None:
    """Score calls of older versions anew, one by one, whenever no new call waits; the next start finds what is left."""
    try:
        waiting = await asyncio.to_thread(box.outdated, again=False)
        for call_id in waiting:
            while not stop.is_set() and await asyncio.to_thread(box.has_waiting):
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), RESCORE_YIELD_S)
            if stop.is_set():
                return
            await asyncio.to_thread(rescore_one, box, call_id, actor=ACTOR, now=lambda: datetime.now(UTC))
    except Exception:  # old scores stand; new calls must be analysed all the same
        log.exception("part failed", stage="rescore")


async def _watch(box: Box, folder: Path, stop: asyncio.Event) -> None:
    ended = threading.Event()
    watching = asyncio.create_task(asyncio.to_thread(watch_folder, box, folder, actor=ACTOR, stop=ended))
    await stop.wait()
    ended.set()
    await watching


async def _watch_events(box: Box, folder: Path, stop: asyncio.Event) -> None:
    from edge.events.importing import EventFolder

    ended = threading.Event()
    watching = asyncio.create_task(asyncio.to_thread(EventFolder(folder, box.events).watch, stop=ended))
    await stop.wait()
    ended.set()
    await watching


async def _listen_for_mail(box: Box, settings: Settings) -> asyncio.Server | None:
    """Take copies of mail in, where the settings say so. Raises: BadInput if its port is taken."""
    events = settings.events
    if events.smtp_port is None:
        return None
    from edge import certificates
    from edge.events import mail
    from edge.rpc.server import host_names

    tls = None
    if not mail.is_loopback(events.smtp_host):
        await asyncio.to_thread(certificates.ensure, settings.home, settings.site, host_names(settings.serve))
        tls = certificates.server_ssl_context(settings.home)
    handler = mail.JournalHandler(box.events, peers=events.smtp_peers, domains=events.smtp_domains)
    return await mail.serve(
        handler, host=events.smtp_host, port=events.smtp_port, bytes_max=events.smtp_bytes_max, tls=tls
    )


async def _show_sample(box: Box, sample: Path, out: Console, err: Console, *, must_succeed: bool) -> None:
    """Analyse the sample and print the result. A box that serves goes on serving if that can't be done.

    Raises: BoxError, with `must_succeed`.
    """
    from edge.cli import receive_file, stages
    from edge.summary import show

    sidecar = sample.with_suffix(".json")
    try:
        with stages() as progress:
            call_id, duplicate_of = await asyncio.to_thread(receive_file, box, sample, sidecar, None, progress)
            analyse = partial(box.analyse, duplicate_of or call_id, actor=ACTOR, progress=progress)
            analysis = await asyncio.to_thread(analyse)
    except BoxError as error:
        if must_succeed:
            raise
        err.print(f"[yellow]{error}")
        return
    show(masked(analysis), out)
