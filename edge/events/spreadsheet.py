"""CSV as spreadsheets save it: UTF-8 with or without byte-order mark, or GB 18030 (GBK), names in the first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from edge.errors import BadInput, TooLarge
from edge.ingest.header import printable

FIELD = "table"
TABLE_BYTES_MAX = 4 * 2**20
ROWS_MAX = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row. cells: by column, without blanks around, empty ones left out."""

    number: int  # of the table's lines, the names' being 1
    cells: dict[str, str]


def read_lines(data: bytes, *, needed: Collection[str], optional: Collection[str] = ()) -> tuple[Line, ...]:
    """Every row that holds anything.

    Raises: BadInput (`table`, `table row 3`) where columns are missing, unknown or twice, or a row has more or fewer
    cells than there are columns; TooLarge.
    """
    if len(data) > TABLE_BYTES_MAX:
        raise TooLarge(FIELD, f"it is larger than {TABLE_BYTES_MAX:,} bytes", "Split it")
    rows = _rows(_text(data))
    _, columns = next(rows, (1, []))
    for name in columns:
        if name not in needed and name not in optional:
            fix = "Check its spelling, and that commas separate the cells"
            raise BadInput(FIELD, f'there is no column "{printable(name)}"', fix)
    for name in (*needed, *columns):
        if columns.count(name) != 1:
            problem = f"the column {name} is there {columns.count(name)} times"
            raise BadInput(FIELD, problem, "Name each column once in the first line")
    lines: list[Line] = []
    for number, cells in rows:
        if len(cells) != len(columns):
            problem = f"it has {len(cells)} cells for {len(columns)} columns"
            raise BadInput(place(number), problem, "Put cells that hold a comma in quotation marks")
        if len(lines) == ROWS_MAX:
            raise TooLarge(FIELD, f"it has more than {ROWS_MAX:,} rows", "Split it")
        pairs = zip(columns, cells, strict=True)
        lines.append(Line(number=number, cells={name: cell for name, cell in pairs if cell}))
    return tuple(lines)


def place(number: int) -> str:
    """What errors call a row."""
    return f"{FIELD} row {number}"


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:  # UTF-16 decodes as GB 18030 to such, too
            break
        return text
    raise BadInput(FIELD, "it is neither UTF-8 nor GB 18030 (GBK)", "Save it as CSV UTF-8")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            problem = "a quotation mark is never closed, or stands inside a cell"
            raise BadInput(place(number), problem, "Save the table as CSV again") from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, [cell.strip() for cell in cells]
        number = reader.line_num + 1
