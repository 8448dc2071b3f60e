"""What was erased: the list, each erasure's certificate to read and to take away, and trying to open it now."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from edge.erasure.book import as_csv, row
from edge.erasure.certificate import Certificate
from edge.erasure.wording import CHECKS, FAULTS, TRIGGERS
from edge.errors import NotFound
from edge.web.certificate import as_html, facts
from edge.web.i18n import N_
from edge.web.keys import BOX, LANGUAGE
from edge.web.pages import render

ERASURES_PER_PAGE: Final = 50


async def show_erasures(request: web.Request) -> web.Response:
    """The list, newest first."""
    before = _number(request.query["before"]) if "before" in request.query else None
    found = await asyncio.to_thread(request.app[BOX].erasures.page, limit=ERASURES_PER_PAGE + 1, before=before)
    reasons = {str(trigger): told.by(request[LANGUAGE]) for trigger, told in TRIGGERS.items()}
    more = found[ERASURES_PER_PAGE - 1].id if len(found) > ERASURES_PER_PAGE else None
    return render(request, "erasures.html", erasures=found[:ERASURES_PER_PAGE], reasons=reasons, more=more)


async def list_erasures(request: web.Request) -> web.Response:
    """The same as JSON, all of them."""
    found = await asyncio.to_thread(request.app[BOX].erasures.page)
    return web.json_response({"erasures": [row(one) for one in found]})


async def download_erasures(request: web.Request) -> web.Response:
    """The same as CSV."""
    found = await asyncio.to_thread(request.app[BOX].erasures.page)
    return _attachment(as_csv(found), "erasures.csv", "text/csv")


async def show_erasure(request: web.Request) -> web.Response:
    """One erasure's certificate."""
    return await _show(request, await _certificate(request))


async def send_certificate(request: web.Request) -> web.Response:
    """The certificate as JSON, to be checked."""
    certificate = await _certificate(request)
    answer = web.json_response(certificate.document())
    answer.headers["Content-Disposition"] = f'attachment; filename="erasure-{certificate.erasure.id}.json"'
    return answer


async def download_certificate(request: web.Request) -> web.Response:
    """The certificate as one HTML file, to be read or printed."""
    certificate = await _certificate(request)
    page = as_html(certificate, request[LANGUAGE]).encode()
    return _attachment(page, f"erasure-{certificate.erasure.id}.html", "text/html")


async def try_erasure(request: web.Request) -> web.Response:
    """Try to open what was erased with every key there is, and show that it fails."""
    certificate = await _certificate(request)
    erasures = request.app[BOX].erasures
    findings, tried = await asyncio.to_thread(erasures.verify, certificate.document(), progress=lambda _: None)
    language = request[LANGUAGE]
    checks = [(CHECKS[one.what].by(language), FAULTS[one.why].by(language) if one.why else "") for one in findings]
    return await _show(request, certificate, checks=checks, tried=tried)


async def _show(request: web.Request, certificate: Certificate, **more: Any) -> web.Response:
    shown = {"checks": None, "tried": ()} | more
    return render(request, "erasure.html", **facts(certificate, request[LANGUAGE]), **shown)


async def _certificate(request: web.Request) -> Certificate:
    number = _number(request.match_info["number"])
    return await asyncio.to_thread(request.app[BOX].erasures.certificate, number, now=datetime.now(UTC))


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise NotFound("erasure", N_("there is no erasure of that number"), N_("Choose one from the list"))
    return int(written)


def _attachment(body: bytes, name: str, content_type: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)
