"""The table from the box's errors to gRPC: status code and google.rpc details. Read by one interceptor."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

from edge.errors import BadInput, BoxError, Conflict, NotFound, NotReady, Refused, TooLarge
from edge.rpc.limits import RETRY_AFTER_S

DOMAIN = "edge.sottovoce"
TEXT_CHARACTERS_MAX = 300


class ClientNotAllowedError(BoxError):
    """The caller is known, but its certificate wasn't issued for this (PERMISSION_DENIED)."""


class ClientUnknownError(BoxError):
    """The caller's certificate is not, or no longer, on the box's list (UNAUTHENTICATED)."""


class DeadlineError(BoxError):
    """The caller's deadline or the call's limit passed (DEADLINE_EXCEEDED)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one kind of error looks on the wire."""

    code: StatusCode
    reason: str  # google.rpc.ErrorInfo.reason: what a program tells errors apart by


# The first row that fits counts, so special kinds stand before general ones.
TABLE: dict[type[BoxError], Row] = {
    TooLarge: Row(code=StatusCode.RESOURCE_EXHAUSTED, reason="TOO_LARGE"),
    BadInput: Row(code=StatusCode.INVALID_ARGUMENT, reason="BAD_INPUT"),
    Refused: Row(code=StatusCode.FAILED_PRECONDITION, reason="CONSENT_REFUSED"),
    NotFound: Row(code=StatusCode.NOT_FOUND, reason="NOT_FOUND"),
    Conflict: Row(code=StatusCode.ALREADY_EXISTS, reason="CONFLICT"),
    NotReady: Row(code=StatusCode.UNAVAILABLE, reason="NOT_READY"),
    ClientNotAllowedError: Row(code=StatusCode.PERMISSION_DENIED, reason="NOT_ALLOWED"),
    ClientUnknownError: Row(code=StatusCode.UNAUTHENTICATED, reason="UNKNOWN_CLIENT"),
    DeadlineError: Row(code=StatusCode.DEADLINE_EXCEEDED, reason="TOO_LATE"),
}


def status_of(error: BoxError) -> tuple[StatusCode, status_pb2.Status]:
    """The code and the rich status that tell a caller which field is wrong, why, and how to mend it."""
    row = next(row for kind, row in TABLE.items() if isinstance(error, kind))
    number: int = row.code.value[0]
    status = status_pb2.Status(code=number, message=_short(str(error)))
    status.details.extend(_packed(detail) for detail in _details(error, row))
    return row.code, status


def incident_status(incident: str) -> tuple[StatusCode, status_pb2.Status]:
    """What a caller learns of our own faults: a number to name, nothing else."""
    message = f"the box failed; its administrator finds the reason in the log under incident {incident}"
    number: int = StatusCode.INTERNAL.value[0]
    return StatusCode.INTERNAL, status_pb2.Status(code=number, message=message)


def _short(text: str) -> str:
    """Trailers are small (8 KiB with most clients), and a field may be named as the caller wrote it."""
    return text if len(text) <= TEXT_CHARACTERS_MAX else text[:TEXT_CHARACTERS_MAX] + "…"


def _details(error: BoxError, row: Row) -> list[Message]:
    field, problem, fix = _short(error.field), _short(error.problem), _short(error.fix)
    described = f"{problem}. {fix}"
    metadata = {"field": field, "problem": problem, "fix": fix}
    details: list[Message] = [error_details_pb2.ErrorInfo(reason=row.reason, domain=DOMAIN, metadata=metadata)]
    if isinstance(error, BadInput):
        violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=described)
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    if isinstance(error, Refused):
        missing = error_details_pb2.PreconditionFailure.Violation(type="CONSENT", subject=field, description=described)
        details.append(error_details_pb2.PreconditionFailure(violations=[missing]))
    if isinstance(error, NotReady):
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromMilliseconds(round(RETRY_AFTER_S * 1000))
        details.append(retry)
    return details


def _packed(detail: Message) -> Any:
    packed = Any()
    packed.Pack(detail)
    return packed
