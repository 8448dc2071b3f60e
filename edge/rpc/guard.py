"""What stands before every method: who calls, may they, for how long; and what becomes of whatever goes wrong."""

from __future__ import annotations

import asyncio
import secrets
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from inspect import isasyncgen
from pathlib import Path
from typing import Any

import grpc
import structlog
from google.protobuf.message import DecodeError
from google.rpc import status_pb2
from grpc import StatusCode
from grpc_status import rpc_status

from edge.certificates import Client, Right, client_of
from edge.errors import BadInput, BoxError
from edge.rpc.errors import (
    ClientNotAllowedError,
    ClientUnknownError,
    DeadlineError,
    incident_status,
    status_of,
)
from edge.rpc.limits import CALL_S_MAX, UPLOAD_S_MAX, WATCH_S_MAX

Context = grpc.aio.ServicerContext[Any, Any]
log = structlog.get_logger("edge.rpc")
CALLER: ContextVar[Client] = ContextVar("caller")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a method asks of its caller: one of these rights (none: any known client), and an end."""

    rights: frozenset[Right]
    seconds_max: float


def _rule(*rights: Right, seconds_max: float = CALL_S_MAX) -> Rule:
    return Rule(rights=frozenset(rights), seconds_max=seconds_max)


# Whatever is not listed here can't be called.
RULES = {
    "/sottovoce.edge.v1.Calls/UploadCall": _rule(Right.SEND, seconds_max=UPLOAD_S_MAX),
    "/sottovoce.edge.v1.Calls/WatchCall": _rule(Right.SEND, Right.READ, seconds_max=WATCH_S_MAX),
    "/sottovoce.edge.v1.Calls/GetAnalysis": _rule(Right.READ),
    "/sottovoce.edge.v1.Calls/ListCalls": _rule(Right.READ),
    "/sottovoce.edge.v1.Calls/ExplainScore": _rule(Right.READ),
    "/sottovoce.edge.v1.Calls/DeleteCall": _rule(Right.ERASE),
    "/grpc.health.v1.Health/Check": _rule(),
    "/grpc.health.v1.Health/Watch": _rule(seconds_max=WATCH_S_MAX),
}


def require(right: Right, *, field: str) -> None:
    """Ask a further right of the caller of the running method. Raises: ClientNotAllowedError."""
    if right not in CALLER.get().rights:
        raise ClientNotAllowedError(
            field, f"this certificate lacks the right `{right}`", "Use one that was issued with it"
        )


class Guard(grpc.aio.ServerInterceptor):
    """The one interceptor. Wraps each handler so that nothing but the table's errors gets out."""

    def __init__(self, home: Path) -> None:
        self._home = home

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]], details: grpc.HandlerCallDetails
    ) -> Any:
        """The handler of a method, guarded; None (UNIMPLEMENTED) where there is no rule for it."""
        handler = await continuation(details)
        method = str(details.method)
        if handler is None or method not in RULES:
            return None
        if handler.request_streaming:
            return grpc.stream_unary_rpc_method_handler(
                self._stream_unary(method, handler), response_serializer=handler.response_serializer
            )
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._unary_stream(method, handler), response_serializer=handler.response_serializer
            )
        return grpc.unary_unary_rpc_method_handler(
            self._unary_unary(method, handler), response_serializer=handler.response_serializer
        )

    # Requests reach these as bytes: gRPC logs what it can't parse by itself, and answers without saying what is wrong.

    def _unary_unary(self, method: str, handler: Any) -> Any:
        async def answer(request: bytes, context: Context) -> Any:
            async def act() -> Any:
                return await handler.unary_unary(_parsed(handler, request), context)

            return await self._guarded(method, context, act)

        return answer

    def _unary_stream(self, method: str, handler: Any) -> Any:
        async def answer(request: bytes, context: Context) -> None:
            async def act() -> None:
                answered = handler.unary_stream(_parsed(handler, request), context)
                if not isasyncgen(answered):  # the health service writes by itself
                    await answered
                    return
                async for message in answered:
                    await context.write(message)

            await self._guarded(method, context, act)

        return answer

    def _stream_unary(self, method: str, handler: Any) -> Any:
        async def answer(requests: AsyncIterator[bytes], context: Context) -> Any:
            async def act() -> Any:
                return await handler.stream_unary(_all_parsed(handler, requests), context)

            return await self._guarded(method, context, act)

        return answer

    async def _guarded(self, method: str, context: Context, act: Callable[[], Awaitable[Any]]) -> Any:
        """Run one call under its rule; log how it ended, never what was in it."""
        started_s = time.monotonic()
        code = StatusCode.CANCELLED
        try:
            answer, code, status = await self._outcome(RULES[method], context, act)
        except grpc.aio.AbortError:
            code = context.code()
            raise
        finally:
            name, seconds = method.rpartition("/")[2], round(time.monotonic() - started_s, 3)
            log.info("rpc", method=name, code=code.name, seconds=seconds)
        if status is not None:
            await context.abort_with_status(rpc_status.to_status(status))
        return answer

    async def _outcome(
        self, rule: Rule, context: Context, act: Callable[[], Awaitable[Any]]
    ) -> tuple[Any, StatusCode, status_pb2.Status | None]:
        try:
            async with asyncio.timeout(rule.seconds_max):
                CALLER.set(self._caller(rule, context))
                return await act(), StatusCode.OK, None
        except BoxError as error:
            return None, *status_of(error)
        except TimeoutError:
            late = DeadlineError("deadline", f"it took longer than {rule.seconds_max:.0f} s", "Ask for less at once")
            return None, *status_of(late)
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # whatever it is, its message may hold content
            return None, *incident_status(_log_incident(error))

    def _caller(self, rule: Rule, context: Context) -> Client:
        """Who calls, by the certificate alone. Raises: ClientUnknownError, ClientNotAllowedError."""
        certificates = list(context.auth_context().get("x509_pem_cert", ()))
        client = client_of(self._home, certificates[0]) if len(certificates) == 1 else None
        if client is None:
            fix = "Have a new one issued on the box: sottovoce box client-certificate NAME"
            raise ClientUnknownError("certificate", "it is not, or no longer, on the box's list", fix)
        if rule.rights and not rule.rights & client.rights:
            needed = " or ".join(f"`{right}`" for right in sorted(rule.rights))
            raise ClientNotAllowedError(
                "certificate", f"it lacks the right {needed}", "Use one that was issued with it"
            )
        return client


def _parsed(handler: Any, request: bytes) -> Any:
    try:
        return handler.request_deserializer(request)
    except DecodeError as error:
        raise BadInput(
            "request", "it is not a message of this method", "Use the client made from calls.proto"
        ) from error


async def _all_parsed(handler: Any, requests: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _parsed(handler, request)


def _log_incident(error: Exception) -> str:
    """Log what kind of fault it was and where; the number that a caller can name."""
    incident = secrets.token_hex(6)
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    log.error("rpc failed", incident=incident, error=type(error).__name__, where=where)
    return incident
