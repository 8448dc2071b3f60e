"""Every record survives the wire, and both enums' lists are the same."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sottovoce.edge.v1 import calls_pb2 as pb

from edge.box import CallProgress, Receipt
from edge.errors import BadInput
from edge.records import Analysis, CallHeader, CallState, CallSummary, Score
from edge.rpc.analyses import read_analysis, read_score, write_analysis, write_score
from edge.rpc.enums import ENUMS, prefix_of, read_enum
from edge.rpc.messages import (
    read_progress,
    read_receipt,
    read_start,
    read_summary,
    write_header,
    write_progress,
    write_receipt,
    write_summary,
)
from tests.edge.rpc.sending import a_header
from tests.edge.rpc.strategies import TEXTS, headers, records

NOW = datetime(2026, 3, 3, tzinfo=UTC)
EXAMPLES = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize("kind", ENUMS)
def test_records_and_contract_list_the_same_values(kind: type[StrEnum]) -> None:
    enum = ENUMS[kind]
    listed = {prefix_of(enum) + member.name for member in kind} | {prefix_of(enum) + "UNSPECIFIED"}
    assert set(enum.keys()) == listed
    assert enum.Value(prefix_of(enum) + "UNSPECIFIED") == 0


@given(st.integers(-(2**31), 2**31 - 1).filter(lambda number: number not in range(1, 6)))
def test_number_that_is_not_on_the_list_is_refused(number: int) -> None:
    with pytest.raises(BadInput, match="CALL_STATE_QUEUED"):
        read_enum(CallState, number, field="state")


@given(headers())
@EXAMPLES
def test_header_survives_the_wire(header: CallHeader) -> None:
    start = pb.UploadStart.FromString(pb.UploadStart(call=write_header(header)).SerializeToString())
    read = read_start(start, now=NOW)
    assert read == header
    assert read.started_at.utcoffset() == header.started_at.utcoffset()


@given(records(Receipt))
@EXAMPLES
def test_receipt_survives_the_wire(receipt: Receipt) -> None:
    assert read_receipt(pb.UploadCallResponse.FromString(write_receipt(receipt).SerializeToString())) == receipt


@given(records(CallProgress))
@EXAMPLES
def test_progress_survives_the_wire(progress: CallProgress) -> None:
    assert read_progress(pb.CallProgress.FromString(write_progress(progress).SerializeToString())) == progress


@given(records(CallSummary))
@EXAMPLES
def test_summary_survives_the_wire(summary: CallSummary) -> None:
    assert read_summary(pb.CallSummary.FromString(write_summary(summary).SerializeToString())) == summary


@given(records(Score))
@EXAMPLES
def test_score_survives_the_wire(score: Score) -> None:
    assert read_score(pb.Score.FromString(write_score(score).SerializeToString())) == score


@given(records(Analysis))
@EXAMPLES
def test_analysis_survives_the_wire(analysis: Analysis) -> None:
    assert read_analysis(pb.Analysis.FromString(write_analysis(analysis).SerializeToString())) == analysis


def test_call_keeps_its_local_time_on_the_wire() -> None:
    assert read_start(pb.UploadStart(call=a_header()), now=NOW).started_at.isoformat() == "2026-03-02T10:15:00+08:00"


ENUM_NUMBERS = st.integers(0, 8)
ANY_BASES = st.builds(
    pb.Basis,
    party=ENUM_NUMBERS,
    purposes=st.lists(ENUM_NUMBERS, max_size=3),
    basis=ENUM_NUMBERS,
    notice_id=TEXTS,
    indicated_at=TEXTS | st.just("2026-03-02T10:15:00Z"),
    method=ENUM_NUMBERS,
    evidence_ref=TEXTS,
    state=ENUM_NUMBERS,
)
ANY_HEADERS = st.builds(
    pb.CallHeader,
    call_id=TEXTS | st.just("call-1"),
    started_at=TEXTS | st.just("2026-03-02T10:15:00Z"),
    scene=ENUM_NUMBERS,
    direction=ENUM_NUMBERS,
    agent_ref=TEXTS,
    customer_ref=TEXTS,
    channels=st.lists(ENUM_NUMBERS, max_size=3),
    jurisdiction=TEXTS | st.just("CN"),
    language=ENUM_NUMBERS,
    bases=st.lists(ANY_BASES, max_size=2),
)


@given(ANY_HEADERS)
@EXAMPLES
def test_any_header_is_either_read_or_refused_by_the_name_of_a_field(call: pb.CallHeader) -> None:
    try:
        assert read_start(pb.UploadStart(call=call), now=NOW).call_id == call.call_id
    except BadInput as refusal:
        assert refusal.field.startswith("call.")
        assert refusal.fix
