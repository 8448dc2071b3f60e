from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import BadInput, TooLarge
from edge.ingest.table import read_table
from edge.records import BasisKind, BasisState, ChannelRole, Language, Party, Purpose

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

ROW = {
    "file": "通话 1.wav",
    "call_id": "c-1",
    "started_at": "2026-03-02T10:15:00+08:00",
    "scene": "call_centre",
    "direction": "inbound",
    "agent_ref": "张伟",
    "customer_ref": "C-1",
    "channels": "agent,customer",
    "jurisdiction": "CN",
    "language": "zh",
    "customer_basis": "consent",
    "customer_purposes": "record; analyse",
    "customer_notice_id": "n-1",
    "customer_indicated_at": "2026-03-02T10:15:00+08:00",
    "customer_method": "ivr_key",
    "customer_evidence_ref": "ivr:1",
}


def table(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


def test_table_refuses_an_unknown_column_by_its_name():
    with pytest.raises(BadInput, match="Consent given"):
        read_table(table(ROW | {"Consent given": "yes"}), now=NOW)


@pytest.mark.parametrize("column", ["file", "call_id", "started_at", "channels"])
def test_table_names_a_column_that_is_missing(column):
    row = {name: value for name, value in ROW.items() if name != column}
    with pytest.raises(BadInput, match=column):
        read_table(table(row), now=NOW)


def test_table_refuses_a_column_that_is_there_twice():
    data = table(ROW).decode().replace("jurisdiction", "language", 1).encode()
    with pytest.raises(BadInput, match="language is there 2 times"):
        read_table(data, now=NOW)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "file is there 0 times"),
        (b"file;call_id\n", "no column"),
        (table(ROW) + b'"c-2.wav,c-2\n', "never closed"),
        (table(ROW) + b"a.wav,c-2\n", "2 cells for 16 columns"),
        (table(ROW).decode().encode("utf-16"), "neither"),
        (table(ROW) + b"\xff\xff\xff", "neither"),
        (table(ROW).replace(b"c-1", b"c\x001"), "neither"),
        (table(ROW, ROW), "earlier row"),
    ],
    ids=["empty", "semicolons", "open quote", "short row", "utf-16", "no encoding", "nul", "same file twice"],
)
def test_table_says_what_is_wrong_with_the_whole(data, problem):
    with pytest.raises(BadInput) as refusal:
        read_table(data, now=NOW)
    assert problem in refusal.value.problem


@pytest.mark.parametrize(
    "name", ["", "../a.wav", "/etc/passwd", "a\\b.wav", ".hidden", "a\x1b.wav", ".", "..", "x" * 256]
)
def test_table_refuses_a_file_that_is_no_plain_name(name):
    with pytest.raises(BadInput) as refusal:
        read_table(table(ROW, ROW | {"file": name}), now=NOW)
    assert refusal.value.field == "table row 3, column file"


def test_table_refuses_more_than_its_limits():
    with pytest.raises(TooLarge):
        read_table(table(*(ROW | {"file": f"{number}.wav"} for number in range(10_001))), now=NOW)
    with pytest.raises(TooLarge):
        read_table(table(ROW) + b" " * 5_000_000, now=NOW)


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("call_id", "../x", "call_id"),
        ("call_id", "", "call_id"),
        ("started_at", "2026/3/2 10:15", "started_at"),
        ("channels", "agent,agent", "channels"),
        ("channels", "agent", "channels"),
        ("jurisdiction", "China", "jurisdiction"),
        ("customer_basis", "是", "customer_basis"),
        ("customer_purposes", "record;sell", "customer_purposes"),
        ("customer_notice_id", "", "customer_notice_id"),
        ("customer_indicated_at", "2027-01-01T00:00:00Z", "customer_indicated_at"),
    ],
)
def test_table_names_row_and_column_of_a_wrong_cell_and_keeps_the_other_rows(column, value, named):
    rows = read_table(table(ROW, ROW | {"file": "b.wav", column: value}), now=NOW)
    assert rows[0].header is not None
    assert rows[1].header is None
    assert rows[1].problem is not None
    assert rows[1].problem.field == f"table row 3, column {named}"


def test_table_names_the_row_of_the_agents_basis_when_the_customer_has_none():
    row = {name: value for name, value in ROW.items() if not name.startswith("customer_") or name == "customer_ref"}
    (found,) = read_table(table(row | {"agent_basis": "hr_rules"}), now=NOW)
    assert found.problem is not None
    assert found.problem.field.startswith("table row 2, column agent_")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_table_reads_what_spreadsheets_save(encoding):
    (row,) = read_table(table(ROW, encoding=encoding) + b",,,,,,,,,,,,,,,\r\n", now=NOW)
    assert (row.line, row.file) == (2, "通话 1.wav")
    assert row.header is not None
    assert row.header.agent_ref == "张伟"
    assert row.header.channels == (ChannelRole.AGENT, ChannelRole.CUSTOMER)
    (basis,) = row.header.bases
    assert (basis.party, basis.basis, basis.state) == (Party.CUSTOMER, BasisKind.CONSENT, BasisState.GIVEN)
    assert basis.purposes == (Purpose.RECORD, Purpose.ANALYSE)


def test_table_takes_both_parties_bases_and_a_withdrawal():
    agent = {
        "agent_basis": "hr_rules",
        "agent_purposes": "record analyse,coach",
        "agent_notice_id": "rules",
        "agent_indicated_at": "2026-01-05T09:00:00+08:00",
        "agent_method": "paper",
        "agent_evidence_ref": "r:1",
    }
    (row,) = read_table(table(ROW | agent | {"customer_state": "withdrawn"}), now=NOW)
    assert row.header is not None
    customer_basis, agent_basis = row.header.bases
    assert (customer_basis.party, customer_basis.state) == (Party.CUSTOMER, BasisState.WITHDRAWN)
    assert (agent_basis.party, agent_basis.basis) == (Party.AGENT, BasisKind.HR_RULES)
    assert agent_basis.purposes == (Purpose.RECORD, Purpose.ANALYSE, Purpose.COACH)


def test_table_without_optional_columns_means_mandarin_unknown_place_and_no_basis():
    row = {name: ROW[name] for name in list(ROW)[:8]} | {"channels": "mixed"}
    (found,) = read_table(table(row), now=NOW)
    assert found.header is not None
    assert (found.header.jurisdiction, found.header.language, found.header.bases) == ("", Language.ZH, ())
    assert found.header.channels == (ChannelRole.MIXED,)


def test_table_counts_lines_as_a_text_editor_does_when_a_cell_holds_a_line_break():
    rows = read_table(table(ROW | {"agent_ref": "a\nb"}, ROW | {"file": "b.wav"}), now=NOW)
    assert rows[0].problem is not None
    assert rows[0].problem.field == "table row 2, column agent_ref"
    assert rows[1].line == 4


@settings(max_examples=300)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_table_answers_with_rows_or_bad_input_whatever_is_written_over_it(noise, place):
    data = bytearray(table(ROW))
    data[place : place + len(noise)] = noise
    try:
        rows = read_table(bytes(data), now=NOW)
    except BadInput as refusal:
        assert refusal.field.startswith("table")
    else:
        assert all((row.header is None) != (row.problem is None) for row in rows)
