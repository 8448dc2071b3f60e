"""The web application: every page's address, and what stands in front of them."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from edge.box import Box
from edge.settings import Settings
from edge.web import (
    call,
    calls,
    corrections,
    erasures,
    events,
    facts,
    health,
    keys,
    login,
    preferences,
    security,
    setup,
    upload,
    why,
)
from edge.web.accounts import Accounts
from edge.web.errors import show_errors
from edge.web.health import metrics_token
from edge.web.reveals import Reveals
from edge.web.sessions import Sessions
from edge.web.setup_code import SetupCode
from edge.web.static_files import serve_static
from edge.web.throttle import Throttle

# A form of our own is a few short fields; recordings don't come this way but are streamed (`upload`).
FORM_BYTES_MAX: Final = 64 * 1024
_GUESS_WINDOW_S: Final = 15 * 60
_ADDRESS_FAILURES_MAX, _NAME_FAILURES_MAX, _SETUP_FAILURES_MAX = 5, 20, 10
_UPLOADS_AT_ONCE: Final = 4


def make_app(box: Box, settings: Settings) -> web.Application:
    """Build the pages of an opened box.

    Args:
        box: opened, and kept open while the application runs.
        settings: the box's.
    """
    app = web.Application(
        client_max_size=FORM_BYTES_MAX,
        middlewares=[
            preferences.find_language,
            show_errors,
            security.host_guard((settings.serve.host, *settings.serve.names)),
            security.origin_guard,
            security.session_guard,
        ],
    )
    app[keys.BOX], app[keys.SETTINGS] = box, settings
    app[keys.ACCOUNTS], app[keys.SESSIONS] = Accounts(box.store), Sessions(box.store)
    app[keys.SETUP_CODE], app[keys.METRICS_TOKEN] = SetupCode(settings.home), metrics_token(settings.home)
    app[keys.SETUP_GUESSES] = Throttle(_SETUP_FAILURES_MAX, _GUESS_WINDOW_S)
    app[keys.NAME_GUESSES] = Throttle(_NAME_FAILURES_MAX, _GUESS_WINDOW_S)
    app[keys.ADDRESS_GUESSES] = Throttle(_ADDRESS_FAILURES_MAX, _GUESS_WINDOW_S)
    app[keys.REVEALS], app[keys.UPLOADS] = Reveals(), asyncio.Semaphore(_UPLOADS_AT_ONCE)
    app.on_response_prepare.append(security.add_headers)
    _add_routes(app.router)
    return app


def pending_setup_code(box: Box, settings: Settings) -> str | None:
    """The one-time code to print at start while nobody has claimed the box; None once somebody has."""
    code = SetupCode(settings.home)
    if Accounts(box.store).exist():
        code.burn()  # power may have been lost between the first account and burning it
        return None
    return code.ensure()


def _add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/", _to_calls)
    router.add_get("/calls", calls.show_calls, name="calls")
    router.add_get("/calls.json", calls.list_calls)
    router.add_get("/upload", upload.show_upload, name="upload")
    router.add_post("/calls", upload.receive_upload)
    router.add_get("/calls/{call_id}.json", call.read_call)
    router.add_get("/calls/{call_id}", call.show_call, name="call")
    router.add_get("/calls/{call_id}/explanation.json", why.send_explanation)
    router.add_get("/calls/{call_id}/utterances/{utterance}", why.show_labels)
    router.add_get("/calls/{call_id}/utterances/{utterance}/correct", corrections.show_form)
    router.add_get("/calls/{call_id}/corrections.json", corrections.list_corrections)
    router.add_post("/calls/{call_id}/corrections", corrections.correct_call)
    router.add_post("/calls/{call_id}/corrections/{correction}/take-back", corrections.take_back)
    router.add_post("/calls/{call_id}/rescore", why.rescore_call)
    router.add_get("/calls/{call_id}/row", calls.show_row)
    router.add_get("/calls/{call_id}/progress", call.show_progress)
    router.add_get("/calls/{call_id}/audio", call.send_audio)
    router.add_get("/calls/{call_id}/peaks.json", call.send_peaks)
    router.add_post("/calls/{call_id}/reveal", call.reveal_call)
    router.add_post("/calls/{call_id}/conceal", call.conceal_call)
    router.add_post("/calls/{call_id}/requeue", call.requeue_call)
    router.add_post("/calls/{call_id}/erase", call.erase_call)
    router.add_post("/hooks/events/{source}", events.receive_events)
    router.add_get("/facts", facts.show_facts)
    router.add_get("/facts.json", facts.list_facts)
    router.add_get("/facts.csv", facts.download_facts)
    router.add_post("/facts/check", facts.check_facts)
    router.add_post("/facts", facts.put_facts)
    router.add_get("/compliance/erasures", erasures.show_erasures)
    router.add_get("/compliance/erasures.json", erasures.list_erasures)
    router.add_get("/compliance/erasures.csv", erasures.download_erasures)
    router.add_get("/compliance/erasures/{number}.json", erasures.send_certificate)
    router.add_get("/compliance/erasures/{number}.html", erasures.download_certificate)
    router.add_get("/compliance/erasures/{number}", erasures.show_erasure)
    router.add_post("/compliance/erasures/{number}/try", erasures.try_erasure)
    router.add_get("/setup", setup.show_setup)
    router.add_post("/setup", setup.make_first_account)
    router.add_get("/login", login.show_login)
    router.add_post("/login", login.sign_in)
    router.add_post("/logout", login.sign_out)
    router.add_post("/preferences", preferences.set_preferences)
    router.add_get("/static/{digest}/{name:.+}", serve_static)
    router.add_get("/healthz", health.show_alive)
    router.add_get("/readyz", health.show_ready)
    router.add_get("/metrics", health.show_metrics)


async def _to_calls(_: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/calls")
