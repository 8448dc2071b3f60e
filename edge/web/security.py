"""What every answer carries and every request must pass before a page sees it (OWASP ASVS 5.0, chapters 3 and 4).

Order: a known host name, then the same origin for anything that changes state, then the session's token for forms.
Pages behind the login are all but the few named here.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.typedefs import Handler, Middleware

from edge.web.errors import Forbidden, wants_json
from edge.web.i18n import N_
from edge.web.keys import ACCOUNTS, SESSION, SESSIONS, SIGNED_PREFIX
from edge.web.permissions import may_use
from edge.web.sessions import COOKIE, Session

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with it browsers send `Origin: null` with our own forms, and the origin could not be checked.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
PUBLIC: Final = frozenset({"/healthz", "/readyz", "/metrics", "/login", "/setup", "/preferences"})
PUBLIC_PREFIX: Final = "/static/"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
_CSRF_BYTES_MAX: Final = 256

UPLOAD: Final = web.RequestKey("upload", MultipartReader)
"""A form with files whose token has been checked; what follows the token is still to be read."""


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put our headers on an answer. Nothing is kept by browser or proxy unless a page says so itself."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)


def host_guard(names: Iterable[str]) -> Middleware:
    """Refuse requests for host names that aren't the box's: a page elsewhere may point its own name at our address.

    Args:
        names: host names of the box; loopback and the address the request came in on are always its own.
    """
    known = {name.lower() for name in names} | {"localhost"}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = (urlsplit(f"//{request.host}").hostname or "").lower()
        if host not in known and not _is_own_address(host, request):
            raise Forbidden(
                "Host", N_("this host name is not the box's"), N_("Use the address the box printed at start")
            )
        return await handler(request)

    return guard


def _is_own_address(host: str, request: web.Request) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    own = request.transport.get_extra_info("sockname") if request.transport else None
    return address.is_loopback or (own is not None and host == own[0])


@web.middleware
async def origin_guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a change of state that another site's page asked for, or that doesn't say where it comes from."""
    if request.method not in SAFE_METHODS and not request.path.startswith(SIGNED_PREFIX):
        origin = request.headers.get("Origin")
        own = origin == f"{request.scheme}://{request.host}"
        if not own and (origin is not None or request.headers.get("Sec-Fetch-Site") != "same-origin"):
            raise Forbidden("Origin", N_("the request comes from another site"), N_("Use the box's own pages"))
    return await handler(request)


@web.middleware
async def session_guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find the session; without one, lead to the login, or to the set-up of a new box."""
    if request.path.startswith(SIGNED_PREFIX):
        return await handler(request)
    token = request.cookies.get(COOKIE)
    now = datetime.now(UTC)
    session = await asyncio.to_thread(request.app[SESSIONS].find, token, now=now) if token else None
    if session is not None:
        request[SESSION] = session
        if request.method not in SAFE_METHODS:
            await _check_token(request, session.csrf)
        _check_role(request, session)
        return await handler(request)
    if is_public(request.path):
        return await handler(request)
    return await _to_login(request)


def _check_role(request: web.Request, session: Session) -> None:
    resource = request.match_info.route.resource
    if is_public(request.path) or resource is None:  # an address that leads nowhere is answered as such
        return
    if not may_use(resource.canonical, session.account.roles):
        raise Forbidden("role", N_("your account's role may not use this page"), N_("Ask whoever has the role for it"))


def is_public(path: str) -> bool:
    """Whether a page needs no session."""
    return path in PUBLIC or path.startswith(PUBLIC_PREFIX)


async def _to_login(request: web.Request) -> web.StreamResponse:
    claimed = await asyncio.to_thread(request.app[ACCOUNTS].exist)
    if not claimed:
        target = "/setup"
    else:
        target = f"/login?next={quote(request.path)}" if request.method in SAFE_METHODS else "/login"
    if "HX-Request" in request.headers:
        return web.Response(headers={"HX-Redirect": target})
    if wants_json(request):
        raise web.HTTPUnauthorized
    raise web.HTTPSeeOther(target)


async def _check_token(request: web.Request, wanted: str) -> None:
    """Compare the session's token with the one sent: a header, a form's field, or the first part of an upload."""
    if CSRF_HEADER in request.headers:
        sent = request.headers[CSRF_HEADER]
        if request.content_type == "multipart/form-data":
            request[UPLOAD] = await request.multipart()
    elif request.content_type == "multipart/form-data":
        reader = await request.multipart()
        sent = await _first_part(reader)
        request[UPLOAD] = reader
    else:
        sent = str((await request.post()).get(CSRF_FIELD, ""))
    if not hmac.compare_digest(sent.encode(), wanted.encode()):
        raise Forbidden(CSRF_FIELD, N_("the form is out of date"), N_("Load the page again and repeat"))


async def _first_part(reader: MultipartReader) -> str:
    """The token of an upload form. It comes first, so that nothing else is read before it is known to be right."""
    part = await reader.next()
    if not isinstance(part, BodyPartReader) or part.name != CSRF_FIELD:
        return ""
    return (await part.read_chunk(_CSRF_BYTES_MAX)).decode("ascii", "replace")
