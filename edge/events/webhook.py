"""Events as another system's signed HTTP request.

The signature covers the time of sending and the body, so that neither can be changed, and a request that was listened
in on is worth nothing after five minutes; within them it changes nothing, because events are known by their ids.
"""

from __future__ import annotations

import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from edge.errors import BadInput, Refused, TooLarge
from edge.events.incoming import Incoming, read_event

TIMESTAMP_HEADER = "Sottovoce-Timestamp"
SIGNATURE_HEADER = "Sottovoce-Signature"
SCHEME = "v1="
REPLAY_WINDOW = timedelta(minutes=5)
EVENTS_MAX = 200
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the signature header holds: HMAC-SHA-256 over "TIMESTAMP.BODY", as `v1=` and 64 hex digits."""
    return SCHEME + hmac.new(secret, timestamp.encode() + b"." + body, "sha256").hexdigest()


def verify(secret: bytes | None, timestamp: str, signature: str, body: bytes, *, now: datetime) -> None:
    """Check that a source sent this body just now.

    Args:
        secret: the source's; None for a source nobody knows, which gets the same answer as a wrong signature.
        timestamp: Unix time in whole seconds.
    Raises: Refused.
    """
    expected = sign(secret or b"unknown", timestamp, body)
    if not hmac.compare_digest(expected.encode(), signature.encode()) or secret is None:
        fix = "Sign TIMESTAMP.BODY with the secret of this source (docs/api.md)"
        raise Refused(SIGNATURE_HEADER, "the signature doesn't fit", fix)
    sent_at = datetime.fromtimestamp(int(timestamp), UTC) if _TIMESTAMP.fullmatch(timestamp) else None
    if sent_at is None or abs(now - sent_at) > REPLAY_WINDOW:
        fix = "Sign with the present Unix time in seconds, and set the sender's clock"
        raise Refused(TIMESTAMP_HEADER, "it isn't within five minutes of the box's clock", fix)


def read_body(body: bytes, *, now: datetime) -> tuple[Incoming, ...]:
    """The events of a body: `{"events": [{"id", "kind", "at", "customer_ref", "agent_ref"?}, …]}`.

    Raises: BadInput for the first thing that is wrong; TooLarge for more than `EVENTS_MAX`.
    """
    try:
        form: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("body", "it is no JSON", "Send a JSON object in UTF-8") from None
    if not isinstance(form, dict) or set(form) != {"events"} or not isinstance(form["events"], list):
        raise BadInput("body", "it is no object with events alone", 'Send {"events": [{…}, …]}')
    if len(form["events"]) > EVENTS_MAX:
        raise TooLarge("events", f"there are more than {EVENTS_MAX}", "Send them in several requests")
    return tuple(read_event(each, now=now, place=f"events[{index}]") for index, each in enumerate(form["events"]))
