"""One call all the way through a real box: sent, followed, read, explained, erased."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from sottovoce.edge.v1 import calls_pb2 as pb
from sottovoce.edge.v1 import calls_pb2_grpc

from edge import certificates
from edge.box import Box
from edge.records import MASK
from edge.rpc.server import serve
from edge.settings import Settings, default_home
from tests.edge.rpc.conftest import connect
from tests.edge.rpc.sending import detail, pieces, reason, stream

CALLS = Path(__file__).parents[2] / "data/calls"
RECORDING = (CALLS / "dv-020.flac").read_bytes()
SIDECAR: dict[str, Any] = json.loads((CALLS / "dv-020.sidecar.json").read_bytes())
DEADLINE_S = 300
Stub = calls_pb2_grpc.CallsStub


@pytest.fixture
def box(settings: Settings) -> Iterator[Box]:
    """A real box with the machine's models and room for the recording."""
    models = Settings().models or default_home().parent / "models"
    with Box.open(settings.model_copy(update={"models": models, "ingest": Settings().ingest})) as opened:
        yield opened


@pytest.fixture
async def stub(box: Box) -> AsyncIterator[Stub]:
    server = await serve(box, box.settings)
    async with connect(server.port, certificates.operator(box.settings.home)) as channel:
        yield Stub(channel)
    await server.stop(0)


def a_start(**changed: Any) -> pb.UploadCallRequest:
    return pb.UploadCallRequest(start=pb.UploadStart(sidecar_json=json.dumps(SIDECAR | changed).encode()))


def messages(**changed: Any) -> AsyncIterator[pb.UploadCallRequest]:
    start = a_start(**changed)
    start.start.audio_bytes = len(RECORDING)
    return stream([start, *pieces(RECORDING)])


async def follow(stub: Stub, call_id: str) -> list[int]:
    """The states that a watcher is told."""
    watch = stub.WatchCall(pb.WatchCallRequest(call_id=call_id), timeout=DEADLINE_S)
    return [progress.state async for progress in watch]


async def test_call_without_the_customers_consent_leaves_no_trace_in_the_list(stub: Stub) -> None:
    agents_alone = [basis for basis in SIDECAR["bases"] if basis["party"] == "agent"]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.UploadCall(stream([a_start(bases=agents_alone)]), timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert detail(caught.value, error_details_pb2.PreconditionFailure).violations[0].type == "CONSENT"
    assert not (await stub.ListCalls(pb.ListCallsRequest(), timeout=DEADLINE_S)).calls


async def test_recording_that_is_none_is_bad_input(stub: Stub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.UploadCall(stream([a_start(), *pieces(b"no sound at all" * 100)]), timeout=DEADLINE_S)
    assert reason(caught.value) == "BAD_INPUT"


async def test_recording_that_is_there_already_is_named_not_stored_twice(stub: Stub) -> None:
    first = await stub.UploadCall(messages(), timeout=DEADLINE_S)
    again = await stub.UploadCall(messages(call_id="another-name"), timeout=DEADLINE_S)
    assert (first.state, first.HasField("duplicate_of")) == (pb.CALL_STATE_QUEUED, False)
    assert again.duplicate_of == SIDECAR["call_id"]
    listed = (await stub.ListCalls(pb.ListCallsRequest(), timeout=DEADLINE_S)).calls
    assert [call.call_id for call in listed] == [SIDECAR["call_id"]]
    assert SIDECAR["customer_ref"] not in (listed[0].customer, listed[0].agent)


async def test_pages_of_the_list_show_each_call_once(stub: Stub) -> None:
    for number in range(3):
        start = a_start(call_id=f"call-{number}")
        start.start.raw_format = pb.RAW_FORMAT_PCMU
        await stub.UploadCall(stream([start, *pieces(bytes(1600 * (number + 1)))]), timeout=DEADLINE_S)
    seen, token = [], ""
    for _ in range(3):
        page = await stub.ListCalls(pb.ListCallsRequest(page_size=1, page_token=token), timeout=DEADLINE_S)
        seen.extend(call.call_id for call in page.calls)
        token = page.next_page_token
    assert (seen, token) == (["call-2", "call-1", "call-0"], "")


async def test_call_is_analysed_explained_and_erased(box: Box, stub: Stub) -> None:
    call_id = (await stub.UploadCall(messages(), timeout=DEADLINE_S)).call_id
    async with asyncio.TaskGroup() as both:
        both.create_task(asyncio.to_thread(box.analyse_next))
        following = both.create_task(follow(stub, call_id))
    assert following.result()[-1] == pb.CALL_STATE_ANALYSED

    analysis = (await stub.GetAnalysis(pb.GetAnalysisRequest(call_id=call_id), timeout=DEADLINE_S)).analysis
    assert {utterance.speaker for utterance in analysis.utterances} == {pb.SPEAKER_AGENT, pb.SPEAKER_CUSTOMER}
    assert {"empathy", "over_promise_risk", "discovery_depth", "follow_up_latency"} <= set(analysis.scores)
    for utterance in analysis.utterances:
        assert all(set(utterance.text[span.start : span.end]) <= {MASK} for span in utterance.pii)
        assert not utterance.words

    for name, score in analysis.scores.items():
        why = await stub.ExplainScore(pb.ExplainScoreRequest(call_id=call_id, score=name), timeout=DEADLINE_S)
        assert why.score == score
        assert {excerpt.utterance for excerpt in why.excerpts} == {piece.utterance for piece in score.evidence}

    erasure = pb.DeleteCallRequest(call_id=call_id, reason=pb.ERASURE_REASON_PARTY_REQUEST)
    await stub.DeleteCall(erasure, timeout=DEADLINE_S)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.GetAnalysis(pb.GetAnalysisRequest(call_id=call_id), timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
