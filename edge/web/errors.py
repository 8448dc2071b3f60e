"""Errors at the border of the pages: one table from our errors to HTTP, one answer for each kind of reader.

A browser gets a page, htmx a part of one (it swaps in whatever comes, errors too), programs `application/problem+json`
(RFC 9457) with the field, the problem and the fix.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from edge.errors import BadInput, BoxError, Conflict, NotFound, NotReady, Refused, TooLarge
from edge.web.i18n import N_, writer
from edge.web.keys import LANGUAGE, SIGNED_PREFIX
from edge.web.pages import render
from edge.web.phrases import translate

log = structlog.get_logger()


class Forbidden(BoxError):
    """The request isn't one that our own pages would make (403)."""


class TooManyAttempts(BoxError):
    """Somebody guesses (429).

    Args:
        wait_s: seconds until the next attempt is looked at.
    """

    def __init__(self, field: str, problem: str, fix: str, *, wait_s: float) -> None:
        super().__init__(field, problem, fix)
        self.wait_s = wait_s


STATUS: Final[tuple[tuple[type[BoxError], HTTPStatus], ...]] = (
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (BadInput, HTTPStatus.BAD_REQUEST),
    (Refused, HTTPStatus.FORBIDDEN),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (NotReady, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""First match wins: the narrower class stands first."""

TITLES: Final = {
    400: N_("Something in the request is wrong"),
    401: N_("Please sign in"),
    403: N_("Refused"),
    404: N_("Not found"),
    405: N_("Not possible here"),
    409: N_("Not possible in this state"),
    413: N_("Too large"),
    429: N_("Too many attempts"),
    500: N_("Our fault"),
    503: N_("Not ready"),
}
_GENERAL: Final = 400


class Incident(BoxError):
    """Our own fault, under a number that finds it in the log (500)."""


def status_of(error: BoxError) -> int:
    """The HTTP status of one of our errors."""
    return next((int(status) for kind, status in STATUS if isinstance(error, kind)), 500)


@web.middleware
async def show_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a page raises into an answer its reader can use."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return answer(request, error.status, _of_http(error))
    except BoxError as error:
        response = answer(request, status_of(error), error)
        if isinstance(error, TooManyAttempts):
            response.headers["Retry-After"] = str(int(error.wait_s) + 1)
        return response
    except (ConnectionError, TimeoutError):
        raise  # the reader has gone; there is nobody to answer
    except Exception:
        incident = secrets.token_hex(4)
        log.error("page failed", incident=incident, path=_pattern(request), method=request.method, exc_info=True)
        fault = Incident("box", N_("the box failed at this"), N_("Tell IT this number: %(incident)s"))
        return answer(request, 500, fault, incident=incident)


def answer(request: web.Request, status: int, error: BoxError, *, incident: str = "") -> web.Response:
    """One error, as this reader wants it."""
    write = writer(request[LANGUAGE])
    shown = {
        "title": write.text(TITLES.get(status, TITLES[_GENERAL])),
        "field": error.field,
        "problem": translate(error.problem, write),
        "fix": write.text(error.fix, incident=incident) if incident else translate(error.fix, write),
    }
    if wants_json(request):
        body = {"type": "about:blank", "status": status, **shown}
        return web.json_response(body, status=status, content_type="application/problem+json")
    template = "error_part.html" if "HX-Request" in request.headers else "error.html"
    return render(request, template, status=status, error=shown)


def wants_json(request: web.Request) -> bool:
    """Whether a program asks: by the address of a JSON twin or of a webhook, or by its Accept header."""
    machines = request.path.endswith((".json", "/audio")) or request.path.startswith(SIGNED_PREFIX)
    return machines or "json" in request.headers.get("Accept", "")


def _of_http(error: web.HTTPException) -> BoxError:
    if error.status == HTTPStatus.UNAUTHORIZED:
        return BoxError("session", N_("nobody is signed in"), N_("Sign in on the box's own page"))
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return BoxError("request", N_("the request is larger than this page takes"), N_("Send less"))
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return BoxError("method", N_("this address doesn't take such a request"), N_("Start from the list of calls"))
    return BoxError("address", N_("there is nothing at this address"), N_("Start from the list of calls"))


def _pattern(request: web.Request) -> str:
    """The route's pattern: the address itself holds a call's name, and that may be a telephone number."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""
