"""Why a call has its labels and scores: a page for one utterance, the JSON of all of it, and scoring a call anew."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter

from edge.explain.call import Asked, CallExplanation
from edge.rescoring import Rescoring, history
from edge.web.call import revealed
from edge.web.i18n import writer
from edge.web.keys import BOX, actor
from edge.web.pages import render
from edge.web.phrases import translate


async def show_labels(request: web.Request) -> web.Response:
    """The labels of one utterance, explained."""
    call_id, utterance = request.match_info["call_id"], request.match_info["utterance"]
    call = await asyncio.to_thread(request.app[BOX].call, call_id)
    explained = await _explain(request, Asked(utterance=utterance))
    return render(
        request,
        "labels.html",
        call=call,
        utterance=utterance,
        revealed=revealed(request, call_id),
        labels=explained.labels,
    )


async def send_explanation(request: web.Request) -> web.Response:
    """The explanation as JSON: all of it, or `?score=` or `?utterance=`; with the history of scorings."""
    asked = Asked(score=request.query.get("score"), utterance=request.query.get("utterance"))
    explained = await _explain(request, asked)
    past = await asyncio.to_thread(history, request.app[BOX], explained.call_id, actor=actor(request))
    dumped: dict[str, Any] = TypeAdapter(CallExplanation).dump_python(explained, mode="json")
    for one in dumped["scores"]:
        one["limits_en"] = [translate(limit, writer("en")) for limit in one["limits"]]
    dumped["history"] = TypeAdapter(tuple[Rescoring, ...]).dump_python(past, mode="json")
    return web.json_response(dumped)


async def rescore_call(request: web.Request) -> web.Response:
    """Score the call anew with what is installed; the old scores stay readable."""
    call_id = request.match_info["call_id"]
    await asyncio.to_thread(request.app[BOX].rescore, call_id, actor=actor(request))
    raise web.HTTPSeeOther(request.app.router["call"].url_for(call_id=call_id))


async def _explain(request: web.Request, asked: Asked) -> CallExplanation:
    call_id = request.match_info["call_id"]
    return await asyncio.to_thread(
        request.app[BOX].explain,
        call_id,
        asked,
        actor=actor(request),
        reveal=revealed(request, call_id),
    )
