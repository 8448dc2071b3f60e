"""What the application and a request carry, by typed key."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from edge.box import Box
from edge.settings import Settings
from edge.web.accounts import Accounts
from edge.web.reveals import Reveals
from edge.web.sessions import Session, Sessions
from edge.web.setup_code import SetupCode
from edge.web.throttle import Throttle

BOX: Final = web.AppKey("box", Box)
SETTINGS: Final = web.AppKey("settings", Settings)
ACCOUNTS: Final = web.AppKey("accounts", Accounts)
SESSIONS: Final = web.AppKey("sessions", Sessions)
SETUP_CODE: Final = web.AppKey("setup_code", SetupCode)
SETUP_GUESSES: Final = web.AppKey("setup_guesses", Throttle)
NAME_GUESSES: Final = web.AppKey("name_guesses", Throttle)
ADDRESS_GUESSES: Final = web.AppKey("address_guesses", Throttle)
REVEALS: Final = web.AppKey("reveals", Reveals)
METRICS_TOKEN: Final = web.AppKey("metrics_token", str)
UPLOADS: Final = web.AppKey("uploads", asyncio.Semaphore)

SESSION: Final = web.RequestKey("session", Session)  # present on every request behind the login
SIGNED_PREFIX: Final = "/hooks/"
"""Addresses below which a request's own signature says who sends it, in place of a session."""

LANGUAGE: Final = web.RequestKey("language", str)
"""Language the answer is written in: `zh` or `en`."""


def actor(request: web.Request) -> str:
    """Whom the log names for what this request does: the account's number, never its name."""
    return f"account:{request[SESSION].account.id}"
