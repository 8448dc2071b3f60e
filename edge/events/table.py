"""Events and mail addresses as tables.

Events: kind, at, customer_ref; if wanted agent_ref and id. A row without an id is its own id: the same row again, in
this file or the next, is the same event. Addresses: address, customer_ref.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from edge.errors import BadInput
from edge.events.address import read_address
from edge.events.incoming import FIELDS, NEEDED, Incoming, read_event
from edge.events.spreadsheet import Line, place, read_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTable:
    """What a table of events holds, and what is wrong with it, row by row."""

    events: tuple[Incoming, ...]
    problems: tuple[BadInput, ...]


def read_events(data: bytes, *, now: datetime) -> EventTable:
    """Read a table of events, each row by itself. Raises: BadInput, TooLarge where rows can't be told apart."""
    events: list[Incoming] = []
    problems: list[BadInput] = []
    for line in read_lines(data, needed=[name for name in NEEDED if name != "id"], optional=FIELDS):
        try:
            events.append(_event(line, now=now))
        except BadInput as error:
            problems.append(error)
    return EventTable(events=tuple(events), problems=tuple(problems))


def read_addresses(data: bytes) -> dict[str, str]:
    """Read a directory: mail address to the sender's customer_ref. Raises: BadInput for the first row that is wrong."""
    customers: dict[str, str] = {}
    for line in read_lines(data, needed=("address", "customer_ref")):
        address = read_address(line.cells.get("address", ""))
        if address is None:
            raise BadInput(_cell(line, "address"), "it is no mail address", "Write it as name@example.com")
        if "customer_ref" not in line.cells:
            raise BadInput(_cell(line, "customer_ref"), "it is missing", "Add it")
        customer = line.cells["customer_ref"]
        if customers.setdefault(address, customer) != customer:
            raise BadInput(
                _cell(line, "address"), "an earlier row gives it to another customer", "Keep one of the rows"
            )
    return customers


def _event(line: Line, *, now: datetime) -> Incoming:
    own = json.dumps({name: cell for name, cell in sorted(line.cells.items()) if name != "id"})
    form = {"id": hashlib.sha256(own.encode()).hexdigest()} | line.cells
    try:
        return read_event(form, now=now, place=place(line.number))
    except BadInput as error:
        column = error.field.rpartition(".")[2]
        raise BadInput(_cell(line, column), error.problem, error.fix) from None


def _cell(line: Line, column: str) -> str:
    return f"{place(line.number)}, column {column}"
