"""Joins the stages: what a call goes through between its sender's receipt and its scores (docs/architecture.md).

Every transaction is opened here, and the gate is asked inside it. Its answer is written with the change it allowed, or
alone where it said no.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from typing import BinaryIO, Protocol

from pydantic import TypeAdapter

from edge import flac
from edge.consent.decision import Decision
from edge.consent.gate import Admission, Facts, Gate, Refusal
from edge.corrections.record import Correction
from edge.errors import Conflict, NotFound
from edge.facts.grounds import grounds, grounds_cited
from edge.ingest.decode import decode
from edge.ingest.layout import Layout, fit
from edge.ingest.sniff import Declared
from edge.log.leaf import LeafType
from edge.log.log import Log
from edge.records import (
    AnalysedUtterance,
    Analysis,
    Audio,
    CallHeader,
    CallState,
    ChannelRole,
    Language,
    Purpose,
    Reading,
    Timing,
    Transcript,
    Utterance,
)
from edge.ripening import ripened
from edge.scores.call import cited_versions, score_call
from edge.scores.facts import Grounds
from edge.scores.presets import PRESETS
from edge.scores.talk import measure_talk
from edge.settings import Settings
from edge.store import calls, content, corrections, expiry, queue, score_history, workers
from edge.store.calls import Call
from edge.store.db import Store, Tx
from edge.vault.cipher import Address, chunks_of, seal, unseal
from edge.vault.key import Key, Kind
from edge.vault.keystore import KeyStore
from edge.vault.pseudonym import Pseudonyms

Progress = Callable[[str, float], None]
_ANALYSIS = TypeAdapter(Analysis)
_CORRECTIONS = TypeAdapter(tuple[Correction, ...])
HEARD_BY = "speech_"  # what the speech stage's versions begin with; they stay when a call is scored anew


def now_utc() -> datetime:
    """The box's clock."""
    return datetime.now(UTC)


class Ears(Protocol):
    """The speech stage as the pipeline uses it: `speech.listen.Listener`, or one shared behind a lock."""

    def transcribe(
        self,
        audio: Audio,
        *,
        roles: tuple[ChannelRole, ...],
        language: Language,
        progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        """Write down what is said."""
        ...


class Reader(Protocol):
    """The language stage as the pipeline uses it."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Of rules and lexica."""
        ...

    def read(self, utterances: Sequence[Utterance], *, started_at: datetime, language: Language) -> tuple[Reading, ...]:
        """Find labels, promises and identifying characters."""
        ...


class Act(StrEnum):
    """What content is opened for, in the log's words."""

    ADMIT = "admit"  # asked before anything was read
    RECEIVE = "receive"
    TAKE = "take"  # for analysis
    KEEP = "keep"  # what was made of it is written
    READ = "read"  # somebody looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The opened parts of a box that the pipeline works with."""

    settings: Settings
    store: Store
    keys: KeyStore
    log: Log
    gate: Gate
    pseudonyms: Pseudonyms
    worker: workers.Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A call made durable, or the one that held its recording already."""

    call_id: str
    duplicate_of: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A call taken from the queue, with what its key opened."""

    call: Call
    header: CallHeader
    audio: Audio
    decode_s: float


def admit(parts: Parts, header: CallHeader, *, actor: str) -> None:
    """Ask the gate about a call of which nothing has been read yet. A no is kept on record. Raises: Refusal."""
    try:
        parts.gate.admit(header, now=now_utc())
    except Refusal as refusal:
        with parts.store.write() as tx:
            _record(parts, tx, header.call_id, refusal.decisions, actor, act=Act.ADMIT)
        raise


def receive(
    parts: Parts,
    header: CallHeader,
    recording: BinaryIO,
    *,
    declared: Declared | None,
    actor: str,
    progress: Progress,
) -> Received:
    """Take a call in: gate, sandboxed decoding, seal, store. Durable when it returns; nothing is kept if it raises.

    Raises: Refusal before a byte of `recording` is read; BadInput, TooLarge, Conflict, NotReady.
    """
    admit(parts, header, actor=actor)
    progress("decode", 0.0)
    counted = Counted(recording)
    audio = decode(counted, limits=parts.settings.ingest, declared=declared)
    layout = fit(audio, header.channels)
    digest = parts.pseudonyms.digest([counted.sha256()])
    encoded = flac.encode(layout.audio)
    progress("decode", 1.0)
    with parts.store.write() as tx:
        if (holder := _already_here(tx, header.call_id, digest)) is not None:
            return Received(
                call_id=header.call_id,
                duplicate_of=None if holder == header.call_id else holder,
                warnings=calls.call(tx, holder).warnings,
            )
        admission = parts.gate.new_keys(header, now=now_utc())
        call = _new_call(parts, header, layout, digest)
        calls.add_call(tx, call)
        _put_new(parts, tx, call, admission, encoded)
        _record(parts, tx, header.call_id, admission.decisions, actor, act=Act.RECEIVE, agent=call.agent)
        parts.log.append(
            tx,
            LeafType.CALL_RECEIVED,
            at=call.received_at,
            actor=actor,
            call=parts.pseudonyms.log_reference(call.call_id),
            subject=call.agent,
            customer=call.customer,
            duration_ms=round(call.duration_s * 1000),
            digest=call.content_digest,
        )
        parts.pseudonyms.remember(agent=header.agent_ref, customer=header.customer_ref)
    return Received(call_id=header.call_id, duplicate_of=None, warnings=call.warnings)


def take(parts: Parts, *, call_id: str | None, actor: str) -> Job | None:
    """Take a queued call (the oldest, or a given one) and open its audio; None if there is none to take.

    Raises: Refusal; the call is then stopped.
    """
    started = time.perf_counter()
    with parts.store.write() as tx:
        queue.put_back(tx, workers.dead(parts.settings.home, queue.workers(tx)))
        call = queue.take(tx, parts.worker.id, call_id=call_id)
        if call is None:
            return None
        answer = _ask(parts, tx, call, kind=Kind.AUDIO, purpose=Purpose.ANALYSE, actor=actor, act=Act.TAKE)
        if isinstance(answer, Refusal):
            _stop(parts, tx, call.call_id, answer)
        else:
            sealed = content.get_content(tx, call.call_id, Kind.AUDIO)
    if isinstance(answer, Refusal):
        raise answer
    audio = flac.decode(_unseal(parts, call, Kind.AUDIO, answer.key, sealed))
    return Job(call=call, header=answer.header, audio=audio, decode_s=time.perf_counter() - started)


def analyse(parts: Parts, job: Job, ears: Ears, reader: Reader, *, progress: Progress) -> Analysis:
    """Speech, language, scores: all in memory, nothing stored."""
    header, started = job.header, time.perf_counter()
    progress("speech", 0.0)
    transcript = ears.transcribe(
        job.audio, roles=job.call.channels, language=header.language, progress=lambda share: progress("speech", share)
    )
    progress("language", 0.0)
    language_from = time.perf_counter()
    readings = reader.read(transcript.utterances, started_at=header.started_at, language=header.language)
    understood = tuple(
        AnalysedUtterance.joined(heard, reading) for heard, reading in zip(transcript.utterances, readings, strict=True)
    )
    progress("language", 1.0)
    scores_from = time.perf_counter()
    versions = {"sottovoce": version("sottovoce"), **transcript.versions, **reader.versions}
    scores = score_call(
        understood,
        language=header.language,
        versions=versions,
        grounds=grounds(parts.settings, started_at=header.started_at),
    )
    talk = measure_talk(
        understood,
        speech=transcript.speech,
        duration_s=transcript.duration_s,
        language=header.language,
        preset=PRESETS[parts.settings.talk_preset],
    )
    progress("scores", 1.0)
    ended = time.perf_counter()
    total_s = job.decode_s + ended - started
    return Analysis(
        call_id=header.call_id,
        started_at=header.started_at,
        scene=header.scene,
        language=header.language,
        duration_s=transcript.duration_s,
        channels=transcript.channels,
        utterances=understood,
        scores=scores,
        talk=talk,
        timing=Timing(
            decode_s=job.decode_s,
            vad_s=transcript.vad_s,
            speech_s=transcript.speech_s,
            language_s=scores_from - language_from,
            scores_s=ended - scores_from,
            total_s=total_s,
            rtf=total_s / transcript.duration_s,
        ),
        versions=versions,
        warnings=job.call.warnings,
    )


def keep(parts: Parts, job: Job, analysis: Analysis, *, actor: str, fingerprint: str | None = None) -> None:
    """Ask the gate again, then write the analysis whole. Raises: Refusal (nothing is written and the call is stopped);
    Conflict if the call isn't this worker's any more.

    Args:
        fingerprint: of what scored it, so that nobody need open it to see whether it is of the installed versions.
    """
    dumped = _ANALYSIS.dump_json(analysis)
    call_id = job.call.call_id
    with parts.store.write() as tx:
        queue.held(tx, call_id, parts.worker.id)
        call = calls.call(tx, call_id)
        answer = _ask(parts, tx, call, kind=Kind.ANALYSIS, purpose=Purpose.ANALYSE, actor=actor, act=Act.KEEP)
        if isinstance(answer, Refusal):
            _stop(parts, tx, call_id, answer)
        else:
            _put(parts, tx, call, Kind.ANALYSIS, answer.key, dumped)
            queue.finish(tx, call_id, worker=parts.worker.id)
            if fingerprint is not None:
                scored = score_history.Outcome.SCORED
                score_history.mark(tx, call_id, fingerprint=fingerprint, outcome=scored, now=now_utc())
            _end_waiting(parts, tx, call)
    if isinstance(answer, Refusal):
        raise answer


def read_analysis(parts: Parts, call_id: str, *, actor: str) -> Analysis:
    """Open an analysis with what happened since joined in. Raises: NotFound, Refusal, Conflict if there is none yet."""
    return ripened(parts.store, read_stored(parts, call_id, actor=actor)[0])


def read_stored(parts: Parts, call_id: str, *, actor: str) -> tuple[Analysis, int]:
    """Open an analysis just as it was stored, with its version. Raises: as `read_analysis`."""
    with parts.store.write() as tx:  # the gate's answer is written
        call = calls.call(tx, call_id)
        if call.state is not CallState.ANALYSED:
            raise Conflict(
                "call_id", f"the call is {call.state}, not analysed", "Wait for its analysis, or see why not"
            )
        answer = _ask(parts, tx, call, kind=Kind.ANALYSIS, purpose=Purpose.ANALYSE, actor=actor, act=Act.READ)
        if not isinstance(answer, Refusal):
            sealed = content.get_content(tx, call_id, Kind.ANALYSIS)
    if isinstance(answer, Refusal):
        raise answer
    return _ANALYSIS.validate_json(_unseal(parts, call, Kind.ANALYSIS, answer.key, sealed)), sealed.version


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredAnalysis:
    """One of the analyses of a call that was scored anew. replaced_at: None for the present one."""

    analysis: Analysis
    replaced_at: datetime | None


def scoring_fingerprint(reader: Reader) -> str:
    """Which labels, rules, weights and word lists scores would be made with now: a hash of their versions, 64 hex."""
    return hashlib.sha256(json.dumps(_scoring_versions(reader), sort_keys=True).encode()).hexdigest()


def mark_scored(
    parts: Parts, call_id: str, reader: Reader, outcome: score_history.Outcome = score_history.Outcome.SCORED
) -> None:
    """Write down that a call is scored with what is installed, or why it isn't."""
    with parts.store.write() as tx:
        calls.call(tx, call_id)
        score_history.mark(tx, call_id, fingerprint=scoring_fingerprint(reader), outcome=outcome, now=now_utc())


def rescore(parts: Parts, call_id: str, reader: Reader, *, actor: str) -> tuple[Analysis, Analysis] | None:
    """Read labels and scores anew from the stored words, and keep the old analysis beside the new one.

    Returns: old and new, or None if the scores are by the installed versions already. A power cut before the end leaves
    the old one as it was. Raises: NotFound; Refusal; Conflict if the call isn't analysed, or was scored anew meanwhile.
    """
    old, version_ = read_stored(parts, call_id, actor=actor)
    if _made_with(old, _scoring_versions(reader)):
        mark_scored(parts, call_id, reader)
        return None
    new = _scored_anew(parts, old, reader)
    dumped, fingerprint = _ANALYSIS.dump_json(new), scoring_fingerprint(reader)
    with parts.store.write() as tx:
        call = calls.call(tx, call_id)
        answer = _ask(parts, tx, call, kind=Kind.ANALYSIS, purpose=Purpose.ANALYSE, actor=actor, act=Act.KEEP)
        if not isinstance(answer, Refusal):
            if content.content_version(tx, call_id, Kind.ANALYSIS) != version_:
                raise Conflict("call_id", "it was scored anew by somebody else just now", "Look at it again")
            score_history.keep_present(tx, call_id, now=now_utc())
            _put(parts, tx, call, Kind.ANALYSIS, answer.key, dumped)
            outcome = score_history.Outcome.SCORED
            score_history.mark(tx, call_id, fingerprint=fingerprint, outcome=outcome, now=now_utc())
    if isinstance(answer, Refusal):
        raise answer
    return old, new


def read_score_history(parts: Parts, call_id: str, *, actor: str) -> tuple[ScoredAnalysis, ...]:
    """Open every analysis of a call, oldest first, the present one last; empty, and nothing opened, if it is the first.

    Raises: NotFound, Refusal.
    """
    with parts.store.write() as tx:
        call = calls.call(tx, call_id)
        past = score_history.past(tx, call_id)
        if not past:
            return ()
        present = content.get_content(tx, call_id, Kind.ANALYSIS)
        answer = _ask(parts, tx, call, kind=Kind.ANALYSIS, purpose=Purpose.ANALYSE, actor=actor, act=Act.READ)
    if isinstance(answer, Refusal):
        raise answer
    stored = [*((one.content, one.replaced_at) for one in past), (present, None)]
    return tuple(
        ScoredAnalysis(
            analysis=_ANALYSIS.validate_json(_unseal(parts, call, Kind.ANALYSIS, answer.key, sealed)),
            replaced_at=replaced_at,
        )
        for sealed, replaced_at in stored
    )


def _scoring_versions(reader: Reader) -> dict[str, str]:
    """What a score made now would cite, but for the recogniser that heard its words; the scores themselves say so."""
    return cited_versions(score_call((), language=Language.ZH, versions=reader.versions))


def _made_with(analysis: Analysis, versions: Mapping[str, str]) -> bool:
    return all(versions.items() <= score.versions.items() for score in analysis.scores.values())


def grounds_then(parts: Parts, analysis: Analysis) -> Grounds | None:
    """The facts, region and role a stored analysis's promises were held against; None without facts, or if not kept."""
    try:
        return grounds_cited(parts.settings.home, cited_versions(analysis.scores), started_at=analysis.started_at)
    except NotFound:
        return None


def _scored_anew(parts: Parts, old: Analysis, reader: Reader) -> Analysis:
    """Labels and scores by what is installed; promises are held against the facts, region and role of then."""
    heard = tuple(utterance.heard for utterance in old.utterances)
    readings = reader.read(heard, started_at=old.started_at, language=old.language)
    understood = tuple(AnalysedUtterance.joined(one, reading) for one, reading in zip(heard, readings, strict=True))
    heard_by = {part: version_ for part, version_ in old.versions.items() if part.startswith(HEARD_BY)}
    versions = {"sottovoce": version("sottovoce"), **heard_by, **reader.versions}
    then = grounds_then(parts, old)
    scores = score_call(understood, language=old.language, versions=versions, grounds=then)
    return replace(old, utterances=understood, scores=scores, versions=versions)


def read_corrections(
    parts: Parts, call_id: str, *, actor: str, purpose: Purpose = Purpose.ANALYSE
) -> tuple[Correction, ...]:
    """Open what people found wrong in a call's analysis; empty, and nothing opened, if nobody ever did.

    Raises: NotFound, Refusal.
    """
    with parts.store.write() as tx:
        call = calls.call(tx, call_id)
        sealed = corrections.get_corrections(tx, call_id)
        if sealed is None:
            return ()
        answer = _ask(parts, tx, call, kind=Kind.ANALYSIS, purpose=purpose, actor=actor, act=Act.READ)
    if isinstance(answer, Refusal):
        raise answer
    return _open_corrections(parts, call_id, answer.key, sealed)


def change_corrections(
    parts: Parts,
    call_id: str,
    change: Callable[[tuple[Correction, ...]], tuple[Correction, ...]],
    *,
    actor: str,
) -> None:
    """Put other corrections of a call in place of those that stand: they are read, changed and sealed in one go.

    Raises: NotFound, Refusal, and what `change` raises; nothing is written then.
    """
    with parts.store.write() as tx:
        call = calls.call(tx, call_id)
        answer = _ask(parts, tx, call, kind=Kind.ANALYSIS, purpose=Purpose.ANALYSE, actor=actor, act=Act.KEEP)
        if not isinstance(answer, Refusal):
            sealed = corrections.get_corrections(tx, call_id)
            present = () if sealed is None else _open_corrections(parts, call_id, answer.key, sealed)
            dumped = _CORRECTIONS.dump_json(change(present))
            version_ = 1 if sealed is None else sealed.version + 1
            pieces = seal(answer.key, _corrections_address(parts, call_id, version_), dumped)
            corrections.put_corrections(tx, call_id, pieces, chunks=chunks_of(len(dumped)), version=version_)
    if isinstance(answer, Refusal):
        raise answer


def _open_corrections(parts: Parts, call_id: str, key: Key, sealed: content.Content) -> tuple[Correction, ...]:
    opened = unseal(key, _corrections_address(parts, call_id, sealed.version), sealed.chunks)
    return _CORRECTIONS.validate_json(opened)


def _corrections_address(parts: Parts, call_id: str, version_: int) -> Address:
    """Corrections lie under the analysis's key, which they go with, at an address of their own."""
    reference = parts.pseudonyms.log_reference(call_id)
    return Address(box=parts.keys.box_id, call=reference, kind=corrections.ADDRESS, version=version_)


def read_audio(parts: Parts, call_id: str, *, actor: str) -> bytes:
    """Open a stored recording: FLAC. Raises: NotFound (also once it has expired), Refusal."""
    with parts.store.write() as tx:
        call = calls.call(tx, call_id)
        sealed = content.get_content(tx, call_id, Kind.AUDIO)
        answer = _ask(parts, tx, call, kind=Kind.AUDIO, purpose=Purpose.RECORD, actor=actor, act=Act.READ)
    if isinstance(answer, Refusal):
        raise answer
    return _unseal(parts, call, Kind.AUDIO, answer.key, sealed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The gate's yes: the header it read, and the key."""

    header: CallHeader
    key: Key


def _ask(parts: Parts, tx: Tx, call: Call, *, kind: Kind, purpose: Purpose, actor: str, act: Act) -> _Answer | Refusal:
    """Ask the gate about stored content, and write its answer down in this transaction, whichever it is."""
    try:
        sealed = content.get_content(tx, call.call_id, Kind.HEADER)
        header = parts.gate.read_header(call.call_id, sealed.chunks, purpose=purpose, version=sealed.version)
        facts = Facts(header=header, expires_at=call.expires_at(kind))
        release = parts.gate.release(facts, kind=kind, purpose=purpose, now=now_utc())
    except Refusal as refusal:
        _record(parts, tx, call.call_id, refusal.decisions, actor, act=act, kind=kind, agent=call.agent)
        return refusal
    _record(parts, tx, call.call_id, (release.decision,), actor, act=act, kind=kind, agent=call.agent)
    return _Answer(header=header, key=release.key)


def _stop(parts: Parts, tx: Tx, call_id: str, refusal: Refusal) -> None:
    """A lasting no ends the call; keys that can't be read for a moment only end this attempt."""
    if refusal.lasting:
        queue.stop(tx, call_id, reason=refusal.decision.reason)
    else:
        queue.fail(tx, call_id, worker=parts.worker.id, reason=refusal.decision.reason)


def _record(
    parts: Parts,
    tx: Tx,
    call_id: str,
    given: Iterable[Decision],
    actor: str,
    *,
    act: Act,
    kind: Kind | None = None,
    agent: str | None = None,
) -> None:
    for decision in given:
        parts.log.append(
            tx,
            LeafType.GATE_ALLOWED if decision.allowed else LeafType.GATE_DENIED,
            at=now_utc(),
            actor=actor,
            call=parts.pseudonyms.log_reference(call_id),
            subject=agent,
            act=str(act),
            content=None if kind is None else str(kind),
            purpose=str(decision.purpose),
            reason=decision.reason,
            rules=decision.rules_version,
        )


def _put(parts: Parts, tx: Tx, call: Call, kind: Kind, key: Key, plain: bytes) -> None:
    version_ = content.content_version(tx, call.call_id, kind) + 1
    sealed = seal(key, parts.gate.address(call.call_id, kind, version=version_), plain)
    content.put_content(
        tx, call.call_id, kind, sealed, chunks=chunks_of(len(plain)), version=version_, expires_at=call.expires_at(kind)
    )


def _put_new(parts: Parts, tx: Tx, call: Call, admission: Admission, encoded: bytes) -> None:
    header = admission.sealed_header
    expires_at = call.expires_at(Kind.HEADER)
    content.put_content(tx, call.call_id, Kind.HEADER, header, chunks=len(header), version=1, expires_at=expires_at)
    _put(parts, tx, call, Kind.AUDIO, admission.keys[Kind.AUDIO], encoded)


def _unseal(parts: Parts, call: Call, kind: Kind, key: Key, sealed: content.Content) -> bytes:
    return unseal(key, parts.gate.address(call.call_id, kind, version=sealed.version), sealed.chunks)


def _new_call(parts: Parts, header: CallHeader, layout: Layout, digest: str) -> Call:
    received_at = now_utc()
    kept = parts.settings.retention
    return Call(
        call_id=header.call_id,
        started_at=header.started_at,
        received_at=received_at,
        scene=header.scene,
        direction=header.direction,
        language=header.language,
        jurisdiction=header.jurisdiction,
        agent=parts.pseudonyms.agent(header.agent_ref),
        customer=parts.pseudonyms.customer(header.customer_ref),
        channels=layout.roles,
        duration_s=layout.audio.duration_s,
        content_digest=digest,
        analysis_expires_at=received_at + timedelta(days=kept.analysis_days),
        audio_expires_at=received_at + timedelta(days=min(kept.queue_days, kept.analysis_days)),
        audio_kept=True,
        warnings=tuple(filter(None, (layout.audio.loss, layout.warning))),
    )


def _end_waiting(parts: Parts, tx: Tx, call: Call) -> None:
    """The audio needn't wait for its analysis any more: from now on it is kept for review, or on its own basis."""
    answer = _ask(parts, tx, call, kind=Kind.AUDIO, purpose=Purpose.RETAIN_AUDIO, actor="retention", act=Act.KEEP)
    kept = parts.settings.retention
    time_kept = timedelta(hours=kept.audio_hours) if isinstance(answer, Refusal) else timedelta(days=kept.audio_days)
    expiry.set_expiry(
        tx,
        call.call_id,
        analysis_expires_at=call.analysis_expires_at,
        audio_expires_at=min(now_utc() + time_kept, call.analysis_expires_at),
        audio_kept=True,
    )


def _already_here(tx: Tx, call_id: str, digest: str) -> str | None:
    """The call that holds this recording. Raises: Conflict if the name belongs to another recording."""
    holder = calls.find_by_digest(tx, digest)
    if holder is None:
        try:
            calls.call(tx, call_id)
        except NotFound:
            return None
        raise Conflict("call_id", "another recording has that name on this box", "Send it under another call_id")
    return holder


class Counted:
    """A recording that is hashed while it is read, so that the same one is known again."""

    def __init__(self, recording: BinaryIO) -> None:
        self._recording = recording
        self._digest = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        """Read on."""
        piece = self._recording.read(size)
        self._digest.update(piece)
        return piece

    def sha256(self) -> bytes:
        """Of all that was read, 32 bytes."""
        return self._digest.digest()
