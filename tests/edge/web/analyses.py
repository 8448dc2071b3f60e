"""Analyses made by hand, for what one recording can't show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from edge.records import (
    AnalysedUtterance,
    Analysis,
    ChannelRole,
    ChannelSummary,
    Evidence,
    Label,
    Language,
    Scene,
    Score,
    ScoreState,
    Silence,
    Speaker,
    SpeakerTalk,
    TalkMetrics,
    Timing,
)


def an_utterance(number: int = 1, *, text: str = "我明天下午三点前给您回电话。", **changed: Any) -> AnalysedUtterance:
    made = {
        "id": f"u{number:04d}",
        "channel": 0,
        "speaker": Speaker.AGENT,
        "start_s": 10.0 * number,
        "end_s": 10.0 * number + 4.0,
        "text": text,
        "confidence": 0.9,
    }
    return AnalysedUtterance(**(made | changed))


def a_label(label: str = "empathy", *, span: tuple[int, int] | None = None, probability: float = 0.9) -> Label:
    return Label(label=label, probability=probability, span=span)


def a_score(*evidence: Evidence, value: float | None = 60.0) -> Score:
    if value is None:
        return _score(None, None, ScoreState.NO_OPPORTUNITY, ())
    return _score(value, (50.0, 70.0), ScoreState.SCORED, evidence or (an_evidence(),))


def an_evidence(utterance: str = "u0001", contribution: float = 5.0, **changed: Any) -> Evidence:
    return Evidence(**({"utterance": utterance, "span": None, "contribution": contribution, "why": "因为"} | changed))


def a_side(**changed: Any) -> SpeakerTalk:
    made = {
        "talk_s": 30.0,
        "turns": 5,
        "characters": 150,
        "characters_per_min": 300.0,
        "longest_monologue_s": 9.0,
        "interruptions": 0,
        "backchannels": 1,
        "questions": 2,
        "questions_per_min": 4.0,
        "patience_s": 0.5,
    }
    return SpeakerTalk(**(made | changed))


def a_talk(*silences: Silence, **changed: Any) -> TalkMetrics:
    made = {
        "preset": "test",
        "talk_share": {},
        "silence_s": 8.0,
        "silence_share": 0.1,
        "hold_s": 2.0,
        "silences": silences,
        "overlap_s": 0.5,
        "longest_customer_story_s": 6.0,
        "switches_per_min": 8.0,
        "speakers": {"agent": a_side(), "customer": a_side(talk_s=10.0)},
    }
    return TalkMetrics(**(made | changed))


def an_analysis(*utterances: AnalysedUtterance, duration_s: float = 60.0, **changed: Any) -> Analysis:
    made = {
        "call_id": "c-1",
        "started_at": datetime(2026, 3, 2, 10, 15, tzinfo=UTC),
        "scene": Scene.STORE,
        "language": Language.ZH,
        "duration_s": duration_s,
        "channels": (ChannelSummary(index=0, role=ChannelRole.MIXED, speech_s=40.0),),
        "utterances": utterances,
        "scores": {},
        "talk": a_talk(),
        "timing": Timing(decode_s=0, vad_s=0, speech_s=1, language_s=0, scores_s=0, total_s=1, rtf=0.02),
        "versions": {},
    }
    return Analysis(**(made | changed))


def _score(
    value: float | None, interval: tuple[float, float] | None, state: ScoreState, evidence: tuple[Evidence, ...]
) -> Score:
    return Score(value=value, interval=interval, state=state, evidence=evidence, versions={}, limits=())
