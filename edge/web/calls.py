"""The list of calls, its JSON twin, and the parts of it that refresh while calls are being analysed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web
from pydantic import TypeAdapter

from edge.box import Box, CallProgress
from edge.errors import BadInput, BoxError
from edge.records import CallState, CallSummary, Score
from edge.web.i18n import N_
from edge.web.keys import BOX, actor
from edge.web.pages import render

# Each analysed row's scores are one read through the gate, with its entry in the log: a page of them at a time.
CALLS_PER_PAGE: Final = 25
_JSON_CALLS_MAX: Final = 500
_SUMMARIES: Final = TypeAdapter(tuple[CallSummary, ...])
RUNNING: Final = frozenset({CallState.QUEUED, CallState.ANALYSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call in the list."""

    call: CallSummary
    progress: CallProgress | None  # of a call that isn't finished
    scores: dict[str, Score]


async def show_calls(request: web.Request) -> web.Response:
    """The list, newest first."""
    state, before = _filter(request)
    box, who = request.app[BOX], actor(request)
    found = await asyncio.to_thread(box.calls, state=state, limit=CALLS_PER_PAGE + 1, before=before)
    rows = await asyncio.to_thread(_rows, box, found[:CALLS_PER_PAGE], who)
    more = found[CALLS_PER_PAGE - 1] if len(found) > CALLS_PER_PAGE else None
    states = [state.value for state in CallState]
    return render(
        request,
        "calls.html",
        rows=rows,
        more=more,
        paged=before is not None,
        state=state.value if state else "",
        states=states,
        erased="erased" in request.query,
    )


async def list_calls(request: web.Request) -> web.Response:
    """The same as JSON: summaries, no content."""
    state, before = _filter(request)
    limit = _limit(request.query.get("limit"))
    found = await asyncio.to_thread(request.app[BOX].calls, state=state, limit=limit, before=before)
    return web.json_response({"calls": _SUMMARIES.dump_python(found, mode="json")})


async def show_row(request: web.Request) -> web.Response:
    """One row, asked for again and again while its call is being analysed."""
    call = await asyncio.to_thread(request.app[BOX].call, request.match_info["call_id"])
    (row,) = await asyncio.to_thread(_rows, request.app[BOX], [call], actor(request))
    return render(request, "call_row.html", row=row)


def _rows(box: Box, calls: Sequence[CallSummary], who: str) -> tuple[Row, ...]:
    return tuple(
        Row(
            call=call,
            progress=box.progress(call.call_id) if call.state in RUNNING else None,
            scores=_scores(box, call, who),
        )
        for call in calls
    )


def _scores(box: Box, call: CallSummary, who: str) -> dict[str, Score]:
    """The scores of an analysed call; none where the gate says no, for the list is no place to argue."""
    if call.state is not CallState.ANALYSED:
        return {}
    try:
        return box.analysis(call.call_id, actor=who).scores
    except BoxError:
        return {}


def _filter(request: web.Request) -> tuple[CallState | None, tuple[datetime, str] | None]:
    state, before = request.query.get("state"), request.query.get("before")
    try:
        wanted = CallState(state) if state else None
    except ValueError as error:
        raise BadInput("state", N_("there is no such state"), N_("Choose one from the list")) from error
    try:
        moment = datetime.fromisoformat(before) if before else None
    except ValueError as error:
        raise BadInput("before", N_("this is no time"), N_("Use the link at the end of the list")) from error
    if moment is not None and moment.tzinfo is None:
        raise BadInput("before", N_("the time has no offset"), N_("Use the link at the end of the list"))
    return wanted, (moment, request.query.get("last", "")) if moment is not None else None


def _limit(given: str | None) -> int:
    if given is None:
        return 50
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= _JSON_CALLS_MAX:
        raise BadInput("limit", N_("the limit isn't a number from 1 to 500"), N_("Leave it out for 50"))
    return int(given)
