"""First run: whoever reads the box's one-time code makes its first account."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from aiohttp import web

from edge.errors import BadInput
from edge.web.accounts import FIRST
from edge.web.errors import TooManyAttempts
from edge.web.i18n import N_
from edge.web.keys import ACCOUNTS, SETUP_CODE, SETUP_GUESSES
from edge.web.login import signed_in
from edge.web.pages import render

_KEY = "setup"  # one counter for everybody: there is one code


async def show_setup(request: web.Request) -> web.Response:
    """The form for the first account; gone once there is one."""
    if await asyncio.to_thread(request.app[ACCOUNTS].exist):
        raise web.HTTPSeeOther("/login")
    return render(request, "setup.html", name="", error=None)


async def make_first_account(request: web.Request) -> web.Response:
    """Check the code, make the administrator, burn the code, sign in."""
    if await asyncio.to_thread(request.app[ACCOUNTS].exist):
        raise web.HTTPSeeOther("/login")
    form = await request.post()
    name, password = str(form.get("name", "")), str(form.get("password", ""))
    try:
        _check_code(request, str(form.get("code", "")))
        if password != str(form.get("password_again", "")):
            raise BadInput("password_again", N_("the two passwords differ"), N_("Type the same password twice"))
        account = await asyncio.to_thread(
            request.app[ACCOUNTS].create_first, name, password, roles=FIRST, now=datetime.now(UTC)
        )
    except BadInput as error:
        return render(request, "setup.html", status=400, name=name, error=error)
    request.app[SETUP_CODE].burn()
    return await signed_in(request, account, target="/calls")


def _check_code(request: web.Request, typed: str) -> None:
    guesses, now_s = request.app[SETUP_GUESSES], time.monotonic()
    if wait_s := guesses.wait_s(_KEY, now_s):
        raise TooManyAttempts("code", N_("too many wrong codes"), N_("Wait a few minutes"), wait_s=wait_s)
    if not request.app[SETUP_CODE].matches(typed):
        guesses.fail(_KEY, now_s)
        raise BadInput("code", N_("this isn't the box's set-up code"), N_("Read it again on the box's console"))
