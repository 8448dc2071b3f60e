"""The box as its doors see it: one object that the command line, the gRPC services and the pages share.

Everything that touches content goes through the consent gate in `pipeline.py`; this module only opens the parts and
offers them under the names a user would use.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

import structlog

from edge import follow_up, models, pipeline
from edge.consent.gate import Gate, Refusal
from edge.corrections.book import Book
from edge.erasure.book import Erasures
from edge.erasure.erase import erase_calls, erase_expired, finish_erasures
from edge.erasure.trigger import Trigger
from edge.errors import BadInput, BoxError, Conflict, NotFound, NotReady
from edge.events.intake import Intake
from edge.explain.call import Asked, CallExplanation, explain_call, explain_scores
from edge.explain.recompute import Recomputation, Scorer, recompute, scorer_of
from edge.explain.scores import ScoreExplanation
from edge.follow_up import WaitReport
from edge.ingest.sniff import Declared, Law
from edge.log.book import LogBook
from edge.log.log import Log
from edge.pipeline import Ears, Parts, ScoredAnalysis
from edge.records import Analysis, CallHeader, CallState, CallSummary
from edge.ripening import ripened
from edge.settings import Settings
from edge.store import calls, expiry, queue, score_history, workers
from edge.store.db import Store
from edge.store.score_history import Outcome
from edge.vault.keystore import KeyStore
from edge.vault.pseudonym import Pseudonyms, is_agent_pseudonym
from edge.vault.suite import Suite

if TYPE_CHECKING:
    from edge.language.analyser import LanguageAnalyser

log = structlog.get_logger()

Progress = Callable[[str, float], None]
"""Called with the stage's name ("decode", "speech", "language", "scores") and the share of it that is done, 0 to 1."""

WAIT_FOR_OTHER_S = 0.2  # between two looks at a call that another worker analyses
DATABASE = "box.db"
TRIGGERS = {
    "subject_request": Trigger.REQUESTED,
    "party_request": Trigger.REQUESTED,
    "consent_withdrawn": Trigger.WITHDRAWN,
}
"""What asks for an erasure, by the reason that somebody chose; anything else is the officer's decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the sender of a call gets back once the call is durable."""

    call_id: str
    state: CallState
    duplicate_of: str | None  # the call that already holds this very recording
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgress:
    """How far a call has come."""

    call_id: str
    state: CallState
    stage: str  # "", or the running stage
    share: float  # of that stage, 0 to 1
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Whether the box is ready, and what it holds."""

    ready: bool
    problem: str  # "" when ready
    site: str
    home: str
    model: str
    calls: dict[CallState, int]
    oldest_expiry: datetime | None  # must never lie in the past


class Box:
    """One opened box. Thread-safe; methods block, so asynchronous callers use a thread."""

    def __init__(self, parts: Parts) -> None:
        """Use `Box.open`."""
        self.settings = parts.settings
        self.store = parts.store
        self._parts = parts
        self._working = threading.Lock()  # one call at a time has the recogniser and the two cores
        self._stages: dict[str, tuple[str, float]] = {}

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open (on first use create) the box in `settings.home`. Raises: NotReady if keys or store can't be opened."""
        try:
            settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            keys = KeyStore.open(settings.home, Suite(settings.vault.suite))
            store = Store.open(settings.home / DATABASE)
            workers.sweep(settings.home)
            worker = workers.Worker.start(settings.home)
        except OSError as error:
            raise NotReady(
                "home",
                f"{settings.home} can't be used ({os.strerror(error.errno or 0)})",
                "Check its owner and free space",
            ) from error
        return cls(
            Parts(
                settings=settings,
                store=store,
                keys=keys,
                log=Log(keys.box_id),
                gate=Gate(keys),
                pseudonyms=Pseudonyms(keys),
                worker=worker,
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and models."""
        self._parts.worker.close()
        self.store.close()

    def admit(self, header: CallHeader, *, actor: str = "sender") -> None:
        """Ask the gate alone, before any audio is sent. Raises: Refused."""
        pipeline.admit(self._parts, header, actor=actor)

    def receive(
        self,
        header: CallHeader,
        recording: BinaryIO,
        *,
        declared: str | None = None,
        actor: str,
        progress: Progress | None = None,
    ) -> Receipt:
        """Check consent, decode in the sandbox, encrypt, store, queue. Durable when it returns.

        The gate is asked before the first byte of `recording` is read.

        Args:
            declared: "pcmu" or "pcma" where the recording is bare G.711.
        Raises: Refused, BadInput, TooLarge, Conflict, NotReady.
        """
        received = pipeline.receive(
            self._parts,
            header,
            recording,
            declared=_declared(declared, len(header.channels)),
            actor=actor,
            progress=progress or _nothing,
        )
        return Receipt(
            call_id=received.call_id,
            state=self.call(received.duplicate_of or received.call_id).state,
            duplicate_of=received.duplicate_of,
            warnings=received.warnings,
        )

    def analyse(self, call_id: str, *, actor: str, progress: Progress | None = None) -> Analysis:
        """Analyse one call now, in this thread, and return the result; waits where another worker has it.

        Raises: NotFound; Refused; NotReady where it failed.
        """
        while (call := self.call(call_id)).state in (CallState.QUEUED, CallState.ANALYSING):
            if self._work(call_id, actor=actor, progress=progress or _nothing) is None:
                time.sleep(WAIT_FOR_OTHER_S)
        if call.state is CallState.FAILED:
            raise NotReady("analysis", f"it failed: {call.reason}", "See the log, then queue the call again")
        return self.analysis(call_id, actor=actor)

    def analyse_next(self, *, actor: str = "queue", progress: Progress | None = None) -> str | None:
        """Take the oldest queued call and analyse it; its call_id, or None if nothing waits.

        A call that fails or is refused doesn't raise: it stays in the state that says so.
        """
        return self._work(None, actor=actor, progress=progress or _nothing)

    def analysis(self, call_id: str, *, actor: str) -> Analysis:
        """Read an analysis through the gate. Raises: NotFound, Refused, Conflict (not analysed yet)."""
        return pipeline.read_analysis(self._parts, call_id, actor=actor)

    def audio(self, call_id: str, *, actor: str) -> bytes:
        """The recording as FLAC, through the gate. Raises: NotFound (also when the audio has expired), Refused."""
        return pipeline.read_audio(self._parts, call_id, actor=actor)

    def call(self, call_id: str) -> CallSummary:
        """One line of the list of calls. Raises: NotFound."""
        with self.store.read() as tx:
            return calls.call(tx, call_id).summary()

    def progress(self, call_id: str) -> CallProgress:
        """How far a call has come. Raises: NotFound."""
        call = self.call(call_id)
        stage, share = self._stages.get(call_id, ("", 0.0))
        return CallProgress(call_id=call_id, state=call.state, stage=stage, share=share, reason=call.reason)

    def calls(
        self, *, state: CallState | None = None, limit: int = 50, before: datetime | tuple[datetime, str] | None = None
    ) -> tuple[CallSummary, ...]:
        """Calls by time received, newest first; `before` pages on, by time or by the last call's time and call_id."""
        with self.store.read() as tx:
            return tuple(call.summary() for call in calls.page(tx, state=state, limit=limit, before=before))

    def requeue(self, call_id: str) -> None:
        """Queue a failed call again. Raises: NotFound, Conflict."""
        with self.store.write() as tx:
            queue.requeue(tx, call_id)

    def erase(self, call_id: str, *, actor: str, reason: str) -> None:
        """Erase a call for good; `reason` is one that the pages offer, or the caller's own word. Raises: NotFound."""
        trigger = TRIGGERS.get(reason, Trigger.OFFICER)
        erase_calls(self._parts, [call_id], trigger=trigger, actor=actor)
        log.info("erased", call=self._parts.pseudonyms.log_reference(call_id), reason=reason, actor=actor)

    def erase_expired(self, *, now: datetime) -> int:
        """Erase whatever is past its expiry; the number of calls touched."""
        return erase_expired(self._parts, now=now)

    def finish_erasures(self) -> int:
        """Finish erasures that a power cut left half-way; how many."""
        return finish_erasures(self._parts)

    def explain(
        self,
        call_id: str,
        asked: Asked,
        *,
        actor: str,
        reveal: bool,
        past: str | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> CallExplanation:
        """Explain scores and labels of a call, or of one of its `past` scorings (see `past_analysis`).

        Raises: NotFound, Refused, Conflict; BadInput if the call has no such score or utterance.
        """
        read = self.analysis(call_id, actor=actor) if past is None else self._stored(call_id, past, actor=actor)
        return explain_call(
            read,
            asked,
            scorer=self._scorer_as_read(read),
            judge=self._reader,
            reveal=reveal,
            progress=progress,
        )

    def explain_scores(self, analysis: Analysis, *, reveal: bool) -> tuple[ScoreExplanation, ...]:
        """Explain every score of an opened, unmasked analysis."""
        return explain_scores(analysis, analysis.scores, scorer=self._scorer_as_read(analysis), reveal=reveal)

    def scorer(self, analysis: Analysis) -> Scorer | None:
        """What made an analysis's scores as they are stored, or None where that can't be had any more."""
        try:
            return scorer_of(analysis, grounds=pipeline.grounds_then(self._parts, analysis))
        except (Conflict, NotReady):
            return None

    def recompute(self, call_id: str, *, actor: str, past: str | None = None) -> tuple[Recomputation, ...]:
        """Compute every number of a call's stored scores, present or past, again from its stored labels.

        Raises: NotFound, Refused; Conflict where what made them isn't installed any more.
        """
        analysis = self._stored(call_id, past, actor=actor)
        return recompute(analysis, grounds=pipeline.grounds_then(self._parts, analysis))

    def rescore(self, call_id: str, *, actor: str) -> tuple[Analysis, Analysis] | None:
        """Score one call anew from its stored words; old and new, or None if nothing newer is installed.

        The old scores stay readable (`score_history`). Raises: NotFound, Refused, Conflict; NotReady where it failed.
        """
        reference = self._parts.pseudonyms.log_reference(call_id)
        try:
            pair = pipeline.rescore(self._parts, call_id, self._reader, actor=actor)
        except Refusal as refusal:
            outcome = Outcome.REFUSED if refusal.lasting else Outcome.FAILED
            pipeline.mark_scored(self._parts, call_id, self._reader, outcome)
            raise
        except BoxError:
            raise
        except Exception as error:
            log.exception("rescoring failed", call=reference)
            pipeline.mark_scored(self._parts, call_id, self._reader, Outcome.FAILED)
            problem = f"scoring it anew went wrong ({type(error).__name__}); its present scores stand"
            raise NotReady("scores", problem, "See the log") from error
        if pair is not None:
            log.info("scored anew", call=reference, actor=actor)
        return pair

    def score_history(self, call_id: str, *, actor: str) -> tuple[ScoredAnalysis, ...]:
        """Every analysis of a call that was scored anew, the present one last; else none. Raises: NotFound, Refused."""
        return pipeline.read_score_history(self._parts, call_id, actor=actor)

    def past_analysis(self, call_id: str, number: str, *, actor: str) -> ScoredAnalysis:
        """The analysis that the `number`-th scoring of a call replaced, counted from 1. Raises: NotFound, Refused."""
        past = {str(place): one for place, one in enumerate(self.score_history(call_id, actor=actor)[:-1], start=1)}
        if number not in past:
            raise NotFound("past", f"the call has {len(past)} earlier scorings", "Leave it out, or count from 1")
        return past[number]

    def outdated(self, *, again: bool) -> tuple[str, ...]:
        """Analysed calls that what is installed hasn't scored, newest first; `again` counts those it failed on too."""
        settled = (Outcome.SCORED,) if again else (Outcome.SCORED, Outcome.REFUSED)
        fingerprint = pipeline.scoring_fingerprint(self._reader)
        with self.store.read() as tx:
            return score_history.outdated(tx, fingerprint=fingerprint, settled=settled)

    def is_outdated(self, call_id: str) -> bool:
        """Whether a call may be scored anew. Raises: NotFound."""
        fingerprint = pipeline.scoring_fingerprint(self._reader)
        with self.store.read() as tx:
            analysed = calls.call(tx, call_id).state is CallState.ANALYSED
            return analysed and not score_history.is_current(tx, call_id, fingerprint=fingerprint)

    def has_waiting(self) -> bool:
        """Whether a call waits for its first analysis or is in it."""
        with self.store.read() as tx:
            return score_history.waiting(tx)

    def follow_up(self, *, agent: str | None, actor: str, progress: Callable[[float], None]) -> WaitReport:
        """How long customers wait after an objection to one agent (reference or pseudonym), or to any."""
        if agent is not None and not is_agent_pseudonym(agent):
            agent = self._parts.pseudonyms.agent(agent)
        return follow_up.report(self._parts, agent=agent, actor=actor, now=pipeline.now_utc(), progress=progress)

    @property
    def events(self) -> Intake:
        """Takes in what happens outside of calls."""
        kept = timedelta(days=self.settings.retention.analysis_days)
        return Intake(self.store, self._parts.pseudonyms, kept=kept)

    @property
    def log(self) -> LogBook:
        """What was done, so that nobody can change it unseen."""
        return LogBook(self.store, self._parts.keys)

    @property
    def erasures(self) -> Erasures:
        """What was erased, and the proof of it."""
        return Erasures(self._parts)

    @property
    def corrections(self) -> Book:
        """What people found wrong in analyses."""
        return Book(self._parts)

    def status(self) -> Status:
        """Whether the box is ready, and what it holds."""
        with self.store.read() as tx:
            counts, oldest = calls.counts(tx), expiry.oldest_expiry(tx)
        model = models.speech_model(self.settings)
        problem = (
            "" if (model / "model.bin").is_file() else "models: model.bin is missing. Run `sottovoce box models fetch`"
        )
        return Status(
            ready=not problem,
            problem=problem,
            site=self.settings.site,
            home=str(self.settings.home),
            model=str(model),
            calls=counts,
            oldest_expiry=oldest,
        )

    def _stored(self, call_id: str, past: str | None, *, actor: str) -> Analysis:
        """An analysis just as it was stored: the present one, or one of the past."""
        if past is None:
            return pipeline.read_stored(self._parts, call_id, actor=actor)[0]
        return self.past_analysis(call_id, past, actor=actor).analysis

    def _scorer_as_read(self, analysis: Analysis) -> Scorer | None:
        """As `scorer`, with what happened after the call joined in where it was to the scores themselves."""
        stored = self.scorer(analysis)
        if stored is None or stored(analysis.utterances) == analysis.scores:
            return stored
        return lambda call: ripened(self.store, replace(analysis, utterances=tuple(call), scores=stored(call))).scores

    # The models' libraries take a second to import and most commands don't need them.
    @cached_property
    def _ears(self) -> Ears:
        from edge.speech.listen import Listener

        return Listener(
            models.speech_model(self.settings), voice_model=models.VOICE_MODEL, threads=self.settings.speech.threads
        )

    @cached_property
    def _reader(self) -> LanguageAnalyser:
        from edge.language.analyser import LanguageAnalyser

        return LanguageAnalyser(threads=self.settings.speech.threads)

    def _work(self, call_id: str | None, *, actor: str, progress: Progress) -> str | None:
        """Take a call and bring it to its end; None if there was none to take."""
        with self._working:
            ears, reader = self._ears, self._reader  # a missing model must not use up an attempt of a call
            try:
                job = pipeline.take(self._parts, call_id=call_id, actor=actor)
            except Refusal:
                if call_id:
                    raise
                return ""
            if job is None:
                return None
            try:
                self._finish(job, ears, reader, actor=actor, progress=progress)
            finally:
                self._stages.pop(job.call.call_id, None)
            return job.call.call_id

    def _finish(
        self, job: pipeline.Job, ears: Ears, reader: LanguageAnalyser, *, actor: str, progress: Progress
    ) -> None:
        call_id = job.call.call_id
        reference = self._parts.pseudonyms.log_reference(call_id)

        def advance(stage: str, share: float) -> None:
            self._stages[call_id] = (stage, share)
            progress(stage, share)

        try:
            analysis = pipeline.analyse(self._parts, job, ears, reader, progress=advance)
            fingerprint = pipeline.scoring_fingerprint(reader)
            pipeline.keep(self._parts, job, analysis, actor=actor, fingerprint=fingerprint)
        except Refusal as refusal:
            log.info("stopped", call=reference, reason=refusal.decision.reason)
        except (Conflict, NotFound):  # stopped, erased or given to another worker meanwhile; nothing was written
            log.info("taken away", call=reference)
        except Exception as error:
            log.exception("analysis failed", call=reference)
            with self.store.write() as tx:
                queue.fail(tx, call_id, worker=self._parts.worker.id, reason=type(error).__name__)
        else:
            log.info("analysed", call=reference, seconds=round(analysis.timing.total_s, 2))


def _declared(law: str | None, channels: int) -> Declared | None:
    if law is None:
        return None
    if law not in set(Law):
        raise BadInput("format", "not a raw format the box knows", "Use pcmu or pcma")
    return Declared(law=Law(law), channels=channels)


def _nothing(_: str, __: float) -> None:
    """Nobody watches."""
