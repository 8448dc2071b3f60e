"""Sending a call: refusals first, then what the box is given."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2
from sottovoce.edge.v1 import calls_pb2 as pb
from sottovoce.edge.v1 import calls_pb2_grpc

from edge.rpc import limits, service
from tests.edge.rpc.conftest import UPLOAD_BYTES_MAX, Door
from tests.edge.rpc.sending import DEADLINE_S, RECORDING, a_basis, a_header, a_start, detail, pieces, reason, stream

SAMPLE = Path(__file__).parents[3] / "samples/call.json"
Stub = calls_pb2_grpc.CallsStub


async def refusal(door: Door, messages: Iterable[pb.UploadCallRequest]) -> grpc.RpcError:
    """The error that an upload ends with."""

    def upload() -> grpc.RpcError:
        with door.blocking_channel() as channel, pytest.raises(grpc.RpcError) as caught:
            Stub(channel).UploadCall(iter(messages), timeout=DEADLINE_S)
        return caught.value

    return await asyncio.to_thread(upload)


def open_recordings() -> int:
    """Recordings that this process holds in memory."""
    return sum("memfd:recording" in target for target in map(target_of, Path("/proc/self/fd").iterdir()))


def target_of(link: Path) -> str:
    """What a descriptor stands for; nothing where it was closed meanwhile."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what happens on the server's side after the client has left."""
    while not condition():  # noqa: ASYNC110 (nothing tells us: the client is gone)
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "bases",
    [
        [],
        [a_basis(purposes=[pb.PURPOSE_RECORD])],
        [a_basis(party=pb.PARTY_AGENT)],
        [a_basis(state=pb.BASIS_STATE_REFUSED)],
        [a_basis(state=pb.BASIS_STATE_WITHDRAWN)],
    ],
)
async def test_upload_is_refused_by_its_header_when_consent_is_missing(
    door: Door, stub: Stub, bases: list[pb.Basis]
) -> None:
    audio_asked_for = False

    async def messages() -> AsyncIterator[pb.UploadCallRequest]:
        nonlocal audio_asked_for
        yield a_start(bases=bases)
        await asyncio.sleep(3600)  # an exchange that still records: the refusal must not wait for it
        audio_asked_for = True

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.UploadCall(messages(), timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    [violation] = detail(caught.value, error_details_pb2.PreconditionFailure).violations
    assert (violation.type, violation.subject) == ("CONSENT", "bases")
    assert "Ask the customer first" in violation.description
    assert reason(caught.value) == "CONSENT_REFUSED"
    assert not audio_asked_for
    assert not door.box.headers


@pytest.mark.parametrize(
    ("messages", "field"),
    [
        ([], "start"),
        ([pb.UploadCallRequest()], "start"),
        (pieces(), "start"),
        ([pb.UploadCallRequest(start=pb.UploadStart())], "start"),
        ([a_start(), a_start()], "audio"),
        ([a_start(), pb.UploadCallRequest(audio=b"")], "audio"),
        ([a_start(), pb.UploadCallRequest(audio=bytes(65_537))], "audio"),
        ([a_start()], "audio"),
        ([a_start(call_id=""), *pieces()], "call.call_id"),
        ([a_start(started_at="yesterday"), *pieces()], "call.started_at"),
        ([a_start(scene=pb.SCENE_UNSPECIFIED), *pieces()], "call.scene"),
        ([a_start(scene=77), *pieces()], "call.scene"),
        ([a_start(channels=[pb.CHANNEL_ROLE_MIXED, 9]), *pieces()], "call.channels[1]"),
        ([a_start(bases=[a_basis(method=50)]), *pieces()], "call.bases[0].method"),
        ([pb.UploadCallRequest(start=pb.UploadStart(sidecar_json=b"{")), *pieces()], "sidecar"),
        ([pb.UploadCallRequest(start=pb.UploadStart(call=a_header(), raw_format=9)), *pieces()], "start.raw_format"),
    ],
)
async def test_upload_is_refused_naming_the_field_when_a_message_is_wrong(
    door: Door, messages: list[pb.UploadCallRequest], field: str
) -> None:
    error = await refusal(door, messages)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    [violation] = detail(error, error_details_pb2.BadRequest).field_violations
    assert violation.field == field
    assert violation.description
    assert not door.box.headers


async def test_upload_is_refused_when_one_message_passes_the_transports_limit(door: Door) -> None:
    error = await refusal(door, [a_start(), pb.UploadCallRequest(audio=bytes(limits.MESSAGE_BYTES_MAX + 1))])
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert not door.box.headers


async def test_upload_is_cut_off_while_it_streams_when_the_recording_is_too_large(door: Door) -> None:
    endless = itertools.chain([a_start()], itertools.repeat(pb.UploadCallRequest(audio=bytes(50_000))))
    error = await refusal(door, endless)
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason(error) == "TOO_LARGE"
    assert f"{UPLOAD_BYTES_MAX:,}" in error.details()
    assert not door.box.headers
    assert not open_recordings()


async def test_upload_is_refused_before_its_audio_when_it_announces_too_much(door: Door, stub: Stub) -> None:
    async def announced() -> AsyncIterator[pb.UploadCallRequest]:
        yield pb.UploadCallRequest(start=pb.UploadStart(call=a_header(), audio_bytes=UPLOAD_BYTES_MAX + 1))
        await asyncio.sleep(3600)

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.UploadCall(announced(), timeout=DEADLINE_S)
    assert reason(caught.value) == "TOO_LARGE"


@pytest.mark.parametrize("announced", [0, len(RECORDING) - 1, len(RECORDING) + 1])
async def test_upload_is_refused_when_another_size_was_announced(door: Door, announced: int) -> None:
    start = pb.UploadCallRequest(start=pb.UploadStart(call=a_header(), audio_bytes=announced))
    error = await refusal(door, [start, *pieces()])
    assert detail(error, error_details_pb2.BadRequest).field_violations[0].field == "start.audio_bytes"
    assert not door.box.headers


async def test_upload_is_told_to_come_back_when_others_hold_the_memory(door: Door, stub: Stub) -> None:
    whole: list[int] = []
    go_on = threading.Event()

    def wait() -> None:
        whole.append(UPLOAD_BYTES_MAX)
        go_on.wait(DEADLINE_S)

    door.box.before_receive = wait
    held = [
        asyncio.ensure_future(
            stub.UploadCall(
                stream([a_start(call_id=f"held-{number}"), *pieces(bytes(UPLOAD_BYTES_MAX))]), timeout=DEADLINE_S
            )
        )
        for number in range(limits.UPLOADS_HELD_MAX)
    ]
    await until(lambda: len(whole) == limits.UPLOADS_HELD_MAX)
    error = await refusal(door, [a_start(), *pieces(bytes(UPLOAD_BYTES_MAX))])
    go_on.set()
    await asyncio.gather(*held)
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert detail(error, error_details_pb2.RetryInfo).retry_delay.ToSeconds() == limits.RETRY_AFTER_S
    assert (await stub.UploadCall(stream([a_start(), *pieces()]), timeout=DEADLINE_S)).call_id == "call-1"


async def test_upload_ends_when_its_sender_falls_silent(
    door: Door, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK_WAIT_S_MAX", 0.05)

    async def silent() -> AsyncIterator[pb.UploadCallRequest]:
        yield a_start()
        await asyncio.sleep(3600)

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.UploadCall(silent(), timeout=DEADLINE_S)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert reason(caught.value) == "TOO_LATE"
    assert not open_recordings()


@pytest.mark.parametrize("attempt", range(10))  # gRPC shows most torn streams as ended ones
async def test_upload_leaves_nothing_when_the_client_vanishes_in_the_middle(door: Door, attempt: int) -> None:
    async def half() -> AsyncIterator[pb.UploadCallRequest]:
        yield a_start()
        yield pb.UploadCallRequest(audio=RECORDING[:50_000])
        await asyncio.sleep(3600)

    channel = door.channel()
    upload = asyncio.ensure_future(Stub(channel).UploadCall(half(), timeout=DEADLINE_S))
    await until(lambda: open_recordings() == 1)
    await asyncio.sleep(attempt / 1000)
    upload.cancel()
    await channel.close()
    await until(lambda: open_recordings() == 0)
    assert not door.box.headers


async def test_upload_that_the_box_has_taken_over_is_finished_when_the_client_vanishes(door: Door) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(DEADLINE_S)

    door.box.before_receive = wait
    channel = door.channel()
    upload = asyncio.ensure_future(Stub(channel).UploadCall(stream([a_start(), *pieces()]), timeout=DEADLINE_S))
    await until(reached.is_set)
    upload.cancel()
    await channel.close()
    go_on.set()
    await until(lambda: "call-1" in door.box.received_at)
    assert door.box.recordings["call-1"] == RECORDING
    await until(lambda: open_recordings() == 0)


async def test_upload_ends_at_the_clients_deadline(door: Door, stub: Stub) -> None:
    async def slow() -> AsyncIterator[pb.UploadCallRequest]:
        yield a_start()
        await asyncio.sleep(3600)

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.UploadCall(slow(), timeout=0.2)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await until(lambda: open_recordings() == 0)


async def test_upload_is_a_conflict_when_the_name_is_taken(door: Door, stub: Stub) -> None:
    await stub.UploadCall(stream([a_start(), *pieces()]), timeout=DEADLINE_S)
    error = await refusal(door, [a_start(), *pieces()])
    assert error.code() is grpc.StatusCode.ALREADY_EXISTS
    assert reason(error) == "CONFLICT"


async def test_upload_hands_over_header_recording_and_caller(door: Door, stub: Stub) -> None:
    receipt = await stub.UploadCall(stream([a_start(), *pieces()]), timeout=DEADLINE_S)
    assert receipt == pb.UploadCallResponse(call_id="call-1", state=pb.CALL_STATE_QUEUED, warnings=["short"])
    header = door.box.headers["call-1"]
    assert (header.agent_ref, header.channels, header.started_at.isoformat()) == (
        "A-1",
        ("agent", "customer"),
        "2026-03-02T10:15:00+08:00",
    )
    assert door.box.recordings["call-1"] == RECORDING
    assert door.box.declared["call-1"] is None
    assert door.box.actors == ["client/operator"]
    assert not open_recordings()


async def test_upload_takes_the_sidecar_that_a_watch_folder_takes(door: Door, stub: Stub) -> None:
    start = pb.UploadCallRequest(start=pb.UploadStart(sidecar_json=SAMPLE.read_bytes()))
    receipt = await stub.UploadCall(stream([start, *pieces()]), timeout=DEADLINE_S)
    assert receipt.call_id == json.loads(SAMPLE.read_bytes())["call_id"]
    assert [basis.party for basis in door.box.headers[receipt.call_id].bases] == ["customer", "agent"]


@pytest.mark.parametrize(("raw_format", "declared"), [(pb.RAW_FORMAT_PCMU, "pcmu"), (pb.RAW_FORMAT_PCMA, "pcma")])
async def test_upload_passes_the_declared_format_of_bare_samples(
    door: Door, stub: Stub, raw_format: pb.RawFormat, declared: str
) -> None:
    start = pb.UploadCallRequest(start=pb.UploadStart(call=a_header(), raw_format=raw_format))
    await stub.UploadCall(stream([start, *pieces()]), timeout=DEADLINE_S)
    assert door.box.declared["call-1"] == declared
