"""Following, reading, listing, explaining and erasing calls over the wire."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from google.rpc import error_details_pb2
from sottovoce.edge.v1 import calls_pb2 as pb
from sottovoce.edge.v1 import calls_pb2_grpc

from edge.records import MASK, CallState
from edge.rpc import guard, service
from edge.rpc.paging import PAGE_SIZE_MAX
from tests.edge.rpc.conftest import Door
from tests.edge.rpc.memory_box import SPOKEN, an_analysis
from tests.edge.rpc.sending import DEADLINE_S, detail, reason

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Stub = calls_pb2_grpc.CallsStub
MASKED = f"我是{MASK * 3}，电话{MASK * 11}"


async def refusal(call: grpc.aio.UnaryUnaryCall) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("GetAnalysis", pb.GetAnalysisRequest(call_id="other")),
        ("ExplainScore", pb.ExplainScoreRequest(call_id="other", score="empathy")),
        ("DeleteCall", pb.DeleteCallRequest(call_id="other", reason=pb.ERASURE_REASON_PARTY_REQUEST)),
    ],
)
async def test_call_that_is_not_there_is_not_found(stub: Stub, method: str, request_: object) -> None:
    error = await refusal(getattr(stub, method)(request_, timeout=DEADLINE_S))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert reason(error) == "NOT_FOUND"


async def test_call_that_is_not_there_cannot_be_followed(stub: Stub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.WatchCall(pb.WatchCallRequest(call_id="other"), timeout=DEADLINE_S).read()
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_analysis_is_a_conflict_while_there_is_none(door: Door, stub: Stub) -> None:
    door.box.add("call-1", NOON)
    error = await refusal(stub.GetAnalysis(pb.GetAnalysisRequest(call_id="call-1"), timeout=DEADLINE_S))
    assert error.code() is grpc.StatusCode.ALREADY_EXISTS


async def test_watch_sends_each_change_once_and_ends_with_the_last(
    door: Door, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "WATCH_EVERY_S", 0.01)
    door.box.add("call-1", NOON)
    watch = stub.WatchCall(pb.WatchCallRequest(call_id="call-1"), timeout=DEADLINE_S)
    seen = [(await watch.read()).state]
    for state in (CallState.ANALYSING, CallState.ANALYSED):
        await asyncio.sleep(0.05)
        door.box.states["call-1"] = state
        seen.append((await watch.read()).state)
    assert seen == [pb.CALL_STATE_QUEUED, pb.CALL_STATE_ANALYSING, pb.CALL_STATE_ANALYSED]
    assert await watch.read() is grpc.aio.EOF


@pytest.mark.parametrize("state", [CallState.ANALYSED, CallState.FAILED, CallState.STOPPED])
async def test_watch_of_a_call_that_can_change_no_more_ends_at_once(door: Door, stub: Stub, state: CallState) -> None:
    door.box.add("call-1", NOON, state)
    watch = stub.WatchCall(pb.WatchCallRequest(call_id="call-1"), timeout=DEADLINE_S)
    assert [progress.state async for progress in watch] == [pb.CallState.Value(f"CALL_STATE_{state.name}")]


async def test_analysis_is_masked_wherever_it_quotes_unless_it_is_revealed(door: Door, stub: Stub) -> None:
    door.box.add("call-1", NOON, CallState.ANALYSED)
    door.box.analyses["call-1"] = an_analysis("call-1")
    answer = await stub.GetAnalysis(pb.GetAnalysisRequest(call_id="call-1"), timeout=DEADLINE_S)
    [said] = answer.analysis.utterances
    assert said.text == MASKED
    sent = answer.SerializeToString()
    assert "王小明".encode() not in sent
    assert b"13800001111" not in sent
    assert door.box.actors == ["client/operator"]


async def test_analysis_shows_everything_when_it_is_revealed(door: Door, stub: Stub) -> None:
    door.box.add("call-1", NOON, CallState.ANALYSED)
    door.box.analyses["call-1"] = an_analysis("call-1")
    request = pb.GetAnalysisRequest(call_id="call-1", reveal=True)
    [said] = (await stub.GetAnalysis(request, timeout=DEADLINE_S)).analysis.utterances
    assert (said.text, len(said.words)) == (SPOKEN, 0)
    request.words = True
    [said] = (await stub.GetAnalysis(request, timeout=DEADLINE_S)).analysis.utterances
    assert [word.text for word in said.words] == ["王小明"]


async def test_words_are_refused_where_they_would_have_to_be_masked(stub: Stub) -> None:
    error = await refusal(stub.GetAnalysis(pb.GetAnalysisRequest(call_id="call-1", words=True), timeout=DEADLINE_S))
    assert detail(error, error_details_pb2.BadRequest).field_violations[0].field == "words"


async def test_score_is_explained_with_the_words_behind_it(door: Door, stub: Stub) -> None:
    door.box.add("call-1", NOON, CallState.ANALYSED)
    door.box.analyses["call-1"] = an_analysis("call-1")
    request = pb.ExplainScoreRequest(call_id="call-1", score="empathy")
    answer = await stub.ExplainScore(request, timeout=DEADLINE_S)
    assert (answer.name, answer.score.value, answer.score.interval.low, answer.score.state) == (
        "empathy",
        70.0,
        60.0,
        pb.SCORE_STATE_SCORED,
    )
    assert (dict(answer.score.versions), list(answer.score.limits)) == ({"rule": "1"}, ["one call says little"])
    [excerpt] = answer.excerpts
    assert (excerpt.utterance, excerpt.text, excerpt.speaker) == ("u0001", MASKED, pb.SPEAKER_AGENT)
    assert answer.score.evidence[0].why == f"{MASK * 3}说到做到"
    request.reveal = True
    assert (await stub.ExplainScore(request, timeout=DEADLINE_S)).excerpts[0].text == SPOKEN


async def test_parts_of_a_score_reach_the_client_and_one_not_known_yet_has_no_value(door: Door, stub: Stub) -> None:
    door.box.add("call-1", NOON, CallState.ANALYSED)
    door.box.analyses["call-1"] = an_analysis("call-1")
    explained = await stub.ExplainScore(pb.ExplainScoreRequest(call_id="call-1", score="empathy"), timeout=DEADLINE_S)
    whole = await stub.GetAnalysis(pb.GetAnalysisRequest(call_id="call-1"), timeout=DEADLINE_S)
    known, later = explained.score.parts
    assert (known.name, known.title, known.title_en) == ("coverage", "需求覆盖", "Coverage")
    assert (known.value, known.weight, later.weight) == (70.0, 0.6, 0.4)
    assert known.HasField("value") and not later.HasField("value")
    assert list(whole.analysis.scores["empathy"].parts) == [known, later]


async def test_score_that_is_not_there_is_not_found_and_the_others_are_named(door: Door, stub: Stub) -> None:
    door.box.add("call-1", NOON, CallState.ANALYSED)
    door.box.analyses["call-1"] = an_analysis("call-1")
    error = await refusal(
        stub.ExplainScore(pb.ExplainScoreRequest(call_id="call-1", score="charm"), timeout=DEADLINE_S)
    )
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert "empathy" in error.details()


async def test_list_shows_every_call_once_newest_first_across_pages(door: Door, stub: Stub) -> None:
    for number in range(7):  # two calls came in at the same moment, on both sides of a page's end
        door.box.add(f"call-{number}", NOON + timedelta(seconds=number - (number == 4)))
    pages, token = [], ""
    while True:
        page = await stub.ListCalls(pb.ListCallsRequest(page_size=3, page_token=token), timeout=DEADLINE_S)
        pages.append([call.call_id for call in page.calls])
        if not (token := page.next_page_token):
            break
    assert pages == [["call-6", "call-5", "call-4"], ["call-3", "call-2", "call-1"], ["call-0"]]


async def test_list_gives_no_token_when_the_page_is_just_full(door: Door, stub: Stub) -> None:
    for number in range(3):
        door.box.add(f"call-{number}", NOON + timedelta(seconds=number))
    page = await stub.ListCalls(pb.ListCallsRequest(page_size=3), timeout=DEADLINE_S)
    assert (len(page.calls), page.next_page_token) == (3, "")


async def test_list_holds_no_more_than_its_limit(door: Door, stub: Stub) -> None:
    for number in range(PAGE_SIZE_MAX + 5):
        door.box.add(f"call-{number:04d}", NOON + timedelta(seconds=number))
    page = await stub.ListCalls(pb.ListCallsRequest(page_size=4_000_000_000), timeout=DEADLINE_S)
    assert len(page.calls) == PAGE_SIZE_MAX


async def test_list_keeps_to_the_state_asked_for(door: Door, stub: Stub) -> None:
    door.box.add("a", NOON, CallState.QUEUED)
    door.box.add("b", NOON, CallState.FAILED)
    page = await stub.ListCalls(pb.ListCallsRequest(state=pb.CALL_STATE_FAILED), timeout=DEADLINE_S)
    assert [call.call_id for call in page.calls] == ["b"]


async def test_page_token_of_another_list_is_refused(door: Door, stub: Stub) -> None:
    for number in range(3):
        door.box.add(f"call-{number}", NOON + timedelta(seconds=number))
    page = await stub.ListCalls(pb.ListCallsRequest(page_size=1), timeout=DEADLINE_S)
    request = pb.ListCallsRequest(page_token=page.next_page_token, state=pb.CALL_STATE_FAILED)
    error = await refusal(stub.ListCalls(request, timeout=DEADLINE_S))
    assert detail(error, error_details_pb2.BadRequest).field_violations[0].field == "page_token"


async def test_call_is_erased_for_a_reason_of_the_list_and_is_gone(door: Door, stub: Stub) -> None:
    door.box.add("call-1", NOON)
    request = pb.DeleteCallRequest(call_id="call-1", reason=pb.ERASURE_REASON_CONSENT_WITHDRAWN)
    assert (await stub.DeleteCall(request, timeout=DEADLINE_S)).call_id == "call-1"
    assert door.box.erased == [("call-1", "consent_withdrawn")]
    assert (await refusal(stub.DeleteCall(request, timeout=DEADLINE_S))).code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("number", [0, 99])
async def test_call_is_not_erased_without_a_reason_of_the_list(door: Door, stub: Stub, number: int) -> None:
    door.box.add("call-1", NOON)
    error = await refusal(stub.DeleteCall(pb.DeleteCallRequest(call_id="call-1", reason=number), timeout=DEADLINE_S))
    assert detail(error, error_details_pb2.BadRequest).field_violations[0].field == "reason"
    assert "call-1" in door.box.states


async def test_call_without_a_deadline_ends_at_the_methods_own(
    door: Door, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.box.add("call-1", NOON)
    short = guard.Rule(rights=frozenset(), seconds_max=0.05)
    monkeypatch.setitem(guard.RULES, "/sottovoce.edge.v1.Calls/WatchCall", short)
    watch = stub.WatchCall(pb.WatchCallRequest(call_id="call-1"))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        assert [progress async for progress in watch]
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert reason(caught.value) == "TOO_LATE"
