"""Reads the CSV that comes with a folder of recordings: one row for each, as spreadsheets save it.

Columns: file, call_id, started_at, scene, direction, agent_ref, customer_ref, channels ("agent,customer" or "mixed");
and if wanted jurisdiction, language and, each with `customer_` or `agent_` in front, basis, purposes (separated by
semicolons, commas or blanks), notice_id, indicated_at, method, evidence_ref, state.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from edge.errors import BadInput
from edge.ingest.header import read_header
from edge.records import CallHeader, Party
from edge.spreadsheet import Line, read_lines

FIELD = "table"
TABLE_BYTES_MAX = 4 * 2**20
ROWS_MAX = 10_000

NEEDED = ("file", "call_id", "started_at", "scene", "direction", "agent_ref", "customer_ref", "channels")
WANTED = ("jurisdiction", "language")
BASIS = {  # a basis's column after the party's name: the field it fills
    "basis": "basis",
    "purposes": "purpose",
    "notice_id": "notice_id",
    "indicated_at": "indicated_at",
    "method": "method",
    "evidence_ref": "evidence_ref",
    "state": "state",
}
PARTIES = (Party.CUSTOMER, Party.AGENT)
OPTIONAL = (*WANTED, *(f"{party}_{name}" for party in PARTIES for name in BASIS))

_SEPARATOR = re.compile(r"[;,，；|\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One recording of a table: its header, or what is wrong with it."""

    line: int  # of the table, the column names being line 1
    file: str  # a plain name
    header: CallHeader | None
    problem: BadInput | None


def read_table(data: bytes, *, now: datetime) -> tuple[Row, ...]:
    """Read a table. What is wrong with one row stays with that row.

    Args:
        data: the file; UTF-8 with or without byte-order mark, or GB 18030 (GBK), as Chinese spreadsheets save it.
        now: the box's clock, with offset.
    Raises: BadInput (fields `table`, `table row 3, column file`) where rows can't be told apart; TooLarge.
    """
    rows: list[Row] = []
    files: set[str] = set()
    lines = read_lines(
        data, field=FIELD, needed=NEEDED, optional=OPTIONAL, bytes_max=TABLE_BYTES_MAX, rows_max=ROWS_MAX
    )
    for line in lines:
        row = _row(line, now=now)
        if row.file in files:
            problem = "the file is named in an earlier row too"
            raise BadInput(line.place_of("file"), problem, "Keep one of the rows")
        files.add(row.file)
        rows.append(row)
    return tuple(rows)


def _row(line: Line, *, now: datetime) -> Row:
    cells = line.cells()
    file = cells.get("file", "")
    if not _is_plain_name(file):
        raise BadInput(line.place_of("file"), "it is no plain file name", "Write the name without its folder")
    form, origins = _form(cells)
    try:
        return Row(line=line.number, file=file, header=read_header(form, now=now), problem=None)
    except BadInput as error:
        problem = BadInput(line.place_of(_column(error.field, origins)), error.problem, error.fix)
        return Row(line=line.number, file=file, header=None, problem=problem)


def _is_plain_name(name: str) -> bool:
    return 0 < len(name) <= 255 and name.isprintable() and not name.startswith(".") and not set(name) & {"/", "\\"}


def _form(cells: dict[str, str]) -> tuple[dict[str, Any], list[Party]]:
    """The header's form, and whose basis stands where in `bases`."""
    form: dict[str, Any] = {name: cells[name] for name in (*NEEDED, *WANTED) if name in cells and name != "file"}
    if "channels" in form:
        form["channels"] = _SEPARATOR.split(form["channels"])
    form["bases"], origins = [], []
    for party in PARTIES:
        basis: dict[str, Any] = {
            field: cells[f"{party}_{name}"] for name, field in BASIS.items() if f"{party}_{name}" in cells
        }
        if basis:
            if "purpose" in basis:
                basis["purpose"] = [word for word in _SEPARATOR.split(basis["purpose"]) if word]
            form["bases"].append(basis | {"party": party.value})
            origins.append(party)
    return form, origins


def _column(path: str, origins: list[Party]) -> str:
    """The column that a field of the form came from (`bases[0].purpose[1]` from `customer_purposes`)."""
    found = re.match(r"bases\[(\d+)\]\.(\w+)", path)
    if found is None:
        return path.split("[")[0]
    names = {field: name for name, field in BASIS.items()}
    return f"{origins[int(found[1])]}_{names[found[2]]}"
