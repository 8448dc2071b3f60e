"""Renders templates: one environment per language, since a template's words are looked up in one catalogue."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from edge.web import wording
from edge.web.i18n import LANGUAGES, clock, in_zone, writer
from edge.web.keys import LANGUAGE, SESSION, SETTINGS
from edge.web.permissions import may_use
from edge.web.phrases import translate
from edge.web.static_files import static_url

THEMES: Final = ("auto", "light", "dark")
LANGUAGE_COOKIE: Final = "__Host-language"
THEME_COOKIE: Final = "__Host-theme"
_HASH: Final = re.compile(r"[0-9a-f]{40,}")
_HASH_SHOWN: Final = 12
_TEMPLATES: Final = Path(__file__).parent / "templates"


def render(request: web.Request, template: str, /, *, status: int = 200, **context: Any) -> web.Response:
    """Answer with a page, or a part of one, in the request's language."""
    theme = request.cookies.get(THEME_COOKIE, "")
    text = (
        environment(request[LANGUAGE])
        .get_template(template)
        .render(
            session=request.get(SESSION),
            site=request.app[SETTINGS].site,
            theme=theme if theme in THEMES else THEMES[0],
            here=request.path_qs,
            **context,
        )
    )
    return web.Response(text=text, content_type="text/html", status=status)


@cache
def environment(language: str) -> Environment:
    """The templates of one language. Raises: KeyError for a language the pages don't speak."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    write = writer(language)
    # The extension adds these methods when it is loaded; jinja2's types don't say so.
    made.install_gettext_translations(write.catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(
        clock=clock,
        date_time=write.date_time,
        short_date_time=write.short_date_time,
        due=write.due,
        number=write.number,
        share=write.share,
        in_zone=in_zone,
        translate=lambda sentence: translate(sentence, write),
        segment=_path_segment,
        short_version=_short_version,
    )
    made.globals.update(
        static_url=static_url,
        words=wording,
        languages=LANGUAGES,
        language=language,
        html_lang=write.html_lang,
        icon=icon,
        may_use=may_use,
    )
    return made


def _short_version(version: str) -> str:
    """A version; of a hash as much as tells two apart."""
    return version[:_HASH_SHOWN] if _HASH.fullmatch(version) else version


def _path_segment(value: str) -> str:
    """A call's name as part of an address."""
    return quote(value, safe="")


_Paths = dict[str, str]
_ICONS: Final[_Paths] = {
    "play": "M7 4.5v15l12-7.5z",
    "pause": "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
    "back": "M11 6 5 12l6 6M5 12h14",
    "forward": "M13 6l6 6-6 6M19 12H5",
    "upload": "M12 16V5M7 9.5 12 4.5l5 5M5 19h14",
    "calls": "M5 7h14M5 12h14M5 17h9",
    "lock": "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
    "trash": "M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v5.5M13.5 10.5v5.5",
    "alert": "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.4",
    "facts": "M5 5h14v14H5zM5 10h14M10 10v9",
    "promise": "M5 12.5l4.5 4.5L19 7.5",
    "json": "M9 5c-3 0-1 6-4 7 3 1 1 7 4 7M15 5c3 0 1 6 4 7-3 1-1 7-4 7",
    "exit": "M14 5H6v14h8M11 12h9M16.5 8.5 20 12l-3.5 3.5",
}
_FILLED: Final = frozenset({"play", "pause"})


def icon(name: str) -> Markup:
    """A small drawing beside words that say the same; hidden from screen readers. Raises: KeyError."""
    kind = "icon filled" if name in _FILLED else "icon"
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(
        kind, _ICONS[name]
    )
