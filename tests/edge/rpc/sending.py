"""What a sender of calls sends: headers and streams of messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from sottovoce.edge.v1 import calls_pb2 as pb

RECORDING = bytes(range(256)) * 500  # 128,000 bytes
DEADLINE_S = 20


def a_basis(**changed: Any) -> pb.Basis:
    fields: dict[str, Any] = {
        "party": pb.PARTY_CUSTOMER,
        "purposes": [pb.PURPOSE_RECORD, pb.PURPOSE_ANALYSE],
        "basis": pb.BASIS_KIND_CONSENT,
        "notice_id": "notice-1",
        "indicated_at": "2026-03-02T10:15:00+08:00",
        "method": pb.INDICATION_METHOD_IVR_KEY,
        "evidence_ref": "ivr:1",
    }
    return pb.Basis(**(fields | changed))


def a_header(**changed: Any) -> pb.CallHeader:
    fields: dict[str, Any] = {
        "call_id": "call-1",
        "started_at": "2026-03-02T10:15:00+08:00",
        "scene": pb.SCENE_CALL_CENTRE,
        "direction": pb.DIRECTION_INBOUND,
        "agent_ref": "A-1",
        "customer_ref": "C-1",
        "channels": [pb.CHANNEL_ROLE_AGENT, pb.CHANNEL_ROLE_CUSTOMER],
        "jurisdiction": "CN",
        "language": pb.LANGUAGE_ZH,
        "bases": [a_basis()],
    }
    return pb.CallHeader(**(fields | changed))


def a_start(**changed: Any) -> pb.UploadCallRequest:
    return pb.UploadCallRequest(start=pb.UploadStart(call=a_header(**changed)))


def pieces(recording: bytes = RECORDING, piece_bytes: int = 65_536) -> list[pb.UploadCallRequest]:
    starts = range(0, len(recording), piece_bytes)
    return [pb.UploadCallRequest(audio=recording[start : start + piece_bytes]) for start in starts]


async def stream(messages: Iterable[pb.UploadCallRequest]) -> AsyncIterator[pb.UploadCallRequest]:
    for message in messages:
        yield message


def detail(error: grpc.aio.AioRpcError, kind: Any) -> Any:
    """The google.rpc detail of that kind that came with an error; fails where there is none."""
    [value] = [value for key, value in error.trailing_metadata() if key == "grpc-status-details-bin"]
    status = rpc_status.status_pb2.Status.FromString(value)
    assert status.code == error.code().value[0]
    found = kind()
    [packed] = [packed for packed in status.details if packed.Is(kind.DESCRIPTOR)]
    packed.Unpack(found)
    return found


def reason(error: grpc.aio.AioRpcError) -> str:
    return str(detail(error, error_details_pb2.ErrorInfo).reason)
