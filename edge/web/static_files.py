"""Our own and vendored files, read once, served under their hash so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from aiohttp import web

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One file to be served."""

    content: bytes
    content_type: str
    digest: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Every servable file by its path below `static/`. A request can only name a key of this, so no path gets out."""
    found = {}
    for path in sorted(_FOLDER.rglob("*")):
        if path.is_file() and path.suffix in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:16]
            name = path.relative_to(_FOLDER).as_posix()
            found[name] = StaticFile(content=content, content_type=_TYPES[path.suffix], digest=digest)
    return found


def static_url(name: str) -> str:
    """Where a page finds a file. Raises: KeyError if there is none of that name."""
    return f"/static/{static_files()[name].digest}/{name}"


async def serve_static(request: web.Request) -> web.Response:
    """Answer `/static/{digest}/{name}`; a digest of another version is not found, never silently the new file."""
    file = static_files().get(request.match_info["name"])
    if file is None or file.digest != request.match_info["digest"]:
        raise web.HTTPNotFound
    return web.Response(
        body=file.content,
        content_type=file.content_type,
        charset="utf-8",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
