"""Records to protobuf messages and back, for everything about a call but its analysis (`analyses.py`).

A call's header as fields is checked by the same reader as the JSON sidecar, so that both doors refuse the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sottovoce.edge.v1 import calls_pb2 as pb

from edge.box import CallProgress, Receipt
from edge.errors import BadInput
from edge.ingest.header import read_header
from edge.ingest.sidecar import read_sidecar
from edge.records import (
    Basis,
    BasisKind,
    BasisState,
    CallHeader,
    CallState,
    CallSummary,
    ChannelRole,
    Direction,
    IndicationMethod,
    Language,
    Party,
    Purpose,
    Scene,
)
from edge.rpc.enums import read_enum, write_enum


def read_start(start: pb.UploadStart, *, now: datetime) -> CallHeader:
    """The header that opens an upload, in either form. Raises: BadInput naming the field that is wrong."""
    form = start.WhichOneof("header")
    if form is None:
        raise BadInput("start", "it says nothing about the call", "Fill `call` or `sidecar_json`")
    if form == "sidecar_json":
        return read_sidecar(start.sidecar_json, now=now)
    return read_header(_form(start.call), now=now, prefix="call")


def read_raw_format(start: pb.UploadStart) -> str | None:
    """ "pcmu" or "pcma" where the audio is bare samples, else None. Raises: BadInput for a format not on the list."""
    formats = {pb.RAW_FORMAT_UNSPECIFIED: None, pb.RAW_FORMAT_PCMU: "pcmu", pb.RAW_FORMAT_PCMA: "pcma"}
    if start.raw_format not in formats:
        raise BadInput("start.raw_format", "not a format of the list", "Use RAW_FORMAT_PCMU or RAW_FORMAT_PCMA")
    return formats[start.raw_format]


def _form(call: pb.CallHeader) -> dict[str, object]:
    """The header's fields as a sidecar has them; what is not set is left out, so that its reader names it."""
    fields: dict[str, object] = {
        "call_id": call.call_id,
        "started_at": call.started_at,
        "scene": _word(Scene, call.scene, "scene"),
        "direction": _word(Direction, call.direction, "direction"),
        "agent_ref": call.agent_ref,
        "customer_ref": call.customer_ref,
        "channels": [_word(ChannelRole, role, f"channels[{index}]") for index, role in enumerate(call.channels)],
        "language": _word(Language, call.language, "language"),
    }
    bases = [_basis_form(basis, f"bases[{index}]") for index, basis in enumerate(call.bases)]
    return _set(fields) | {"jurisdiction": call.jurisdiction, "bases": bases}


def _basis_form(basis: pb.Basis, at: str) -> dict[str, object]:
    return _set(
        {
            "party": _word(Party, basis.party, f"{at}.party"),
            "purpose": [_word(Purpose, purpose, f"{at}.purposes") for purpose in basis.purposes],
            "basis": _word(BasisKind, basis.basis, f"{at}.basis"),
            "notice_id": basis.notice_id,
            "indicated_at": basis.indicated_at,
            "method": _word(IndicationMethod, basis.method, f"{at}.method"),
            "evidence_ref": basis.evidence_ref,
            "state": _word(BasisState, basis.state, f"{at}.state"),
        }
    )


def _set(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}


def _word(kind: type[StrEnum], number: int, at: str) -> str | None:
    """The word a sidecar would use, None for UNSPECIFIED. Raises: BadInput for a number not on the list."""
    return read_enum(kind, number, field=f"call.{at}").value if number else None


def write_header(header: CallHeader) -> pb.CallHeader:
    """The header as fields."""
    return pb.CallHeader(
        call_id=header.call_id,
        started_at=header.started_at.isoformat(),
        scene=write_enum(header.scene),
        direction=write_enum(header.direction),
        agent_ref=header.agent_ref,
        customer_ref=header.customer_ref,
        channels=[write_enum(role) for role in header.channels],
        jurisdiction=header.jurisdiction,
        language=write_enum(header.language),
        bases=[_write_basis(basis) for basis in header.bases],
    )


def _write_basis(basis: Basis) -> pb.Basis:
    return pb.Basis(
        party=write_enum(basis.party),
        purposes=[write_enum(purpose) for purpose in basis.purposes],
        basis=write_enum(basis.basis),
        notice_id=basis.notice_id,
        indicated_at=basis.indicated_at.isoformat(),
        method=write_enum(basis.method),
        evidence_ref=basis.evidence_ref,
        state=write_enum(basis.state),
    )


def write_receipt(receipt: Receipt) -> pb.UploadCallResponse:
    """What the sender of a call gets back."""
    return pb.UploadCallResponse(
        call_id=receipt.call_id,
        state=write_enum(receipt.state),
        duplicate_of=receipt.duplicate_of,
        warnings=receipt.warnings,
    )


def read_receipt(message: pb.UploadCallResponse) -> Receipt:
    """What the sender of a call got back."""
    return Receipt(
        call_id=message.call_id,
        state=read_enum(CallState, message.state, field="state"),
        duplicate_of=message.duplicate_of if message.HasField("duplicate_of") else None,
        warnings=tuple(message.warnings),
    )


def write_progress(progress: CallProgress) -> pb.CallProgress:
    """How far a call has come."""
    return pb.CallProgress(
        call_id=progress.call_id,
        state=write_enum(progress.state),
        stage=progress.stage,
        share=progress.share,
        reason=progress.reason,
    )


def read_progress(message: pb.CallProgress) -> CallProgress:
    """How far a call has come."""
    return CallProgress(
        call_id=message.call_id,
        state=read_enum(CallState, message.state, field="state"),
        stage=message.stage,
        share=message.share,
        reason=message.reason,
    )


def write_summary(summary: CallSummary) -> pb.CallSummary:
    """One line of the list of calls."""
    message = pb.CallSummary(
        call_id=summary.call_id,
        started_at=summary.started_at.isoformat(),
        scene=write_enum(summary.scene),
        direction=write_enum(summary.direction),
        language=write_enum(summary.language),
        agent=summary.agent,
        customer=summary.customer,
        duration_s=summary.duration_s,
        state=write_enum(summary.state),
        reason=summary.reason,
        audio_kept=summary.audio_kept,
    )
    message.received_at.FromDatetime(summary.received_at)
    message.expires_at.FromDatetime(summary.expires_at)
    return message


def read_summary(message: pb.CallSummary) -> CallSummary:
    """One line of the list of calls."""
    return CallSummary(
        call_id=message.call_id,
        started_at=datetime.fromisoformat(message.started_at),
        received_at=message.received_at.ToDatetime(tzinfo=UTC),
        scene=read_enum(Scene, message.scene, field="scene"),
        direction=read_enum(Direction, message.direction, field="direction"),
        language=read_enum(Language, message.language, field="language"),
        agent=message.agent,
        customer=message.customer,
        duration_s=message.duration_s,
        state=read_enum(CallState, message.state, field="state"),
        reason=message.reason,
        expires_at=message.expires_at.ToDatetime(tzinfo=UTC),
        audio_kept=message.audio_kept,
    )
