"""One call: its page, its JSON twin, its audio and waveform, showing the original words, erasing it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

from aiohttp import web
from pydantic import TypeAdapter
from yarl import URL

from edge.corrections.record import Correction
from edge.errors import BadInput, Refused
from edge.pipeline import ScoredAnalysis
from edge.records import Analysis, CallState, CallSummary
from edge.redaction import masked
from edge.rescoring import Rescoring, history
from edge.web import explained, marks, mood, scorecard, talk, timeline, transcript
from edge.web.calls import RUNNING
from edge.web.i18n import N_, writer
from edge.web.keys import ACCOUNTS, BOX, LANGUAGE, REVEALS, SESSION, actor
from edge.web.pages import render
from edge.web.peaks import Peaks, read_peaks
from edge.web.ranges import RangeError, read_range
from edge.web.wording import ERASURE_REASONS

_ANALYSIS: Final = TypeAdapter(Analysis)
_HISTORY: Final = TypeAdapter(tuple[Rescoring, ...])
_AUDIO_TYPE: Final = "audio/flac"


async def show_call(request: web.Request) -> web.Response:
    """The call's page; while it is being analysed, how far it has come."""
    call = await asyncio.to_thread(request.app[BOX].call, request.match_info["call_id"])
    if call.state is not CallState.ANALYSED:
        return await _show_progress(request, call, "progress.html")
    shown = revealed(request, call.call_id)
    if "reveal" in request.query and not shown:
        raise web.HTTPSeeOther(request.path)
    whole, past = await _opened(request, call.call_id)
    analysis = whole if shown else masked(whole)
    write = writer(request[LANGUAGE])
    box, who = request.app[BOX], actor(request)
    names = await asyncio.to_thread(request.app[ACCOUNTS].names)
    return render(
        request,
        "call.html",
        call=call,
        analysis=analysis,
        revealed=shown,
        has_pii=any(utterance.pii for utterance in analysis.utterances),
        lines=transcript.lines(analysis),
        promises=transcript.promises(analysis),
        cards=scorecard.cards(analysis, write.language),
        timeline=timeline.timeline(analysis),
        mood=mood.mood(whole),
        bars=talk.bars(analysis),
        measures=talk.rows(analysis.talk, write),
        reasons=ERASURE_REASONS,
        explained=await asyncio.to_thread(explained.tell_scores, box, whole, reveal=shown, language=write.language),
        scorings=await asyncio.to_thread(explained.tell_history, box, call.call_id, actor=who, language=write.language),
        past=past,
        marks=marks.marks(analysis, await _corrections(request, whole, shown) if past is None else (), names),
        outdated=await asyncio.to_thread(box.is_outdated, call.call_id),
    )


async def show_progress(request: web.Request) -> web.Response:
    """How far a call has come, for htmx; leads to the call's page once there is more to see."""
    call = await asyncio.to_thread(request.app[BOX].call, request.match_info["call_id"])
    if call.state not in RUNNING:
        return web.Response(headers={"HX-Redirect": str(_page(request, call.call_id))})
    return await _show_progress(request, call, "progress_part.html")


async def read_call(request: web.Request) -> web.Response:
    """The JSON twin: the contract's analysis, identifying words masked unless they were revealed to this session."""
    call_id = request.match_info["call_id"]
    shown = revealed(request, call_id)
    if "reveal" in request.query and not shown:
        raise Refused("reveal", N_("the original words were not asked for"), N_("Confirm on the call's page first"))
    analysis, _ = await _opened(request, call_id)
    dumped = _ANALYSIS.dump_python(analysis if shown else masked(analysis), mode="json")
    past = await asyncio.to_thread(history, request.app[BOX], call_id, actor=actor(request))
    if past:
        dumped["history"] = _HISTORY.dump_python(past, mode="json")
    return web.json_response(dumped)


async def send_audio(request: web.Request) -> web.Response:
    """The recording, or the range of it that the player asks for. Every request passes the gate anew."""
    recording = await asyncio.to_thread(request.app[BOX].audio, request.match_info["call_id"], actor=actor(request))
    headers = {"Accept-Ranges": "bytes"}
    try:
        part = read_range(request.headers.get("Range"), len(recording))
    except RangeError:
        headers["Content-Range"] = f"bytes */{len(recording)}"
        return web.Response(status=416, headers=headers)
    if part is None:
        return web.Response(body=recording, content_type=_AUDIO_TYPE, headers=headers)
    headers["Content-Range"] = part.content_range
    body = recording[part.start : part.end]
    return web.Response(status=206, body=body, content_type=_AUDIO_TYPE, headers=headers)


async def send_peaks(request: web.Request) -> web.Response:
    """The waveform: peaks a second, and for each channel whole numbers from 0 to 127."""
    recording = await asyncio.to_thread(request.app[BOX].audio, request.match_info["call_id"], actor=actor(request))
    peaks: Peaks = await asyncio.to_thread(read_peaks, recording)
    return web.json_response({"per_s": peaks.per_s, "channels": peaks.values.tolist()})


async def reveal_call(request: web.Request) -> web.Response:
    """Show the original words of this call to this session for a while."""
    call_id = request.match_info["call_id"]
    await asyncio.to_thread(request.app[BOX].progress, call_id)
    request.app[REVEALS].grant(request[SESSION].id, call_id, now=datetime.now(UTC))
    raise web.HTTPSeeOther(_page(request, call_id).with_query(reveal="1"))


async def conceal_call(request: web.Request) -> web.Response:
    """Back to masked words."""
    call_id = request.match_info["call_id"]
    request.app[REVEALS].end(request[SESSION].id, call_id)
    raise web.HTTPSeeOther(_page(request, call_id))


async def requeue_call(request: web.Request) -> web.Response:
    """Have a failed call analysed again."""
    call_id = request.match_info["call_id"]
    await asyncio.to_thread(request.app[BOX].requeue, call_id)
    raise web.HTTPSeeOther(_page(request, call_id))


async def erase_call(request: web.Request) -> web.Response:
    """Destroy the call's keys for good."""
    reason = str((await request.post()).get("reason", ""))
    if reason not in ERASURE_REASONS:
        raise BadInput("reason", N_("no reason was chosen"), N_("Choose why the call is erased"))
    box, call_id = request.app[BOX], request.match_info["call_id"]
    await asyncio.to_thread(box.erase, call_id, actor=actor(request), reason=reason)
    raise web.HTTPSeeOther(request.app.router["calls"].url_for().with_query(erased="1"))


async def _show_progress(request: web.Request, call: CallSummary, template: str) -> web.Response:
    progress = await asyncio.to_thread(request.app[BOX].progress, call.call_id)
    return render(
        request, template, call=call, progress=progress, running=call.state in RUNNING, reasons=ERASURE_REASONS
    )


async def _opened(request: web.Request, call_id: str) -> tuple[Analysis, ScoredAnalysis | None]:
    """The call's analysis; with `?past=N`, the N-th of those that newer scores replaced, and when that was."""
    box, number = request.app[BOX], request.query.get("past")
    if number is None:
        return await asyncio.to_thread(box.analysis, call_id, actor=actor(request)), None
    past = await asyncio.to_thread(box.past_analysis, call_id, number, actor=actor(request))
    return past.analysis, past


async def _corrections(request: web.Request, whole: Analysis, shown: bool) -> tuple[Correction, ...]:
    """What people found wrong in a call; identifying words in their reasons masked unless they may be shown."""
    found = await asyncio.to_thread(request.app[BOX].corrections.of_call, whole.call_id, actor=actor(request))
    return found if shown else tuple(marks.readable(one, whole) for one in found)


def revealed(request: web.Request, call_id: str) -> bool:
    """Only an address that says so shows original words, and only while this session may see them."""
    if "reveal" not in request.query:
        return False
    return request.app[REVEALS].holds(request[SESSION].id, call_id, now=datetime.now(UTC))


def _page(request: web.Request, call_id: str) -> URL:
    return request.app.router["call"].url_for(call_id=call_id)
