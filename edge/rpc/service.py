"""The service `Calls`: each method reads its request, calls the box, writes the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO, TypeVar

from sottovoce.edge.v1 import calls_pb2 as pb

from edge.box import Box
from edge.certificates import Right
from edge.errors import BadInput, NotFound
from edge.records import Analysis, CallState
from edge.redaction import masked
from edge.rpc.analyses import write_analysis, write_excerpt, write_score
from edge.rpc.enums import read_enum
from edge.rpc.errors import DeadlineError
from edge.rpc.guard import CALLER, Context, require
from edge.rpc.limits import CHUNK_BYTES_MAX, CHUNK_WAIT_S_MAX, WATCH_EVERY_S, UploadMemory, UploadShare
from edge.rpc.messages import read_raw_format, read_start, write_progress, write_receipt, write_summary
from edge.rpc.paging import page_size_of, read_token, write_token
from edge.rpc.recording import keep, open_memory, seal

Result = TypeVar("Result")
ENDED = frozenset({CallState.ANALYSED, CallState.FAILED, CallState.STOPPED})


class Calls:
    """The methods of calls.proto, by their names there. Errors are the box's own; `guard.py` puts them on the wire."""

    def __init__(self, box: Box, pool: ThreadPoolExecutor, memory: UploadMemory) -> None:
        self._box = box
        self._pool = pool
        self._memory = memory

    async def UploadCall(  # noqa: N802 (the name in calls.proto)
        self, requests: AsyncIterator[pb.UploadCallRequest], context: Context
    ) -> pb.UploadCallResponse:
        """Ask for consent by the header alone, then take the audio in, then hand both over."""
        parts = aiter(requests)
        first = await _next(parts)
        if first is None or first.WhichOneof("part") != "start":
            raise BadInput("start", "the first message holds no header", "Send `start` first, then the audio")
        header = read_start(first.start, now=datetime.now(UTC))
        declared = read_raw_format(first.start)
        await self._run(partial(self._box.admit, header, actor=_actor()))
        expected = first.start.audio_bytes if first.start.HasField("audio_bytes") else None
        with self._memory.share() as share, open_memory() as recording:
            share.expect(expected or 0)
            await _take_in(parts, share, recording)
            await _confirm_complete(context)
            if expected not in (None, share.taken_bytes):
                raise BadInput("start.audio_bytes", "another number of bytes came", "Send the whole recording again")
            seal(recording)
            receive = partial(self._box.receive, header, recording, declared=declared, actor=_actor())
            return write_receipt(await self._run(receive))

    async def WatchCall(  # noqa: N802
        self, request: pb.WatchCallRequest, context: Context
    ) -> AsyncIterator[pb.CallProgress]:
        """Send each change once, the state at the start included, until nothing can change any more."""
        last = None
        while last is None or last.state not in ENDED:
            if last is not None:
                await asyncio.sleep(WATCH_EVERY_S)
            progress = await self._run(partial(self._box.progress, request.call_id))
            if progress != last:
                yield write_progress(progress)
            last = progress

    async def GetAnalysis(  # noqa: N802
        self, request: pb.GetAnalysisRequest, context: Context
    ) -> pb.GetAnalysisResponse:
        """Read through the gate; mask unless the caller may and wants to see it all."""
        if request.words and not request.reveal:
            raise BadInput("words", "words can't be masked", "Ask with reveal, or without words")
        analysis = await self._analysis(request.call_id, reveal=request.reveal)
        message = write_analysis(analysis)
        if not request.words:
            for utterance in message.utterances:
                utterance.ClearField("words")
        return pb.GetAnalysisResponse(analysis=message)

    async def ListCalls(  # noqa: N802
        self, request: pb.ListCallsRequest, context: Context
    ) -> pb.ListCallsResponse:
        """One page; a token only where another call follows."""
        state = read_enum(CallState, request.state, field="state") if request.state else None
        before = read_token(request.page_token, state)
        size = page_size_of(request.page_size)
        calls = await self._run(partial(self._box.calls, state=state, limit=size + 1, before=before))
        following = write_token(calls[size - 1], state) if len(calls) > size else ""
        return pb.ListCallsResponse(calls=map(write_summary, calls[:size]), next_page_token=following)

    async def ExplainScore(  # noqa: N802
        self, request: pb.ExplainScoreRequest, context: Context
    ) -> pb.ExplainScoreResponse:
        """One score with the utterances that its evidence names."""
        analysis = await self._analysis(request.call_id, reveal=request.reveal)
        score = analysis.scores.get(request.score)
        if score is None:
            raise NotFound(
                "score", "this call has no such score", f"Ask for one of {', '.join(sorted(analysis.scores))}"
            )
        named = {evidence.utterance for evidence in score.evidence}
        excerpts = [write_excerpt(utterance) for utterance in analysis.utterances if utterance.id in named]
        return pb.ExplainScoreResponse(
            call_id=analysis.call_id, name=request.score, score=write_score(score), excerpts=excerpts
        )

    async def DeleteCall(  # noqa: N802
        self, request: pb.DeleteCallRequest, context: Context
    ) -> pb.DeleteCallResponse:
        """Erase for good, for a reason of the list."""
        listed = pb.ErasureReason.DESCRIPTOR.values_by_number
        if request.reason not in listed or not request.reason:
            raise BadInput("reason", "none of the list is given", "Use one of ErasureReason")
        reason = listed[request.reason].name.removeprefix("ERASURE_REASON_").lower()
        await self._run(partial(self._box.erase, request.call_id, actor=_actor(), reason=reason))
        return pb.DeleteCallResponse(call_id=request.call_id)

    async def _analysis(self, call_id: str, *, reveal: bool) -> Analysis:
        if reveal:
            require(Right.REVEAL, field="reveal")
        analysis = await self._run(partial(self._box.analysis, call_id, actor=_actor()))
        return analysis if reveal else masked(analysis)

    async def _run(self, method: Callable[[], Result]) -> Result:
        """Run a blocking method of the box in a thread, to its end even where the caller goes away meanwhile.

        What the thread works on (an upload's memory) must outlive it.
        """
        running = asyncio.get_running_loop().run_in_executor(self._pool, method)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise


def _actor() -> str:
    """Who the gate's decisions and the log name. The prefix keeps a machine from passing for a person of that name."""
    return f"client/{CALLER.get().name}"


async def _take_in(parts: AsyncIterator[pb.UploadCallRequest], share: UploadShare, recording: BinaryIO) -> None:
    """Fill the recording. Raises: BadInput, TooLarge, NotReady, DeadlineError."""
    while (part := await _next(parts)) is not None:
        if part.WhichOneof("part") != "audio" or not part.audio:
            raise BadInput("audio", "a message after the first holds none", "Send `start` once, then audio alone")
        if len(part.audio) > CHUNK_BYTES_MAX:
            raise BadInput(
                "audio", "one message holds too much of it", f"Send at most {CHUNK_BYTES_MAX} bytes a message"
            )
        share.take(len(part.audio))
        keep(recording, part.audio)
    if not share.taken_bytes:
        raise BadInput("audio", "the recording is empty", "Send the recording after the header")


async def _confirm_complete(context: Context) -> None:
    """Make sure that the stream was ended, not torn off: half a recording must not pass for a whole one.

    gRPC shows both as the end of the stream; that a client has gone reaches us only when we wait for something to be
    sent to it (tried with cancelled calls, closed channels and killed processes).
    """
    await context.send_initial_metadata(())


async def _next(parts: AsyncIterator[pb.UploadCallRequest]) -> pb.UploadCallRequest | None:
    """The next message, None after the last. Raises: DeadlineError if the sender says nothing for too long."""
    try:
        async with asyncio.timeout(CHUNK_WAIT_S_MAX):
            return await anext(parts, None)
    except TimeoutError as error:
        silent = f"nothing came for {CHUNK_WAIT_S_MAX:.0f} s"
        raise DeadlineError("audio", silent, "Send a recording that is complete, without pauses") from error
