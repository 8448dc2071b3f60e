"""Language and colours of the pages, kept in the reader's own browser."""

from __future__ import annotations

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from edge.web.i18n import LANGUAGES
from edge.web.keys import LANGUAGE, SETTINGS
from edge.web.login import own_path
from edge.web.pages import LANGUAGE_COOKIE, THEME_COOKIE, THEMES

_YEAR_S: Final = 365 * 24 * 3600


@web.middleware
async def find_language(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The reader's own choice, else the site's. A browser's language list doesn't count: the site knows its staff."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    request[LANGUAGE] = chosen if chosen in LANGUAGES else request.app[SETTINGS].language
    return await handler(request)


async def set_preferences(request: web.Request) -> web.Response:
    """Remember what was chosen and lead back. Unknown values change nothing."""
    form = await request.post()
    response = web.HTTPSeeOther(own_path(str(form.get("next", ""))))
    for field, cookie, known in (("language", LANGUAGE_COOKIE, LANGUAGES), ("theme", THEME_COOKIE, THEMES)):
        if (chosen := str(form.get(field, ""))) in known:
            response.set_cookie(
                cookie, chosen, max_age=_YEAR_S, path="/", secure=True, httponly=True, samesite="Strict"
            )
    raise response
