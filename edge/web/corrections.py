"""Correcting what the analysis says of one utterance: a form of its own, keeping what it sends, and taking it back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from aiohttp import web
from pydantic import TypeAdapter

from edge.corrections.check import REASON_LENGTH_MAX
from edge.corrections.joined import corrected
from edge.corrections.record import Change, Correction, Proposal
from edge.errors import BadInput, NotFound
from edge.redaction import masked
from edge.web.call import revealed
from edge.web.errors import status_of, wants_json
from edge.web.keys import BOX, actor
from edge.web.marks import choices, readable
from edge.web.pages import render

_CORRECTIONS: Final = TypeAdapter(tuple[Correction, ...])
_CORRECTION: Final = TypeAdapter(Correction)


async def show_form(request: web.Request) -> web.Response:
    """The form for one utterance; with `?part` alone, to be put into the call's page."""
    return await _form(request, request.match_info["utterance"])


async def list_corrections(request: web.Request) -> web.Response:
    """A call's corrections as JSON; identifying words in their reasons masked unless they were revealed."""
    box, call_id = request.app[BOX], request.match_info["call_id"]
    found = await asyncio.to_thread(box.corrections.of_call, call_id, actor=actor(request))
    if found and not revealed(request, call_id):
        whole = await asyncio.to_thread(box.analysis, call_id, actor=actor(request))
        found = tuple(readable(one, whole) for one in found)
    return web.json_response({"corrections": _CORRECTIONS.dump_python(found, mode="json")})


async def correct_call(request: web.Request) -> web.Response:
    """Keep one correction; the analysis stays as it is."""
    box, call_id = request.app[BOX], request.match_info["call_id"]
    sent = {name: str(value) for name, value in (await request.post()).items()}
    proposal = _proposal(sent)
    now = datetime.now(UTC)
    try:
        made = await asyncio.to_thread(box.corrections.correct, call_id, proposal, actor=actor(request), now=now)
    except BadInput as error:
        if wants_json(request) or error.field == "utterance":
            raise
        return await _form(request, proposal.utterance, status=status_of(error), error=error, sent=sent)
    if wants_json(request):
        return web.json_response(_CORRECTION.dump_python(made, mode="json"), status=201)
    raise web.HTTPSeeOther(_line(request, made.utterance))


async def take_back(request: web.Request) -> web.Response:
    """Remove one correction."""
    box, call_id, correction = request.app[BOX], request.match_info["call_id"], request.match_info["correction"]
    gone = await asyncio.to_thread(box.corrections.take_back, call_id, correction, actor=actor(request))
    if wants_json(request):
        return web.json_response({"id": gone.id, "taken_back": True})
    raise web.HTTPSeeOther(_line(request, gone.utterance))


async def _form(
    request: web.Request,
    utterance: str,
    *,
    status: int = 200,
    error: BadInput | None = None,
    sent: Mapping[str, str] | None = None,
) -> web.Response:
    box, call_id, who = request.app[BOX], request.match_info["call_id"], actor(request)
    call = await asyncio.to_thread(box.call, call_id)
    whole = await asyncio.to_thread(box.analysis, call_id, actor=who)
    shown = revealed(request, call_id)
    analysis = whole if shown else masked(whole)
    found = next((one for one in analysis.utterances if one.id == utterance), None)
    if found is None:
        raise NotFound("utterance", "the call has no such utterance", "See `sottovoce box show CALL --json` for ids")
    corrections = await asyncio.to_thread(box.corrections.of_call, call_id, actor=who)
    return render(
        request,
        "correct_form.html" if "part" in request.query else "correct.html",
        status=status,
        call=call,
        revealed=shown,
        said=corrected(found, corrections),
        choices=choices(found, corrections),
        reason_length_max=REASON_LENGTH_MAX,
        error=error,
        sent=sent or {},
    )


def _proposal(sent: Mapping[str, str]) -> Proposal:
    """What a form or a program sends.

    Our form's buttons say more in one word ("removed:empathy", "speaker:customer"), and its lists name a label with its
    kind ("objection/price"); programs may write the fields apart.
    """
    change, _, named = sent.get("change", "").partition(":")
    listed = sent.get("kinds", "") if change == Change.KIND else ""
    label, _, kind = (named or listed or sent.get("label", "")).partition("/")
    made = Proposal(
        utterance=sent.get("utterance", ""),
        change=change,
        label=label,
        kind=kind or sent.get("kind", ""),
        due_at=sent.get("due_at", ""),
        speaker=sent.get("speaker", ""),
        reason=sent.get("reason", ""),
    )
    return replace(made, label="", speaker=named or made.speaker) if change == Change.SPEAKER else made


def _line(request: web.Request, utterance: str) -> str:
    call_id = request.match_info["call_id"]
    page = request.app.router["call"].url_for(call_id=call_id)
    return str((page.with_query(reveal="1") if revealed(request, call_id) else page).with_fragment(utterance))
