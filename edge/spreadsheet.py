"""CSV as spreadsheets save it: UTF-8 with or without byte-order mark, or GB 18030 (GBK), names in the first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from edge.errors import BadInput, TooLarge, printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row that holds anything.

    number: of the line it begins on, the names' being 1. place: what errors call it (`table row 3`). written: its cells
    as they stand, without blanks around.
    """

    number: int
    place: str
    columns: Sequence[str]
    written: Sequence[str]

    def cells(self) -> dict[str, str]:
        """What it holds by column, empty cells left out. Raises: BadInput if there aren't as many cells as columns."""
        if len(self.written) != len(self.columns):
            problem = f"it has {len(self.written)} cells for {len(self.columns)} columns"
            raise BadInput(self.place, problem, "Put cells that hold a comma in quotation marks")
        return {name: cell for name, cell in zip(self.columns, self.written, strict=True) if cell}

    def place_of(self, column: str) -> str:
        """What errors call one of its cells."""
        return f"{self.place}, column {column}"


def read_lines(
    data: bytes,
    *,
    field: str,
    needed: Collection[str],
    optional: Collection[str],
    bytes_max: int,
    rows_max: int,
) -> Iterator[Line]:
    """Read a table row by row.

    Args:
        field: what errors call the table.
        needed, optional: the columns it must and may have; it has no others.
    Raises: BadInput (`table`, `table row 3`) where columns or rows can't be told apart; TooLarge past the limits.
    """
    if len(data) > bytes_max:
        raise TooLarge(field, f"it is larger than {bytes_max:,} bytes", "Split it")
    rows = _rows(_text(data, field), field)
    _, names = next(rows, (1, []))
    _check_columns(names, field=field, needed=needed, optional=optional)
    for count, (number, written) in enumerate(rows):
        if count == rows_max:
            raise TooLarge(field, f"it has more than {rows_max:,} rows", "Split it")
        yield Line(number=number, place=_place(field, number), columns=names, written=written)


def _text(data: bytes, field: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:  # UTF-16 can be decoded as either, to such
            return text
    raise BadInput(field, "it is neither UTF-8 nor GB 18030 (GBK)", "Save it as CSV UTF-8")


def _rows(text: str, field: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row that has any, with the number of the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            problem = "a quotation mark is never closed, or stands inside a cell"
            raise BadInput(_place(field, number), problem, "Save the table as CSV again") from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, [cell.strip() for cell in cells]
        number = reader.line_num + 1


def _check_columns(names: Sequence[str], *, field: str, needed: Collection[str], optional: Collection[str]) -> None:
    for name in names:
        if name not in needed and name not in optional:
            fix = "Check its spelling, and that commas separate the cells"
            raise BadInput(field, f'there is no column "{printable(name)}"', fix)
    for name in (*needed, *names):
        if names.count(name) != 1:
            problem = f"the column {name} is there {names.count(name)} times"
            raise BadInput(field, problem, "Name each column once in the first line")


def _place(field: str, number: int) -> str:
    return f"{field} row {number}"
