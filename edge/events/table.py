"""Events and mail addresses as tables.

Events: kind, at, customer_ref; if wanted agent_ref and id. A row without an id is its own id: the same row again, in
this file or the next, is the same event. Addresses: address, customer_ref.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from edge.errors import BadInput
from edge.events.address import read_address
from edge.events.incoming import FIELDS, NEEDED, Incoming, read_event
from edge.spreadsheet import Line, read_lines

FIELD = "table"
TABLE_BYTES_MAX = 4 * 2**20
ROWS_MAX = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTable:
    """What a table of events holds, and what is wrong with it, row by row."""

    events: tuple[Incoming, ...]
    problems: tuple[BadInput, ...]


def read_events(data: bytes, *, now: datetime) -> EventTable:
    """Read a table of events, each row by itself. Raises: BadInput, TooLarge where rows can't be told apart."""
    events: list[Incoming] = []
    problems: list[BadInput] = []
    for line in _lines(data, needed=[name for name in NEEDED if name != "id"], optional=FIELDS):
        cells = line.cells()
        try:
            events.append(_event(line, cells, now=now))
        except BadInput as error:
            problems.append(error)
    return EventTable(events=tuple(events), problems=tuple(problems))


def read_addresses(data: bytes) -> dict[str, str]:
    """Read a directory: mail address to the sender's customer_ref. Raises: BadInput for the first row that is wrong."""
    customers: dict[str, str] = {}
    for line in _lines(data, needed=("address", "customer_ref")):
        cells = line.cells()
        address = read_address(cells.get("address", ""))
        if address is None:
            raise BadInput(line.place_of("address"), "it is no mail address", "Write it as name@example.com")
        if "customer_ref" not in cells:
            raise BadInput(line.place_of("customer_ref"), "it is missing", "Add it")
        customer = cells["customer_ref"]
        if customers.setdefault(address, customer) != customer:
            problem = "an earlier row gives it to another customer"
            raise BadInput(line.place_of("address"), problem, "Keep one of the rows")
    return customers


def _lines(data: bytes, *, needed: Collection[str], optional: Collection[str] = ()) -> Iterator[Line]:
    return read_lines(data, field=FIELD, needed=needed, optional=optional, bytes_max=TABLE_BYTES_MAX, rows_max=ROWS_MAX)


def _event(line: Line, cells: dict[str, str], *, now: datetime) -> Incoming:
    own = json.dumps({name: cell for name, cell in sorted(cells.items()) if name != "id"})
    form = {"id": hashlib.sha256(own.encode()).hexdigest()} | cells
    try:
        return read_event(form, now=now, place=line.place)
    except BadInput as error:
        column = error.field.rpartition(".")[2]
        raise BadInput(line.place_of(column), error.problem, error.fix) from None
