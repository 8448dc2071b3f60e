"""Page tokens of the list of calls: where the page before ended, and which list it was of. Opaque to callers."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from edge.errors import BadInput
from edge.records import CallState, CallSummary

PAGE_SIZE = 50
PAGE_SIZE_MAX = 200
TOKEN_CHARACTERS_MAX = 1_000  # a call_id has 128 characters at most


def page_size_of(asked: int) -> int:
    """How many calls a page holds: 50 unless asked, 200 at most (AIP-158: more is cut, not refused)."""
    return min(asked or PAGE_SIZE, PAGE_SIZE_MAX)


def write_token(last: CallSummary, state: CallState | None) -> str:
    """The token of the page that follows that call."""
    text = json.dumps([last.received_at.isoformat(), last.call_id, state])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_token(token: str, state: CallState | None) -> tuple[datetime, str] | None:
    """Where the page starts, None for the first. Raises: BadInput if the token is not ours, or of another list."""
    if not token:
        return None
    try:
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise ValueError("too long")
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        received_at, call_id, listed = json.loads(text)
        start = datetime.fromisoformat(received_at)
        listed_state = None if listed is None else CallState(listed)
    except (ValueError, TypeError) as error:
        raise BadInput("page_token", "it is not a token of this list", "Use next_page_token as it came") from error
    if start.tzinfo is None or not isinstance(call_id, str) or listed_state is not state:
        raise BadInput("page_token", "it belongs to another list", "Keep `state` the same from page to page")
    return start, call_id
