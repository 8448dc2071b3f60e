"""Reads the CSV that comes with a folder of recordings: one row for each, as spreadsheets save it.

Columns: file, call_id, started_at, scene, direction, agent_ref, customer_ref, channels ("agent,customer" or "mixed");
and if wanted jurisdiction, language and, each with `customer_` or `agent_` in front, basis, purposes (separated by
semicolons, commas or blanks), notice_id, indicated_at, method, evidence_ref, state.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from edge.errors import BadInput, TooLarge
from edge.ingest.header import printable, read_header
from edge.records import CallHeader, Party

FIELD = "table"
TABLE_BYTES_MAX = 4 * 2**20
ROWS_MAX = 10_000

NEEDED = ("file", "call_id", "started_at", "scene", "direction", "agent_ref", "customer_ref", "channels")
OPTIONAL = ("jurisdiction", "language")
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
COLUMNS = frozenset((*NEEDED, *OPTIONAL, *(f"{party}_{name}" for party in PARTIES for name in BASIS)))

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
    if len(data) > TABLE_BYTES_MAX:
        raise TooLarge(FIELD, f"it is larger than {TABLE_BYTES_MAX:,} bytes", "Split it")
    lines = _lines(_text(data))
    _, names = next(lines, (1, []))
    columns = _columns(names)
    rows: list[Row] = []
    files: set[str] = set()
    for line, cells in lines:
        if len(rows) == ROWS_MAX:
            raise TooLarge(FIELD, f"it has more than {ROWS_MAX:,} rows", "Split it")
        row = _row(line, _cells(line, columns, cells), now=now)
        if row.file in files:
            raise BadInput(_place(line, "file"), "the file is named in an earlier row too", "Keep one of the rows")
        files.add(row.file)
        rows.append(row)
    return tuple(rows)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(FIELD, "it is in UTF-16", "Save it as CSV UTF-8")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(FIELD, "it is neither UTF-8 nor GB 18030 (GBK)", "Save it as CSV UTF-8")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that has any, with the number of the line it begins on."""
    if "\x00" in text:
        raise BadInput(FIELD, "it holds NUL characters", "Save it as CSV UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            problem = "a quotation mark is never closed, or stands inside a cell"
            raise BadInput(f"{FIELD} row {line}", problem, "Save the table as CSV again") from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def _columns(names: list[str]) -> list[str]:
    for name in names:
        if name not in COLUMNS:
            problem = f'there is no column "{printable(name)}"'
            raise BadInput(FIELD, problem, "Check its spelling, and that commas separate the cells")
    for name in (*NEEDED, *names):
        if names.count(name) != 1:
            problem = f"the column {name} is there {names.count(name)} times"
            raise BadInput(FIELD, problem, "Name each column once in the first line")
    return names


def _cells(line: int, columns: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        problem = f"it has {len(cells)} cells for {len(columns)} columns"
        raise BadInput(f"{FIELD} row {line}", problem, "Put cells that hold a comma in quotation marks")
    return dict(zip(columns, cells, strict=True))


def _row(line: int, cells: dict[str, str], *, now: datetime) -> Row:
    file = cells["file"]
    if not _is_plain_name(file):
        raise BadInput(_place(line, "file"), "it is no plain file name", "Write the name without its folder")
    form, origins = _form(cells)
    try:
        return Row(line=line, file=file, header=read_header(form, now=now), problem=None)
    except BadInput as error:
        column = _column(error.field, origins)
        problem = BadInput(_place(line, column), error.problem, error.fix)
        return Row(line=line, file=file, header=None, problem=problem)


def _is_plain_name(name: str) -> bool:
    return 0 < len(name) <= 255 and name.isprintable() and not name.startswith(".") and not set(name) & {"/", "\\"}


def _form(cells: dict[str, str]) -> tuple[dict[str, Any], list[Party]]:
    """The header's form, and whose basis stands where in `bases`."""
    form: dict[str, Any] = {name: cells[name] for name in (*NEEDED, *OPTIONAL) if cells.get(name) and name != "file"}
    if "channels" in form:
        form["channels"] = _SEPARATOR.split(form["channels"])
    form["bases"], origins = [], []
    for party in PARTIES:
        basis: dict[str, Any] = {
            field: cells[f"{party}_{name}"] for name, field in BASIS.items() if cells.get(f"{party}_{name}")
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


def _place(line: int, column: str) -> str:
    return f"{FIELD} row {line}, column {column}"
