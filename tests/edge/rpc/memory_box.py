"""A box in memory, for what is about the wire: it holds what it was given and answers from that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from edge.box import Box, CallProgress, Progress, Receipt
from edge.errors import Conflict, NotFound, Refused
from edge.records import (
    AnalysedUtterance,
    Analysis,
    BasisState,
    CallHeader,
    CallState,
    CallSummary,
    ChannelRole,
    ChannelSummary,
    Commitment,
    Direction,
    Evidence,
    Label,
    Language,
    Part,
    PiiSpan,
    Purpose,
    Scene,
    Score,
    ScoreState,
    Speaker,
    TalkMetrics,
    Timing,
    Word,
)

SPOKEN = "我是王小明，电话13800001111"


class MemoryBox(Box):
    """Keeps calls in dictionaries. `before_receive` runs first in `receive`, to hold it up or to break it."""

    def __init__(self) -> None:
        self.headers: dict[str, CallHeader] = {}
        self.recordings: dict[str, bytes] = {}
        self.declared: dict[str, str | None] = {}
        self.analyses: dict[str, Analysis] = {}
        self.states: dict[str, CallState] = {}
        self.received_at: dict[str, datetime] = {}
        self.actors: list[str] = []
        self.erased: list[tuple[str, str]] = []
        self.before_receive: Callable[[], None] = lambda: None
        self.before_analysis: Callable[[], None] = lambda: None

    def close(self) -> None:
        """Nothing is open."""

    def admit(self, header: CallHeader, *, actor: str = "sender") -> None:
        given = [basis for basis in header.bases if basis.state is BasisState.GIVEN]
        if not any(Purpose.ANALYSE in basis.purposes and basis.party == "customer" for basis in given):
            raise Refused("bases", "the customer has not agreed to analysis", "Ask the customer first")

    def receive(
        self,
        header: CallHeader,
        recording: BinaryIO,
        *,
        declared: str | None = None,
        actor: str,
        progress: Progress | None = None,
    ) -> Receipt:
        self.before_receive()
        self.admit(header)
        if header.call_id in self.headers:
            raise Conflict("call_id", "another call has this name", "Use another")
        self.actors.append(actor)
        self.headers[header.call_id] = header
        self.recordings[header.call_id] = recording.read()
        self.declared[header.call_id] = declared
        self.states[header.call_id] = CallState.QUEUED
        self.received_at[header.call_id] = datetime.now(UTC)
        return Receipt(call_id=header.call_id, state=CallState.QUEUED, duplicate_of=None, warnings=("short",))

    def add(self, call_id: str, received_at: datetime, state: CallState = CallState.QUEUED) -> None:
        """Hold a call that came in earlier."""
        self.states[call_id] = state
        self.received_at[call_id] = received_at

    def analysis(self, call_id: str, *, actor: str) -> Analysis:
        self.before_analysis()
        self.actors.append(actor)
        self._find(call_id)
        if call_id not in self.analyses:
            raise Conflict("call_id", "the call is not analysed yet", "Follow it with WatchCall")
        return self.analyses[call_id]

    def progress(self, call_id: str) -> CallProgress:
        self._find(call_id)
        return CallProgress(call_id=call_id, state=self.states[call_id], stage="", share=0.0, reason="")

    def calls(
        self, *, state: CallState | None = None, limit: int = 50, before: tuple[datetime, str] | None = None
    ) -> tuple[CallSummary, ...]:
        newest_first = sorted(self.received_at, key=lambda call_id: (self.received_at[call_id], call_id), reverse=True)
        kept = [name for name in newest_first if before is None or (self.received_at[name], name) < before]
        return tuple(self._summary(name) for name in kept if state is None or self.states[name] is state)[:limit]

    def erase(self, call_id: str, *, actor: str, reason: str) -> None:
        self._find(call_id)
        self.actors.append(actor)
        self.erased.append((call_id, reason))
        for held in (self.headers, self.recordings, self.analyses, self.states, self.received_at):
            held.pop(call_id, None)

    def _find(self, call_id: str) -> None:
        if call_id not in self.states:
            raise NotFound("call_id", "there is no such call", "Check the name")

    def _summary(self, call_id: str) -> CallSummary:
        return CallSummary(
            call_id=call_id,
            started_at=self.received_at[call_id],
            received_at=self.received_at[call_id],
            scene=Scene.STORE,
            direction=Direction.IN_STORE,
            language=Language.ZH,
            agent="a1",
            customer="c1",
            duration_s=9.0,
            state=self.states[call_id],
            reason="",
            expires_at=self.received_at[call_id] + timedelta(days=90),
            audio_kept=True,
        )


def an_analysis(call_id: str) -> Analysis:
    """One utterance with a name and a number in it, quoted by a label, a promise and a score."""
    said = AnalysedUtterance(
        id="u0001",
        channel=0,
        speaker=Speaker.AGENT,
        start_s=1.0,
        end_s=4.0,
        text=SPOKEN,
        confidence=0.9,
        labels=(Label(label="commitment", probability=0.9, span=(2, 5), why="王小明 promises"),),
        commitment=Commitment(what="给王小明打13800001111", due=None, due_at=None),
        pii=(PiiSpan(start=2, end=5, type="person"), PiiSpan(start=8, end=19, type="phone")),
        words=(Word(text="王小明", start_s=1.0, end_s=1.5, probability=0.9),),
    )
    score = Score(
        value=70.0,
        interval=(60.0, 80.0),
        state=ScoreState.SCORED,
        evidence=(Evidence(utterance="u0001", span=(2, 5), contribution=5.0, why="王小明说到做到"),),
        versions={"rule": "1"},
        limits=("one call says little",),
        parts=(
            Part(name="coverage", title="需求覆盖", title_en="Coverage", value=70.0, weight=0.6),
            Part(name="traces", title="事后印证", title_en="Later traces", value=None, weight=0.4),
        ),
    )
    return Analysis(
        call_id=call_id,
        started_at=datetime(2026, 3, 2, 10, 15, tzinfo=UTC),
        scene=Scene.STORE,
        language=Language.ZH,
        duration_s=9.0,
        channels=(ChannelSummary(index=0, role=ChannelRole.AGENT, speech_s=3.0),),
        utterances=(said,),
        scores={"empathy": score},
        talk=TalkMetrics(
            preset="zh",
            talk_share={"agent_of_speech": 1.0},
            silence_s=1.0,
            silence_share=0.1,
            hold_s=0.0,
            silences=(),
            overlap_s=0.0,
            longest_customer_story_s=0.0,
            switches_per_min=None,
            speakers={},
        ),
        timing=Timing(decode_s=0, vad_s=0, speech_s=1, language_s=0, scores_s=0, total_s=1, rtf=0.1),
        versions={"speech": "base"},
    )
