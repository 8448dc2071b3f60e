"""Reads and writes the facts table: CSV as spreadsheets save it in, one canonical form out.

Columns: product_line, and if wanted aliases (`|` between), region, lead_time_p50_days, lead_time_p90_days, stock,
price_floor, refund_policy (`none`, `conditional`, `unconditional`, with days after it: `conditional 7`), authority
(`staff: may_promise=delivery_time|stock max_discount_percent=5; manager: may_promise=*`), valid_from, valid_until.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from edge.errors import BadInput
from edge.scores.facts import KINDS, Authority, Fact, Facts, RefundPolicy
from edge.spreadsheet import read_lines

FIELD = "facts"
TABLE_BYTES_MAX = 1 * 2**20
ROWS_MAX = 2_000
CELL_CHARACTERS_MAX = 1_000
NAME_CHARACTERS_MIN = 2  # a name of one character would be found in every call
DAYS_MAX = 3_650.0
NUMBER_MAX = 1e9
VERSION_DIGITS = 12

COLUMNS = (
    "product_line",
    "aliases",
    "region",
    "lead_time_p50_days",
    "lead_time_p90_days",
    "stock",
    "price_floor",
    "refund_policy",
    "authority",
    "valid_from",
    "valid_until",
)
NEEDED = ("product_line",)
EXAMPLE = "\n".join(
    (
        ",".join(COLUMNS),
        "滚筒洗衣机,洗衣机|滚筒,华东,5,9,0,3299,conditional 7,"
        "staff: may_promise=delivery_time|stock|price max_discount_percent=5; "
        "manager: may_promise=* max_discount_percent=15,2026-01-01,2026-12-31",
        "床垫,乳胶床垫|弹簧床垫,,1,2,35,1999,unconditional 30,,,",
    )
)
"""A table to start from."""

_REFUND = re.compile(r"(?P<policy>[a-z]+)(?:[\s:+]+(?P<days>\d{1,4}))?")
_ROLE = re.compile(r"(?P<role>[^:：=|]{1,40})[:：](?P<limits>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with one cell, or with a whole row where column is "". row: its line, names are 1."""

    row: int
    column: str
    problem: str
    fix: str

    def error(self, *, others: int) -> BadInput:
        """The error to raise for it. others: how many more problems there are."""
        place = f"{FIELD} row {self.row}" + (f", column {self.column}" if self.column else "")
        more = f" (and {others} more)" if others else ""
        return BadInput(place, f"{self.problem}{more}", self.fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A table as it was read. facts: the rows without a problem. canonical: the table to keep, if it has no problem."""

    facts: Facts
    problems: tuple[Problem, ...]
    canonical: bytes


class _Wrong(Exception):
    """A cell that can't be read."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


def check_table(data: bytes) -> Checked:
    """Read a table and everything that is wrong with its rows.

    Args:
        data: the file; UTF-8 with or without byte-order mark, or GB 18030 (GBK).
    Raises: BadInput (field `facts`) where rows can't be told apart or there are none; TooLarge.
    """
    problems: list[Problem] = []
    rows: list[tuple[int, Fact]] = []
    lines = read_lines(data, field=FIELD, needed=NEEDED, optional=COLUMNS, bytes_max=TABLE_BYTES_MAX, rows_max=ROWS_MAX)
    for line in lines:
        try:
            cells = line.cells()
        except BadInput as error:
            problems.append(_of_row(line.number, error.problem, error.fix))
            continue
        fact, wrong = _row(line.number, cells)
        problems.extend(wrong)
        if fact is not None:
            rows.append((line.number, fact))
    if not rows and not problems:
        raise BadInput(FIELD, "it has no rows", "Write one row for each product line")
    problems.extend(_contradictions(rows))
    facts = tuple(fact for _, fact in rows)
    canonical = _written(facts)
    version = hashlib.sha256(canonical).hexdigest()[:VERSION_DIGITS]
    by_place = sorted(problems, key=lambda problem: problem.row)
    return Checked(facts=Facts(version=version, rows=facts), problems=tuple(by_place), canonical=canonical)


def _row(row: int, cells: Mapping[str, str]) -> tuple[Fact | None, list[Problem]]:
    problems = []
    values: dict[str, object] = {}
    for column, read in _READERS.items():
        try:
            values |= read(_plain(cells.get(column, "")))
        except _Wrong as wrong:
            problems.append(Problem(row=row, column=column, problem=wrong.problem, fix=wrong.fix))
    if problems:
        return None, problems
    fact = Fact(**values)  # type: ignore[arg-type]  # each reader gives its own fields
    problems = list(_inside(row, fact))
    return (None if problems else fact), problems


def _inside(row: int, fact: Fact) -> Iterator[Problem]:
    """What in one row doesn't fit together."""
    p50_days, p90_days = fact.lead_time_p50_days, fact.lead_time_p90_days
    if p50_days is not None and (p90_days is None or p50_days > p90_days):
        problem = "nine in ten orders can't arrive sooner than half of them"
        yield Problem(
            row=row, column="lead_time_p90_days", problem=problem, fix="Give p50 and p90 with p50 at most p90"
        )
    if fact.valid_from and fact.valid_until and fact.valid_from > fact.valid_until:
        problem = "the row ends before it begins"
        yield Problem(row=row, column="valid_until", problem=problem, fix="Check valid_from and valid_until")


def _contradictions(rows: Sequence[tuple[int, Fact]]) -> Iterator[Problem]:
    """Rows that can't both apply: the same product line and region on one day, or one name for two product lines."""
    lines: dict[tuple[str, str], list[tuple[int, Fact]]] = {}
    owners: dict[str, str] = {}
    for row, fact in rows:
        lines.setdefault((fact.product_line.casefold(), fact.region.casefold()), []).append((row, fact))
        for name in fact.names:
            owner = owners.setdefault(name.casefold(), fact.product_line)
            if owner != fact.product_line:
                column = "product_line" if name == fact.product_line else "aliases"
                problem = "another product line has one of these names"
                yield Problem(row=row, column=column, problem=problem, fix="Give each name to one product line")
    for same in lines.values():
        for (one_row, one), (row, other) in combinations(same, 2):
            if _overlap(one, other):
                problem = f"row {one_row} is valid for the same product line and region on the same days"
                yield _of_row(row, problem, "Change valid_from and valid_until, or keep one of the two")


def _overlap(one: Fact, other: Fact) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_until or date.max, other.valid_until or date.max)


def _of_row(row: int, problem: str, fix: str) -> Problem:
    return Problem(row=row, column="", problem=problem, fix=fix)


def _plain(cell: str) -> str:
    if len(cell) > CELL_CHARACTERS_MAX:
        raise _Wrong(f"it has more than {CELL_CHARACTERS_MAX:,} characters", "Shorten it")
    if not cell.isprintable():
        raise _Wrong("it holds line breaks or characters that can't be printed", "Write it on one line")
    return cell


def _product_line(cell: str) -> dict[str, object]:
    return {"product_line": _name(cell)}


def _aliases(cell: str) -> dict[str, object]:
    return {"aliases": tuple(dict.fromkeys(_name(alias.strip()) for alias in cell.split("|") if alias.strip()))}


def _name(text: str) -> str:
    if len(text) < NAME_CHARACTERS_MIN:
        raise _Wrong(
            "a name is missing or has one character only", "Write the words by which customers and staff call it"
        )
    return text


def _region(cell: str) -> dict[str, object]:
    return {"region": "" if cell == "*" else cell}


def _days(field: str) -> Callable[[str], dict[str, object]]:
    return lambda cell: {field: _number(cell, at_most=DAYS_MAX)}


def _stock(cell: str) -> dict[str, object]:
    count = _number(cell, at_most=NUMBER_MAX)
    if count is not None and count != int(count):
        raise _Wrong("it is no whole number", "Write a count, such as 0 or 12")
    return {"stock": None if count is None else int(count)}


def _price_floor(cell: str) -> dict[str, object]:
    return {"price_floor": _number(cell, at_most=NUMBER_MAX)}


def _number(cell: str, *, at_most: float) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell.replace(",", ""))
    except ValueError:
        raise _Wrong("it is no number", "Write digits alone, such as 9 or 1999.5, or leave it empty") from None
    if not math.isfinite(value) or not 0.0 <= value <= at_most:
        raise _Wrong(f"it isn't between 0 and {at_most:,.0f}", "Check it")
    return value


def _refund_policy(cell: str) -> dict[str, object]:
    if not cell:
        return {}
    match = _REFUND.fullmatch(cell.casefold())
    if match is None or match["policy"] not in set(RefundPolicy) or (match["policy"] == "none" and match["days"]):
        raise _Wrong(
            "it is no refund policy", "Write none, conditional or unconditional, with days as in: conditional 7"
        )
    return {
        "refund_policy": RefundPolicy(match["policy"]),
        "refund_days": int(match["days"]) if match["days"] else None,
    }


def _authority(cell: str) -> dict[str, object]:
    roles = tuple(_role(part.strip()) for part in re.split(r"[;；]", cell) if part.strip())
    if len({role.role for role in roles}) != len(roles):
        raise _Wrong("a role is there twice", "Write each role once")
    return {"authority": roles}


def _role(text: str) -> Authority:
    match = _ROLE.fullmatch(text)
    if match is None or not match["role"].strip():
        raise _Wrong(
            "a role has no name and limits", "Write it as staff: may_promise=stock|price max_discount_percent=5"
        )
    limits: dict[str, str] = {}
    for part in match["limits"].split():
        name, _, value = part.partition("=")
        if name not in ("may_promise", "max_discount_percent") or not value or name in limits:
            raise _Wrong("a limit can't be read", "Write may_promise=stock|price and max_discount_percent=5, each once")
        limits[name] = value
    return Authority(
        role=match["role"].strip(),
        may_promise=_may_promise(limits.get("may_promise", "*")),
        max_discount_percent=_number(limits.get("max_discount_percent", ""), at_most=100.0),
    )


def _may_promise(text: str) -> frozenset[str] | None:
    if text == "*":
        return None
    kinds = frozenset(text.split("|")) - {"none"}
    if not kinds <= set(KINDS):
        raise _Wrong("may_promise names a kind that isn't known", f"Use *, none, or some of {'|'.join(KINDS)}")
    return kinds


def _date(field: str) -> Callable[[str], dict[str, object]]:
    return lambda cell: {field: _day(cell)}


def _day(cell: str) -> date | None:
    if not cell:
        return None
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", cell)
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat(cell)
    except ValueError:
        raise _Wrong("it is no date", "Write it as 2026-03-02, or leave it empty") from None


_READERS: Mapping[str, Callable[[str], dict[str, object]]] = {
    "product_line": _product_line,
    "aliases": _aliases,
    "region": _region,
    "lead_time_p50_days": _days("lead_time_p50_days"),
    "lead_time_p90_days": _days("lead_time_p90_days"),
    "stock": _stock,
    "price_floor": _price_floor,
    "refund_policy": _refund_policy,
    "authority": _authority,
    "valid_from": _date("valid_from"),
    "valid_until": _date("valid_until"),
}


def _written(facts: Iterable[Fact]) -> bytes:
    """The canonical table: every column, UTF-8, one form of each value, so that the same facts have one version."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(cells(fact) for fact in facts)
    return out.getvalue().encode()


def by_column(fact: Fact) -> dict[str, str]:
    """A row's cells under their columns' names."""
    return dict(zip(COLUMNS, cells(fact), strict=True))


def cells(fact: Fact) -> tuple[str, ...]:
    """A row's cells as they are written, in the order of COLUMNS."""
    return (
        fact.product_line,
        "|".join(fact.aliases),
        fact.region,
        _figure(fact.lead_time_p50_days),
        _figure(fact.lead_time_p90_days),
        _figure(fact.stock),
        _figure(fact.price_floor),
        " ".join(str(part) for part in (fact.refund_policy, fact.refund_days) if part is not None),
        "; ".join(_role_written(role) for role in fact.authority),
        fact.valid_from.isoformat() if fact.valid_from else "",
        fact.valid_until.isoformat() if fact.valid_until else "",
    )


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def _role_written(role: Authority) -> str:
    kinds = "*" if role.may_promise is None else "|".join(sorted(role.may_promise)) or "none"
    limit = "" if role.max_discount_percent is None else f" max_discount_percent={_figure(role.max_discount_percent)}"
    return f"{role.role}: may_promise={kinds}{limit}"
