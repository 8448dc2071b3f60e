"""The facts table: the one in force, a check of a new one with all that is wrong with it, and putting it in force.

A table that was checked without a problem comes back in the page's second form, so that nobody has to choose the file
again and what is put in force is what was looked at.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any, Final

from aiohttp import BodyPartReader, MultipartReader, web

from edge.errors import BadInput
from edge.facts import shelf
from edge.facts.diff import Changes, changes
from edge.facts.shelf import InForce
from edge.facts.table import COLUMNS, EXAMPLE, TABLE_BYTES_MAX, Checked, by_column, cells, check_table
from edge.web.errors import status_of, wants_json
from edge.web.i18n import N_
from edge.web.keys import SETTINGS, actor
from edge.web.pages import render
from edge.web.security import UPLOAD

COLUMN_NAMES: Final = {
    "product_line": N_("Product line"),
    "aliases": N_("Also called"),
    "region": N_("Region"),
    "lead_time_p50_days": N_("Half arrive within (days)"),
    "lead_time_p90_days": N_("Nine in ten arrive within (days)"),
    "stock": N_("Stock"),
    "price_floor": N_("Lowest price"),
    "refund_policy": N_("Refunds"),
    "authority": N_("Who may promise what"),
    "valid_from": N_("Valid from"),
    "valid_until": N_("Valid until"),
}
assert tuple(COLUMN_NAMES) == COLUMNS


async def show_facts(request: web.Request) -> web.Response:
    """The table in force, and the form for a new one."""
    return await _page(request, put="put" in request.query)


async def list_facts(request: web.Request) -> web.Response:
    """The same as JSON."""
    home = request.app[SETTINGS].home
    current = await asyncio.to_thread(shelf.in_force, home)
    body = {
        "version": current.facts.version if current else None,
        "since": current.since.isoformat() if current else None,
        "table": [by_column(row) for row in current.facts.rows] if current else [],
        "versions": list(await asyncio.to_thread(shelf.versions, home)),
    }
    return web.json_response(body)


async def download_facts(request: web.Request) -> web.Response:
    """The table in force as CSV, or one to start from; with the byte-order mark that spreadsheets look for."""
    home = request.app[SETTINGS].home
    current = await asyncio.to_thread(shelf.in_force, home)
    content = await asyncio.to_thread(shelf.content, home, current.facts.version) if current else b""
    return web.Response(
        body=b"\xef\xbb\xbf" + (content or EXAMPLE.encode()),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="facts.csv"'},
    )


async def check_facts(request: web.Request) -> web.Response:
    """Read a new table and show what is wrong with it, or what it changes; nothing is kept."""
    data = await _read(request)
    try:
        checked = await asyncio.to_thread(check_table, data)
    except BadInput as error:
        if wants_json(request):
            raise
        return await _page(request, status=status_of(error), error=error)
    current = await asyncio.to_thread(shelf.in_force, request.app[SETTINGS].home)
    moved = changes(current.facts if current else None, checked.facts)
    status = 400 if checked.problems else 200
    if wants_json(request):
        return web.json_response(_report(checked, moved), status=status)
    return await _page(request, status=status, checked=checked, moved=moved)


async def put_facts(request: web.Request) -> web.Response:
    """Put a table in force. Raises: BadInput where anything is wrong with it; nothing changes then."""
    data = await _read(request)
    checked = await asyncio.to_thread(check_table, data)
    await asyncio.to_thread(shelf.put_in_force, request.app[SETTINGS].home, checked, actor=actor(request))
    if wants_json(request):
        return web.json_response({"version": checked.facts.version, "rows": len(checked.facts.rows)}, status=201)
    raise web.HTTPSeeOther("/facts?put")


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    put: bool = False,
    checked: Checked | None = None,
    moved: Changes | None = None,
    error: BadInput | None = None,
) -> web.Response:
    settings = request.app[SETTINGS]
    current: InForce | None = await asyncio.to_thread(shelf.in_force, settings.home)
    return render(
        request,
        "facts.html",
        status=status,
        current=current,
        versions=await asyncio.to_thread(shelf.versions, settings.home),
        put=put,
        checked=checked,
        moved=moved,
        error=error,
        columns=COLUMN_NAMES,
        cells=cells,
        example=EXAMPLE,
        bytes_max=TABLE_BYTES_MAX,
    )


def _report(checked: Checked, moved: Changes) -> dict[str, Any]:
    return {
        "version": checked.facts.version,
        "rows": len(checked.facts.rows),
        "added": len(moved.added),
        "removed": len(moved.removed),
        "kept": moved.kept,
        "problems": [asdict(one) for one in checked.problems],
    }


async def _read(request: web.Request) -> bytes:
    """The table that a form sends, one byte more than allowed at most. Raises: BadInput."""
    form: MultipartReader | None = request.get(UPLOAD)
    try:
        part = await form.next() if form is not None else None
    except ValueError as error:
        raise BadInput("request", N_("the form is damaged"), N_("Send it again")) from error
    if not isinstance(part, BodyPartReader) or part.name != "table" or part.filename == "":
        raise BadInput("table", N_("this file is missing"), N_("Choose a CSV file"))
    content = bytearray()
    while len(content) <= TABLE_BYTES_MAX and (chunk := await part.read_chunk()):
        content += chunk
    return bytes(content[: TABLE_BYTES_MAX + 1])
