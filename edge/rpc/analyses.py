"""A call's analysis to protobuf and back."""

from __future__ import annotations

from datetime import datetime

from sottovoce.edge.v1 import calls_pb2 as pb

from edge.records import (
    AnalysedUtterance,
    Analysis,
    Certainty,
    ChannelRole,
    ChannelSummary,
    Commitment,
    Evidence,
    Label,
    Language,
    Part,
    PiiSpan,
    Promised,
    Promiser,
    Scene,
    Score,
    ScoreState,
    Silence,
    Speaker,
    SpeakerTalk,
    TalkMetrics,
    Timing,
    Word,
)
from edge.rpc.enums import read_enum, write_enum

TIMING_FIELDS = ("decode_s", "vad_s", "speech_s", "language_s", "scores_s", "total_s", "rtf")


def write_analysis(analysis: Analysis) -> pb.Analysis:
    """The whole analysis, as revealing as the record is (`redaction.py` masks before)."""
    return pb.Analysis(
        call_id=analysis.call_id,
        started_at=analysis.started_at.isoformat(),
        scene=write_enum(analysis.scene),
        language=write_enum(analysis.language),
        duration_s=analysis.duration_s,
        channels=[_write_channel(channel) for channel in analysis.channels],
        utterances=[_write_utterance(utterance) for utterance in analysis.utterances],
        scores={name: write_score(score) for name, score in analysis.scores.items()},
        talk=_write_talk(analysis.talk),
        timing=pb.Timing(**{name: getattr(analysis.timing, name) for name in TIMING_FIELDS}),
        versions=analysis.versions,
        warnings=analysis.warnings,
    )


def read_analysis(message: pb.Analysis) -> Analysis:
    """The whole analysis."""
    return Analysis(
        call_id=message.call_id,
        started_at=datetime.fromisoformat(message.started_at),
        scene=read_enum(Scene, message.scene, field="scene"),
        language=read_enum(Language, message.language, field="language"),
        duration_s=message.duration_s,
        channels=tuple(_read_channel(channel) for channel in message.channels),
        utterances=tuple(_read_utterance(utterance) for utterance in message.utterances),
        scores={name: read_score(score) for name, score in message.scores.items()},
        talk=_read_talk(message.talk),
        timing=Timing(**{name: getattr(message.timing, name) for name in TIMING_FIELDS}),
        versions=dict(message.versions),
        warnings=tuple(message.warnings),
    )


def write_score(score: Score) -> pb.Score:
    """One score with its evidence and parts."""
    interval = pb.Interval(low=score.interval[0], high=score.interval[1]) if score.interval is not None else None
    return pb.Score(
        value=score.value,
        interval=interval,
        state=write_enum(score.state),
        evidence=[_write_evidence(evidence) for evidence in score.evidence],
        versions=score.versions,
        limits=score.limits,
        parts=[_write_part(part) for part in score.parts],
    )


def read_score(message: pb.Score) -> Score:
    """One score with its evidence and parts."""
    return Score(
        value=message.value if message.HasField("value") else None,
        interval=(message.interval.low, message.interval.high) if message.HasField("interval") else None,
        state=read_enum(ScoreState, message.state, field="state"),
        evidence=tuple(_read_evidence(evidence) for evidence in message.evidence),
        versions=dict(message.versions),
        limits=tuple(message.limits),
        parts=tuple(_read_part(part) for part in message.parts),
    )


def write_excerpt(utterance: AnalysedUtterance) -> pb.Excerpt:
    """An utterance behind a score."""
    return pb.Excerpt(
        utterance=utterance.id,
        speaker=write_enum(utterance.speaker),
        start_s=utterance.start_s,
        end_s=utterance.end_s,
        text=utterance.text,
    )


def _write_span(span: tuple[int, int] | None) -> pb.Span | None:
    return pb.Span(start=span[0], end=span[1]) if span is not None else None


def _read_span(message: pb.Label | pb.Evidence | pb.Promise) -> tuple[int, int] | None:
    return (message.span.start, message.span.end) if message.HasField("span") else None


def _write_evidence(evidence: Evidence) -> pb.Evidence:
    return pb.Evidence(
        utterance=evidence.utterance,
        span=_write_span(evidence.span),
        contribution=evidence.contribution,
        why=evidence.why,
        why_en=evidence.why_en,
    )


def _read_evidence(message: pb.Evidence) -> Evidence:
    return Evidence(
        utterance=message.utterance,
        span=_read_span(message),
        contribution=message.contribution,
        why=message.why,
        why_en=message.why_en,
    )


def _write_part(part: Part) -> pb.ScorePart:
    return pb.ScorePart(name=part.name, title=part.title, title_en=part.title_en, value=part.value, weight=part.weight)


def _read_part(message: pb.ScorePart) -> Part:
    return Part(
        name=message.name,
        title=message.title,
        title_en=message.title_en,
        value=message.value if message.HasField("value") else None,
        weight=message.weight,
    )


def _write_channel(channel: ChannelSummary) -> pb.ChannelSummary:
    return pb.ChannelSummary(
        index=channel.index, role=write_enum(channel.role), speech_s=channel.speech_s, note=channel.note
    )


def _read_channel(message: pb.ChannelSummary) -> ChannelSummary:
    role = read_enum(ChannelRole, message.role, field="role")
    return ChannelSummary(index=message.index, role=role, speech_s=message.speech_s, note=message.note)


def _write_utterance(utterance: AnalysedUtterance) -> pb.Utterance:
    return pb.Utterance(
        id=utterance.id,
        channel=utterance.channel,
        speaker=write_enum(utterance.speaker),
        start_s=utterance.start_s,
        end_s=utterance.end_s,
        text=utterance.text,
        confidence=utterance.confidence,
        labels=[_write_label(label) for label in utterance.labels],
        commitment=_write_commitment(utterance.commitment) if utterance.commitment else None,
        pii=[pb.PiiSpan(start=span.start, end=span.end, type=span.type) for span in utterance.pii],
        words=[
            pb.Word(text=word.text, start_s=word.start_s, end_s=word.end_s, probability=word.probability)
            for word in utterance.words
        ],
        speaker_doubtful=utterance.speaker_doubtful,
        promises=[_write_promise(promise) for promise in utterance.promises],
    )


def _read_utterance(message: pb.Utterance) -> AnalysedUtterance:
    return AnalysedUtterance(
        id=message.id,
        channel=message.channel,
        speaker=read_enum(Speaker, message.speaker, field="speaker"),
        start_s=message.start_s,
        end_s=message.end_s,
        text=message.text,
        confidence=message.confidence,
        labels=tuple(_read_label(label) for label in message.labels),
        commitment=_read_commitment(message.commitment) if message.HasField("commitment") else None,
        pii=tuple(PiiSpan(start=span.start, end=span.end, type=span.type) for span in message.pii),
        words=tuple(
            Word(text=word.text, start_s=word.start_s, end_s=word.end_s, probability=word.probability)
            for word in message.words
        ),
        speaker_doubtful=message.speaker_doubtful,
        promises=tuple(_read_promise(promise) for promise in message.promises),
    )


def _write_label(label: Label) -> pb.Label:
    return pb.Label(
        label=label.label,
        probability=label.probability,
        kind=label.kind,
        span=_write_span(label.span),
        why=label.why,
    )


def _read_label(message: pb.Label) -> Label:
    return Label(
        label=message.label,
        probability=message.probability,
        kind=message.kind if message.HasField("kind") else None,
        span=_read_span(message),
        why=message.why,
    )


def _write_commitment(commitment: Commitment) -> pb.Commitment:
    due_at = commitment.due_at.isoformat() if commitment.due_at else None
    return pb.Commitment(what=commitment.what, due=commitment.due, due_at=due_at)


def _read_commitment(message: pb.Commitment) -> Commitment:
    return Commitment(
        what=message.what,
        due=message.due if message.HasField("due") else None,
        due_at=datetime.fromisoformat(message.due_at) if message.HasField("due_at") else None,
    )


def _write_promise(promise: Promised) -> pb.Promise:
    return pb.Promise(
        who=write_enum(promise.who),
        kind=promise.kind,
        what=promise.what,
        certainty=write_enum(promise.certainty),
        due=promise.due,
        due_from=promise.due_from.isoformat() if promise.due_from else None,
        due_at=promise.due_at.isoformat() if promise.due_at else None,
        condition=promise.condition,
        price=promise.price,
        discount_percent=promise.discount_percent,
        span=_write_span(promise.span),
    )


def _read_promise(message: pb.Promise) -> Promised:
    return Promised(
        who=read_enum(Promiser, message.who, field="who"),
        kind=message.kind,
        what=message.what,
        certainty=read_enum(Certainty, message.certainty, field="certainty"),
        due=message.due if message.HasField("due") else None,
        due_from=datetime.fromisoformat(message.due_from) if message.HasField("due_from") else None,
        due_at=datetime.fromisoformat(message.due_at) if message.HasField("due_at") else None,
        condition=message.condition if message.HasField("condition") else None,
        price=message.price if message.HasField("price") else None,
        discount_percent=message.discount_percent if message.HasField("discount_percent") else None,
        span=_read_span(message),
    )


def _write_talk(talk: TalkMetrics) -> pb.TalkMetrics:
    return pb.TalkMetrics(
        preset=talk.preset,
        talk_shares=[pb.TalkShare(of=name, share=share) for name, share in talk.talk_share.items()],
        silence_s=talk.silence_s,
        silence_share=talk.silence_share,
        hold_s=talk.hold_s,
        silences=[pb.Silence(start_s=gap.start_s, end_s=gap.end_s, kind=gap.kind) for gap in talk.silences],
        overlap_s=talk.overlap_s,
        longest_customer_story_s=talk.longest_customer_story_s,
        switches_per_min=talk.switches_per_min,
        speakers={name: _write_speaker_talk(side) for name, side in talk.speakers.items()},
    )


def _read_talk(message: pb.TalkMetrics) -> TalkMetrics:
    return TalkMetrics(
        preset=message.preset,
        talk_share={row.of: row.share if row.HasField("share") else None for row in message.talk_shares},
        silence_s=message.silence_s,
        silence_share=message.silence_share,
        hold_s=message.hold_s,
        silences=tuple(Silence(start_s=gap.start_s, end_s=gap.end_s, kind=gap.kind) for gap in message.silences),
        overlap_s=message.overlap_s,
        longest_customer_story_s=message.longest_customer_story_s,
        switches_per_min=message.switches_per_min if message.HasField("switches_per_min") else None,
        speakers={name: _read_speaker_talk(side) for name, side in message.speakers.items()},
    )


def _write_speaker_talk(side: SpeakerTalk) -> pb.SpeakerTalk:
    return pb.SpeakerTalk(
        talk_s=side.talk_s,
        turns=side.turns,
        characters=side.characters,
        characters_per_min=side.characters_per_min,
        longest_monologue_s=side.longest_monologue_s,
        interruptions=side.interruptions,
        backchannels=side.backchannels,
        questions=side.questions,
        questions_per_min=side.questions_per_min,
        patience_s=side.patience_s,
    )


def _read_speaker_talk(message: pb.SpeakerTalk) -> SpeakerTalk:
    return SpeakerTalk(
        talk_s=message.talk_s,
        turns=message.turns,
        characters=message.characters,
        characters_per_min=message.characters_per_min if message.HasField("characters_per_min") else None,
        longest_monologue_s=message.longest_monologue_s,
        interruptions=message.interruptions,
        backchannels=message.backchannels,
        questions=message.questions,
        questions_per_min=message.questions_per_min if message.HasField("questions_per_min") else None,
        patience_s=message.patience_s if message.HasField("patience_s") else None,
    )
