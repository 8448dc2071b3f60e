"""What a caller learns when something is wrong, and what the log does."""

from __future__ import annotations

import inspect
import logging

import grpc
import pytest
import structlog
from google.rpc import error_details_pb2
from sottovoce.edge.v1 import calls_pb2 as pb
from sottovoce.edge.v1 import calls_pb2_grpc

from edge import errors
from edge.errors import BadInput, BoxError, NotReady, Refused
from edge.records import CallState
from edge.rpc.errors import TABLE, TEXT_CHARACTERS_MAX, status_of
from tests.edge.rpc.conftest import Door
from tests.edge.rpc.memory_box import an_analysis
from tests.edge.rpc.sending import DEADLINE_S, a_start, pieces, stream
from tests.edge.rpc.test_reading import NOON

CANARY = "canary-张三-13800001111"
Stub = calls_pb2_grpc.CallsStub


def test_every_error_of_the_box_has_a_row_of_its_own() -> None:
    kinds = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, BoxError)} - {BoxError}
    assert kinds <= TABLE.keys()
    for kind in TABLE:
        assert status_of(kind("field", "problem", "fix"))[0] is TABLE[kind].code


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (BadInput("f", "p", "x"), error_details_pb2.BadRequest),
        (Refused("f", "p", "x"), error_details_pb2.PreconditionFailure),
        (NotReady("f", "p", "x"), error_details_pb2.RetryInfo),
    ],
)
def test_error_carries_field_problem_and_fix_for_programs_too(error: BoxError, detail: type) -> None:
    _, status = status_of(error)
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert dict(info.metadata) == {"field": "f", "problem": "p", "fix": "x"}
    assert any(packed.Is(detail.DESCRIPTOR) for packed in status.details)


def test_error_fits_into_the_trailers_however_long_the_callers_field_is() -> None:
    _, status = status_of(BadInput("字" * 100_000, "p" * 100_000, "x" * 100_000))
    assert len(status.SerializeToString()) < 8192
    assert len(status.message) == TEXT_CHARACTERS_MAX + 1


async def everything_that_can_break(stub: Stub) -> list[grpc.aio.AioRpcError]:
    """The error of each method while the box throws."""
    calls = [
        stub.UploadCall(stream([a_start(), *pieces()]), timeout=DEADLINE_S),
        stub.GetAnalysis(pb.GetAnalysisRequest(call_id="call-1"), timeout=DEADLINE_S),
        stub.ExplainScore(pb.ExplainScoreRequest(call_id="call-1", score="empathy"), timeout=DEADLINE_S),
    ]
    caught = []
    for call in calls:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call
        caught.append(error.value)
    return caught


async def test_our_own_fault_shows_a_number_and_leaves_no_content_anywhere(
    door: Door, stub: Stub, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        held = CANARY  # also a local variable of the frame that fails
        raise RuntimeError(held)

    door.box.before_receive = door.box.before_analysis = fail
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logged:
        caught = await everything_that_can_break(stub)
    incidents = [entry["incident"] for entry in logged if entry["event"] == "rpc failed"]
    assert len(set(incidents)) == len(caught) == 3
    assert {error.code() for error in caught} == {grpc.StatusCode.INTERNAL}
    assert {str(error.details()).rpartition(" ")[2] for error in caught} == set(incidents)
    shown = repr([(error.details(), error.trailing_metadata()) for error in caught])
    captured = capfd.readouterr()
    for place in (repr(logged), caplog.text, captured.out, captured.err, shown):
        assert CANARY not in place
        assert "canary" not in place
    assert all(entry["error"] == "RuntimeError" for entry in logged if entry["event"] == "rpc failed")


async def test_nothing_of_a_call_is_logged_when_all_goes_well(
    door: Door, stub: Stub, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    door.box.add("call-1", NOON, CallState.ANALYSED)
    door.box.analyses["call-1"] = an_analysis("call-1")
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logged:
        await stub.UploadCall(
            stream([a_start(call_id=CANARY.encode("ascii", "ignore").decode()), *pieces()]), timeout=9
        )
        await stub.GetAnalysis(pb.GetAnalysisRequest(call_id="call-1", reveal=True), timeout=DEADLINE_S)
    assert {entry["method"] for entry in logged} == {"UploadCall", "GetAnalysis"}
    captured = capfd.readouterr()
    for place in (repr(logged), caplog.text, captured.out, captured.err):
        for content in ("canary", "13800001111", "王小明", "call-1"):
            assert content not in place


@pytest.mark.parametrize("method", ["ListCalls", "GetAnalysis", "UploadCall", "WatchCall"])
async def test_bytes_that_are_no_message_are_bad_input(
    door: Door, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with door.channel() as channel:
        path, garbage = f"/sottovoce.edge.v1.Calls/{method}", b"\xff\xff" + CANARY.encode()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            if method == "UploadCall":
                await channel.stream_unary(path)(iter([garbage]), timeout=DEADLINE_S)
            elif method == "WatchCall":
                await channel.unary_stream(path)(garbage, timeout=DEADLINE_S).read()
            else:
                await channel.unary_unary(path)(garbage, timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert not caplog.records
