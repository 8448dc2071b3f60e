"""How the two sides talked: shares, silences, interruptions, pace, patience. Definitions: docs/metrics.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from edge.records import (
    AnalysedUtterance,
    Language,
    Silence,
    Speaker,
    SpeakerTalk,
    Stretch,
    TalkMetrics,
)
from edge.scores.interruptions import count_interruptions
from edge.scores.intervals import clip, intersection, total_s, union
from edge.scores.phrases import characters, questions
from edge.scores.presets import SOTTOVOCE, Preset
from edge.scores.runs import Run, Turn, attributed_speaker, join_runs, join_turns, longest_monologue_s
from edge.scores.silences import HOLD, SILENCE, find_silences

SIDES = (Speaker.AGENT, Speaker.CUSTOMER)
# A pace needs some speech to be one; under this a single word would read as hundreds a minute.
PACE_TALK_S_MIN = 2.0
# The same of rates per minute of the call.
RATE_CALL_S_MIN = 10.0


def measure_talk(
    utterances: Sequence[AnalysedUtterance],
    *,
    speech: Mapping[Speaker, Sequence[Stretch]],
    duration_s: float,
    language: Language,
    preset: Preset = SOTTOVOCE,
) -> TalkMetrics:
    """Measure the talk of one call.

    Args:
        utterances: in any order; doubtful turns count for neither side.
        speech: where each speaks, from voice activity; a speaker without any is taken from the utterances' times.
        duration_s: of the recording, in seconds; speech outside of it is cut off.
        preset: thresholds; see `edge.scores.presets`.
    """
    spoken = _spoken(utterances, speech, duration_s=duration_s)
    everyone = union(stretch for stretches in spoken.values() for stretch in stretches)
    runs = join_runs(utterances, language=language)
    turns = join_turns(runs)
    silences = find_silences(everyone, runs, language=language, preset=preset)
    silence_s = _silence_s(silences, SILENCE)
    interruptions = count_interruptions(runs, preset=preset)
    minutes = duration_s / 60 if duration_s >= RATE_CALL_S_MIN else None
    return TalkMetrics(
        preset=preset.name,
        talk_share=_talk_share(spoken, duration_s=duration_s, denominators=preset.denominators),
        silence_s=silence_s,
        silence_share=round(min(1.0, silence_s / duration_s), 4) if duration_s > 0 else 0.0,
        hold_s=_silence_s(silences, HOLD),
        silences=silences,
        overlap_s=round(total_s(intersection(spoken[Speaker.AGENT], spoken[Speaker.CUSTOMER])), 3),
        longest_customer_story_s=round(
            longest_monologue_s(turns, Speaker.CUSTOMER, pause_s_max=preset.silence_s_min), 3
        ),
        switches_per_min=None if minutes is None else round(_switches(turns) / minutes, 3),
        speakers={
            side.value: _measure_side(
                side,
                utterances,
                spoken[side],
                runs,
                turns,
                silences,
                language=language,
                interruptions=interruptions[side],
                minutes=minutes,
                preset=preset,
            )
            for side in SIDES
        },
    )


def _spoken(
    utterances: Sequence[AnalysedUtterance], speech: Mapping[Speaker, Sequence[Stretch]], *, duration_s: float
) -> dict[Speaker, tuple[Stretch, ...]]:
    """Each speaker's time, as a union inside the recording."""
    spoken = {}
    for speaker in Speaker:
        stretches = speech.get(speaker) or [
            Stretch(start_s=utterance.start_s, end_s=utterance.end_s)
            for utterance in utterances
            if attributed_speaker(utterance) is speaker
        ]
        spoken[speaker] = union(clip(stretches, start_s=0.0, end_s=duration_s))
    return spoken


def _talk_share(
    spoken: Mapping[Speaker, Sequence[Stretch]], *, duration_s: float, denominators: Sequence[str]
) -> dict[str, float | None]:
    """Shares by "side_of_denominator". Of speech: of what all speak, added up, so that both shares make one."""
    talk_s = {speaker: total_s(stretches) for speaker, stretches in spoken.items()}
    whole_s = {"speech": sum(talk_s.values()), "call": duration_s}
    return {
        f"{side.value}_of_{of}": round(min(1.0, talk_s[side] / whole_s[of]), 4) if whole_s[of] > 0 else None
        for of in denominators
        for side in SIDES
    }


def _silence_s(silences: Sequence[Silence], kind: str) -> float:
    return round(sum(one.end_s - one.start_s for one in silences if one.kind == kind), 3)


def _switches(turns: Sequence[Turn]) -> int:
    """How often one known side takes over from the other."""
    return sum(Speaker.UNKNOWN not in (one.speaker, other.speaker) for one, other in pairwise(turns))


def _measure_side(
    side: Speaker,
    utterances: Sequence[AnalysedUtterance],
    spoken: Sequence[Stretch],
    runs: Sequence[Run],
    turns: Sequence[Turn],
    silences: Sequence[Silence],
    *,
    language: Language,
    interruptions: int,
    minutes: float | None,
    preset: Preset,
) -> SpeakerTalk:
    own = [run for run in runs if run.speaker is side]
    talk_s = total_s(spoken)
    length = sum(characters(one.text) for one in utterances if attributed_speaker(one) is side)
    asked = sum(questions(run.text, language=language) for run in own)
    return SpeakerTalk(
        talk_s=round(talk_s, 3),
        turns=sum(turn.speaker is side for turn in turns),
        characters=length,
        characters_per_min=round(length / talk_s * 60, 1) if talk_s >= PACE_TALK_S_MIN else None,
        longest_monologue_s=round(longest_monologue_s(turns, side, pause_s_max=preset.silence_s_min), 3),
        interruptions=interruptions,
        backchannels=sum(run.backchannel for run in own),
        questions=asked,
        questions_per_min=None if minutes is None else round(asked / minutes, 3),
        patience_s=_patience_s(side, turns, silences),
    )


def _patience_s(side: Speaker, turns: Sequence[Turn], silences: Sequence[Silence]) -> float | None:
    """Median wait between the other side's last word and one's own first, where positive; holds are no wait."""
    waits_s = [
        own.start_s - other.end_s
        for other, own in pairwise(turns)
        if own.speaker is side
        and other.speaker is not Speaker.UNKNOWN
        and own.start_s > other.end_s
        and not any(one.kind == HOLD and one.start_s < own.start_s and one.end_s > other.end_s for one in silences)
    ]
    return round(median(waits_s), 3) if waits_s else None
