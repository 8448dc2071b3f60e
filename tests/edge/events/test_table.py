"""Tables of events and of addresses: what is refused, and by which name."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import BadInput, TooLarge
from edge.events.incoming import read_event
from edge.events.table import TABLE_BYTES_MAX, read_addresses, read_events
from edge.records import EventKind

NOW = datetime(2026, 3, 10, tzinfo=UTC)
GOOD = "follow_up_contact,2026-03-03T10:00:00+08:00,C-1"
HEAD = "kind,at,customer_ref\n"


def problem(row: str, head: str = HEAD) -> BadInput:
    table = read_events((head + row + "\n").encode(), now=NOW)
    (found,) = table.problems
    assert not table.events
    return found


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("called,2026-03-03T10:00:00+08:00,C-1", "kind"),
        ("follow_up_contact,2026-03-03 10:00,C-1", "at"),
        ("follow_up_contact,2026-03-03T10:00:00,C-1", "at"),
        ("follow_up_contact,2026-02-30T10:00:00Z,C-1", "at"),
        ("follow_up_contact,1999-02-03T10:00:00Z,C-1", "at"),
        ("follow_up_contact,2026-03-11T10:00:00Z,C-1", "at"),
        ("follow_up_contact,2026-03-03T10:00:00Z,", "customer_ref"),
        (f"follow_up_contact,2026-03-03T10:00:00Z,{'x' * 257}", "customer_ref"),
        ("follow_up_contact,2026-03-03T10:00:00Z,C\x07", "customer_ref"),
    ],
)
def test_wrong_cell_is_named_by_row_and_column_and_never_quoted(row: str, column: str) -> None:
    found = problem(row)
    assert found.field == f"table row 2, column {column}"
    assert "C\x07" not in str(found) and "called" not in str(found)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"kind,at\n",
        b"kind,at,customer_ref,phone\n",
        b"kind,kind,at,customer_ref\n",
        HEAD.encode() + b"a,b\n",
        HEAD.encode() + b'"a,b,c\n',
        (HEAD + GOOD).encode("utf-16"),
        HEAD.encode() + b"\xff\xff\xff",
    ],
)
def test_table_whose_rows_cannot_be_told_apart_is_refused_whole(data: bytes) -> None:
    with pytest.raises(BadInput, match="table"):
        read_events(data, now=NOW)


def test_table_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(TooLarge):
        read_events(b"x" * (TABLE_BYTES_MAX + 1), now=NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_table_is_read_as_spreadsheets_save_it(encoding: str) -> None:
    table = read_events((HEAD + "customer_login,2026-03-03T10:00:00+08:00,客户一\n\n").encode(encoding), now=NOW)
    (event,) = table.events
    assert (event.kind, event.customer_ref, event.agent_ref) == (EventKind.CUSTOMER_LOGIN, "客户一", None)
    assert event.at == datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def test_good_rows_are_read_beside_wrong_ones() -> None:
    table = read_events((HEAD + f"{GOOD}\nx,y,z\n{GOOD}9\n").encode(), now=NOW)
    assert len(table.events) == 2
    assert [found.field for found in table.problems] == ["table row 3, column kind"]


def test_row_without_an_id_is_its_own_id() -> None:
    first, again, other = read_events((HEAD + f"{GOOD}\n{GOOD}\n{GOOD}9\n").encode(), now=NOW).events
    assert first.id == again.id != other.id


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40)


@given(
    st.lists(
        st.tuples(
            WORDS, WORDS, st.sampled_from(EventKind), st.datetimes(datetime(2001, 1, 1), NOW.replace(tzinfo=None))
        )
    )
)
def test_any_table_that_was_written_is_read_back(rows: list[tuple[str, str, EventKind, datetime]]) -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["id", "kind", "at", "customer_ref", "agent_ref"])
    for name, customer, kind, at in rows:
        writer.writerow([name, kind.value, at.replace(tzinfo=UTC).isoformat(), customer, customer])
    table = read_events(file.getvalue().encode(), now=NOW)
    assert not table.problems
    assert [(event.id, event.customer_ref, event.agent_ref, event.kind) for event in table.events] == [
        (name, customer, customer, kind) for name, customer, kind, _ in rows
    ]
    assert [event.at for event in table.events] == [at.replace(tzinfo=UTC) for *_, at in rows]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_name(data: bytes) -> None:
    for read in (lambda: read_events(data, now=NOW), lambda: read_addresses(data)):
        try:
            read()
        except BadInput as error:
            assert error.field.startswith("table")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    )
)
def test_any_json_value_that_is_no_event_is_refused_by_name(form: object) -> None:
    with pytest.raises(BadInput, match="event"):
        read_event(form, now=NOW)


def test_addresses_are_compared_in_small_letters() -> None:
    assert read_addresses(b"address,customer_ref\n Li.Wei@Example.COM ,C-1\n") == {"li.wei@example.com": "C-1"}


@pytest.mark.parametrize("row", ["nobody,C-1", "a@b,", "a@b,C-1\nA@B,C-2", "a b@c,C-1"])
def test_directory_with_a_doubtful_row_is_refused(row: str) -> None:
    with pytest.raises(BadInput, match="column"):
        read_addresses(f"address,customer_ref\n{row}\n".encode())
