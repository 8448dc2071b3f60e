"""One event as its sender tells it, checked. References are still the sender's own here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from edge.errors import BadInput
from edge.ingest.header import CLOCK_SKEW, EARLIEST, REFERENCE_CHARACTERS_MAX, RFC_3339, printable
from edge.records import EventKind

SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
NEEDED = ("id", "kind", "at", "customer_ref")
FIELDS = (*NEEDED, "agent_ref")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What one source says happened. `id`: the same one twice from the same source is the same event."""

    id: str
    kind: EventKind
    at: datetime  # with its offset
    customer_ref: str
    agent_ref: str | None = None


def read_event(form: Any, *, now: datetime, place: str = "event") -> Incoming:
    """Check one event's fields.

    Args:
        form: the fields of `FIELDS` as texts; `agent_ref` may be missing.
        now: the box's clock; nothing may lie more than five minutes after it.
        place: what errors call the whole (`events[3]`, `table row 4`).
    Raises: BadInput for the first field that is missing, unknown or wrong; never with its value.
    """
    if not isinstance(form, Mapping):
        raise BadInput(place, "it is no object with named fields", "Write it as {…}")
    for name in form:
        if name not in FIELDS:
            raise BadInput(
                f"{place}.{printable(str(name))}", "there is no such field", "Remove it or check its spelling"
            )
    texts = {name: _text(form, name, place) for name in FIELDS if name in NEEDED or form.get(name) is not None}
    return Incoming(
        id=texts["id"],
        kind=_kind(texts["kind"], f"{place}.kind"),
        at=_moment(texts["at"], f"{place}.at", now=now),
        customer_ref=texts["customer_ref"],
        agent_ref=texts.get("agent_ref"),
    )


def source_name(name: str, *, field: str = "source") -> str:
    """A source's name, if it is one. Raises: BadInput."""
    if not SOURCE.fullmatch(name):
        fix = "Use 1 to 32 small letters, digits and hyphens, with a letter or digit first"
        raise BadInput(field, "it is no name of a source", fix)
    return name


def _text(form: Mapping[str, Any], name: str, place: str) -> str:
    value = form.get(name)
    field = f"{place}.{name}"
    if value is None:
        raise BadInput(field, "it is missing", "Add it")
    if not isinstance(value, str):
        raise BadInput(field, "it is no text", "Put it in quotation marks")
    if not 1 <= len(value) <= REFERENCE_CHARACTERS_MAX:
        raise BadInput(field, f"it has {len(value)} characters", f"Use 1 to {REFERENCE_CHARACTERS_MAX}")
    if not value.isprintable():
        raise BadInput(field, "it holds characters that can't be printed", "Remove line breaks and control characters")
    if value != value.strip():
        fix = "Remove it: it would make another person of the same one"
        raise BadInput(field, "it begins or ends with a blank", fix)
    return value


def _kind(value: str, field: str) -> EventKind:
    try:
        return EventKind(value)
    except ValueError:
        raise BadInput(field, "it is none of the words allowed here", f"Use one of {', '.join(EventKind)}") from None


def _moment(value: str, field: str, *, now: datetime) -> datetime:
    if not RFC_3339.fullmatch(value):
        problem = "it is no date and time with offset (RFC 3339)"
        raise BadInput(field, problem, "Write it as 2026-03-02T10:15:00+08:00")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadInput(field, "it names a day or time that does not exist", "Check the date and the time") from None
    if moment < EARLIEST:
        raise BadInput(field, "it lies before the year 2000", "Check the sender's clock")
    if moment > now + CLOCK_SKEW:
        raise BadInput(field, "it lies in the future", "Check the sender's clock and the offset")
    return moment
