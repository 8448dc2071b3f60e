"""The facts table is read row by row: what is right is kept in one form, what is wrong is named with its place."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import BadInput, TooLarge
from edge.facts.diff import changes
from edge.facts.table import COLUMNS, EXAMPLE, TABLE_BYTES_MAX, cells, check_table
from edge.scores.facts import KINDS, Authority, Fact, RefundPolicy

WASHER = Fact(
    product_line="滚筒洗衣机",
    aliases=("洗衣机", "滚筒"),
    region="华东",
    lead_time_p50_days=5,
    lead_time_p90_days=9,
    stock=0,
    price_floor=3299,
    refund_policy=RefundPolicy.CONDITIONAL,
    refund_days=7,
    authority=(
        Authority(role="staff", may_promise=frozenset({"delivery_time", "stock", "price"}), max_discount_percent=5),
        Authority(role="manager", max_discount_percent=15),
    ),
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
)


def a_table(**columns: str) -> bytes:
    """A table of one row."""
    columns = {"product_line": "床垫", "price_floor": "1"} | columns
    out = io.StringIO()
    csv.writer(out).writerows([columns.keys(), columns.values()])
    return out.getvalue().encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_table_is_read_in_the_encodings_that_spreadsheets_write(encoding: str, newline: str) -> None:
    checked = check_table(EXAMPLE.replace("\n", newline).encode(encoding))
    assert checked.problems == ()
    assert checked.facts.rows[0] == WASHER
    assert checked.facts.version == check_table(EXAMPLE.encode()).facts.version


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("product_line", "", "missing"),
        ("product_line", "床", "one character"),
        ("aliases", "乳胶|垫", "one character"),
        ("lead_time_p90_days", "九", "no number"),
        ("lead_time_p90_days", "-1", "between 0 and"),
        ("lead_time_p90_days", "nan", "between 0 and"),
        ("lead_time_p90_days", "inf", "between 0 and"),
        ("stock", "1.5", "no whole number"),
        ("price_floor", "¥1", "no number"),
        ("refund_policy", "sometimes", "no refund policy"),
        ("refund_policy", "none 7", "no refund policy"),
        ("authority", "staff", "no name and limits"),
        ("authority", ": may_promise=*", "no name and limits"),
        ("authority", "staff: may_promise=everything", "isn't known"),
        ("authority", "staff: may_promise=", "can't be read"),
        ("authority", "staff: discount=5", "can't be read"),
        ("authority", "staff: max_discount_percent=101", "between 0 and"),
        ("authority", "staff: may_promise=*; staff: may_promise=price", "there twice"),
        ("valid_from", "soon", "no date"),
        ("valid_from", "2026-02-30", "no date"),
        ("region", "a\tb", "can't be printed"),
        ("aliases", "x" * 1_001, "more than 1,000 characters"),
    ],
)
def test_cell_that_cannot_be_read_is_named_by_row_and_column(column: str, cell: str, said: str) -> None:
    [problem] = check_table(a_table(**{column: cell})).problems
    assert (problem.row, problem.column) == (2, column)
    assert said in problem.problem and problem.fix


def test_every_problem_of_every_row_is_named() -> None:
    table = "product_line,stock,price_floor\n床垫,x,y\n沙发,1,2\n茶几,1\n洗衣机,1,z\n"
    problems = check_table(table.encode()).problems
    assert [(one.row, one.column) for one in problems] == [
        (2, "stock"),
        (2, "price_floor"),
        (4, ""),
        (5, "price_floor"),
    ]


@pytest.mark.parametrize(
    ("columns", "column"),
    [
        ({"lead_time_p50_days": "9", "lead_time_p90_days": "5"}, "lead_time_p90_days"),
        ({"lead_time_p50_days": "9"}, "lead_time_p90_days"),
        ({"valid_from": "2026-03-02", "valid_until": "2026-03-01"}, "valid_until"),
    ],
)
def test_cells_that_do_not_fit_together_are_refused(columns: dict[str, str], column: str) -> None:
    [problem] = check_table(a_table(**columns)).problems
    assert problem.column == column


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["床垫,,,", "床垫,,,"], True),
        (["床垫,华东,,", "床垫,华北,,"], False),
        (["床垫,,2026-01-01,2026-01-31", "床垫,,2026-01-31,"], True),
        (["床垫,,2026-01-01,2026-01-31", "床垫,,2026-02-01,"], False),
    ],
    ids=["same", "other region", "overlapping days", "days after one another"],
)
def test_two_rows_may_not_apply_at_once(rows: list[str], refused: bool) -> None:
    problems = check_table("\n".join(["product_line,region,valid_from,valid_until", *rows]).encode()).problems
    assert bool(problems) is refused
    assert all(problem.row == 3 and "row 2" in problem.problem for problem in problems)


def test_one_name_may_not_stand_for_two_product_lines() -> None:
    [problem] = check_table("product_line,aliases\n床垫,XL-9\n沙发,xl-9\n".encode()).problems
    assert (problem.row, problem.column) == (3, "aliases")


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\xff\xfe\x00", b"product_line,colour\n", b"stock\n1\n", b"product_line,product_line\n"),
        *(b"product_line\n", b'product_line\n"a', b"product_line\n\x00\n"),
    ],
)
def test_table_whose_rows_cannot_be_told_apart_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        check_table(data)
    assert refused.value.field.startswith("facts") and refused.value.fix


def test_table_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        check_table(b"x" * (TABLE_BYTES_MAX + 1))
    with pytest.raises(TooLarge):
        check_table(b"product_line\n" + b"".join(b"line %d\n" % number for number in range(2_001)))


def test_changed_cell_changes_the_version_and_nothing_else_does() -> None:
    version = check_table(a_table(stock="1")).facts.version
    assert check_table(a_table(stock="1.0")).facts.version == version
    assert check_table(a_table(stock=" 1 ", region="*")).facts.version == version
    assert check_table(a_table(stock="2")).facts.version != version


def test_changes_name_the_rows_that_come_and_go() -> None:
    before = check_table(EXAMPLE.encode()).facts
    after = replace(before, rows=(replace(before.rows[0], stock=3), before.rows[1]))
    moved = changes(before, after)
    assert (moved.added, moved.removed, moved.kept) == ((after.rows[0],), (before.rows[0],), 1)
    assert changes(None, before).added == before.rows


NAMES = st.text(st.characters(exclude_characters="|\x85", exclude_categories=["C", "Z"]), min_size=2, max_size=6)
NUMBERS = st.one_of(st.none(), st.integers(0, 3_650), st.floats(0, 3_650))
ROLES = st.builds(
    Authority,
    role=st.text("店员abc 长", min_size=1, max_size=6).map(str.strip).filter(bool),
    may_promise=st.one_of(st.none(), st.frozensets(st.sampled_from(KINDS))),
    max_discount_percent=st.one_of(st.none(), st.floats(0, 100)),
)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    p50_days, p90_days = draw(NUMBERS), draw(NUMBERS)
    if p50_days is not None and p90_days is not None:
        p50_days, p90_days = sorted((p50_days, p90_days))
    policy = draw(st.sampled_from([None, *RefundPolicy]))
    has_days = policy in (RefundPolicy.CONDITIONAL, RefundPolicy.UNCONDITIONAL)
    days = sorted(draw(st.tuples(st.dates(), st.dates())))
    return Fact(
        product_line=draw(NAMES),
        region=draw(st.one_of(st.just(""), NAMES.filter(lambda name: name != "*"))),
        lead_time_p50_days=p50_days if p90_days is not None else None,
        lead_time_p90_days=p90_days,
        stock=draw(st.one_of(st.none(), st.integers(0, 10**9))),
        price_floor=draw(st.one_of(st.none(), st.floats(0, 1e9))),
        refund_policy=policy,
        refund_days=draw(st.integers(0, 9_999)) if has_days else None,
        authority=tuple(draw(st.lists(ROLES, max_size=3, unique_by=lambda role: role.role))),
        valid_from=draw(st.sampled_from([None, days[0]])),
        valid_until=draw(st.sampled_from([None, days[1]])),
    )


@given(facts())
@settings(deadline=None)
def test_row_survives_being_written(fact: Fact) -> None:
    checked = check_table(a_table(**dict(zip(COLUMNS, cells(fact), strict=True))))
    assert checked.problems == () and checked.facts.rows == (fact,)
    again = check_table(checked.canonical)
    assert (again.facts, again.canonical) == (checked.facts, checked.canonical)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)), st.booleans())
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes, with_columns: bool) -> None:
    table = b"product_line,aliases,stock,authority,valid_from\n" + data if with_columns else data
    try:
        checked = check_table(table)
    except BadInput as error:
        assert error.problem and error.fix
    else:
        assert checked.problems or check_table(checked.canonical).facts == checked.facts
