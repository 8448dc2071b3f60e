"""Signing in and out."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from aiohttp import web

from edge.errors import BadInput
from edge.web.accounts import Account
from edge.web.errors import TooManyAttempts
from edge.web.i18n import N_
from edge.web.keys import ACCOUNTS, ADDRESS_GUESSES, NAME_GUESSES, SESSION, SESSIONS
from edge.web.pages import render
from edge.web.sessions import COOKIE

HOME_PAGE = "/calls"


async def show_login(request: web.Request) -> web.Response:
    """The form; a signed-in reader is led on."""
    if SESSION in request:
        raise web.HTTPSeeOther(HOME_PAGE)
    if not await asyncio.to_thread(request.app[ACCOUNTS].exist):
        raise web.HTTPSeeOther("/setup")
    return render(request, "login.html", name="", next=own_path(request.query.get("next")), error=None)


async def sign_in(request: web.Request) -> web.Response:
    """Check name and password. The answer and its duration don't tell whether the name exists."""
    form = await request.post()
    name, target = str(form.get("name", "")), own_path(str(form.get("next", "")))
    address = request.remote or ""
    _check_guesses(request, name, address)
    account = await asyncio.to_thread(request.app[ACCOUNTS].check, name, str(form.get("password", "")))
    if account is None:
        now_s = time.monotonic()
        request.app[ADDRESS_GUESSES].fail(f"{address} {name.casefold()}", now_s)
        request.app[NAME_GUESSES].fail(name.casefold(), now_s)
        error = BadInput("password", N_("name or password is wrong"), N_("Try again, or ask the administrator"))
        return render(request, "login.html", status=400, name=name, next=target, error=error)
    request.app[ADDRESS_GUESSES].forget(f"{address} {name.casefold()}")
    return await signed_in(request, account, target=target)


async def sign_out(request: web.Request) -> web.Response:
    """End this session on the box, not only in the browser."""
    await asyncio.to_thread(request.app[SESSIONS].end, request[SESSION])
    response = web.HTTPSeeOther("/login")
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    raise response


async def signed_in(request: web.Request, account: Account, *, target: str) -> web.Response:
    """Start a session and lead to a page. A session from before is ended: its token may be known to others."""
    if SESSION in request:
        await asyncio.to_thread(request.app[SESSIONS].end, request[SESSION])
    token = await asyncio.to_thread(request.app[SESSIONS].start, account, now=datetime.now(UTC))
    response = web.HTTPSeeOther(target)
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="Strict")
    raise response


def own_path(target: str | None) -> str:
    """The target if it is a page of this box, else the list of calls: a login must not send readers elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return HOME_PAGE
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and target.isprintable() else HOME_PAGE


def _check_guesses(request: web.Request, name: str, address: str) -> None:
    """Five wrong passwords for a name from one address, or twenty from anywhere, and the name has to wait."""
    now_s = time.monotonic()
    wait_s = max(
        request.app[ADDRESS_GUESSES].wait_s(f"{address} {name.casefold()}", now_s),
        request.app[NAME_GUESSES].wait_s(name.casefold(), now_s),
    )
    if wait_s:
        raise TooManyAttempts("password", N_("too many wrong passwords"), N_("Wait a few minutes"), wait_s=wait_s)
