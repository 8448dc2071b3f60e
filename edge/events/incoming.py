"""One event as its sender tells it, checked. References are still the sender's own here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from edge.errors import BadInput
from edge.ingest.form import VALUE, Form, Moment, Reference, read_form
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


class _EventForm(Form):
    id: Reference
    kind: Annotated[EventKind, VALUE]
    at: Moment
    customer_ref: Reference
    agent_ref: Reference | None = None


def read_event(form: Any, *, now: datetime, place: str = "event") -> Incoming:
    """Check one event's fields.

    Args:
        form: the fields of `FIELDS` as texts; `agent_ref` may be missing.
        now: the box's clock; nothing may lie more than five minutes after it.
        place: what errors call the whole (`events[3]`, `table row 4`).
    Raises: BadInput for the first field that is missing, unknown or wrong; never with its value.
    """
    read = read_form(_EventForm, form, now=now, prefix=place)
    return Incoming(id=read.id, kind=read.kind, at=read.at, customer_ref=read.customer_ref, agent_ref=read.agent_ref)


def source_name(name: str, *, field: str = "source") -> str:
    """A source's name, if it is one. Raises: BadInput."""
    if not SOURCE.fullmatch(name):
        fix = "Use 1 to 32 small letters, digits and hyphens, with a letter or digit first"
        raise BadInput(field, "it is no name of a source", fix)
    return name
