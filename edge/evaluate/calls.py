"""The language figures from audio: the whole way from recording to scores, with the recogniser's errors in it.

An utterance belongs to the annotated turn that it overlaps longest in time, of its own speaker where there is one. What
is found in the utterances of a turn counts for that turn; a turn heard as the other side's keeps the labels it was
given, and they count as wrong. Identifying characters are compared after aligning what was heard with what was said: an
annotated span counts as found where none of its characters that were written down stays readable.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from edge.evaluate.cer import pooled
from edge.evaluate.language import (
    LabelFigures,
    due_at_exact,
    label_figures,
    macro_f1,
    score_spearman,
)
from edge.evaluate.speech import read_audio
from edge.evaluate.truth import Truth, read_truths
from edge.ingest.layout import fit
from edge.language.analyser import LanguageAnalyser
from edge.records import AnalysedUtterance, ChannelRole, Reading, Stretch, Transcript
from edge.speech.listen import Listener

Progress = Callable[[int, int], None]  # calls done, calls in all


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsFigures:
    """What `sottovoce evaluate calls --json` prints.

    speaker_accuracy: of the time in which an utterance overlaps annotated turns, the share where the speaker is right.
    rtf: recognition, language and scores; loading the models not counted.
    """

    labels: dict[str, LabelFigures]
    macro_f1: float | None
    due_at_exact: float | None
    pii_recall: float | None
    pii_precision: float | None
    score_spearman: dict[str, float | None]
    cer: float
    speaker_accuracy: float | None
    rtf: float
    calls: int
    audio_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One recording as the box understood it."""

    truth: Truth
    transcript: Transcript
    readings: tuple[Reading, ...]
    by_turn: tuple[tuple[AnalysedUtterance, ...], ...]


def evaluate(folder: Path, listener: Listener, progress: Progress | None = None) -> CallsFigures:
    """Take every recording of a folder through speech, language and scores, and count. Raises: BadInput."""
    truths, analyser = read_truths(folder), LanguageAnalyser()
    listener.load()
    heard, audio_s, wall_s = [], 0.0, 0.0
    for done, truth in enumerate(truths, start=1):
        audio = read_audio(truth.audio)
        layout = fit(audio, truth.header.channels)
        start_s = time.perf_counter()
        transcript = listener.transcribe(layout.audio, roles=layout.roles, language=truth.header.language)
        heard.append(_hear(truth, transcript, analyser))
        wall_s += time.perf_counter() - start_s
        audio_s += audio.duration_s
        if progress:
            progress(done, len(truths))
    return _count(heard, analyser, audio_s=audio_s, wall_s=wall_s)


def _hear(truth: Truth, transcript: Transcript, analyser: LanguageAnalyser) -> Heard:
    readings = analyser.read(transcript.utterances, started_at=truth.header.started_at, language=truth.header.language)
    understood = [
        AnalysedUtterance.joined(said, read) for said, read in zip(transcript.utterances, readings, strict=True)
    ]
    return Heard(truth=truth, transcript=transcript, readings=readings, by_turn=_assign(understood, truth))


def _count(heard: Sequence[Heard], analyser: LanguageAnalyser, *, audio_s: float, wall_s: float) -> CallsFigures:
    turns = [
        (turn, utterances)
        for each in heard
        for turn, utterances in zip(each.truth.call.turns, each.by_turn, strict=True)
    ]
    labels = label_figures(
        (turn.labels, {found.label for said in utterances for found in said.labels}) for turn, utterances in turns
    )
    marks = [_redaction(turn.text, turn.pii, utterances) for turn, utterances in turns]
    found, right = [mark for recall, _ in marks for mark in recall], [mark for _, hits in marks for mark in hits]
    return CallsFigures(
        labels=labels,
        macro_f1=macro_f1(labels),
        due_at_exact=due_at_exact((turn.due_at, _due_at(turn.due_at, utterances)) for turn, utterances in turns),
        pii_recall=sum(found) / len(found) if found else None,
        pii_precision=sum(right) / len(right) if right else None,
        score_spearman=score_spearman(
            [each.truth.call for each in heard],
            [each.transcript.utterances for each in heard],
            [each.readings for each in heard],
            versions=analyser.versions,
        ),
        cer=pooled(pair for each in heard for pair in _texts(each)).cer,
        speaker_accuracy=_speaker_accuracy(heard),
        rtf=wall_s / audio_s,
        calls=len(heard),
        audio_s=audio_s,
    )


def _texts(heard: Heard) -> Iterable[tuple[str, str]]:
    """What was said and what was written down, channel by channel."""
    utterances = heard.transcript.utterances
    roles = heard.truth.header.channels
    if roles == (ChannelRole.MIXED,):
        yield heard.truth.reference(ChannelRole.MIXED), "".join(said.text for said in utterances)
        return
    for index, role in enumerate(roles):
        yield heard.truth.reference(role), "".join(said.text for said in utterances if said.channel == index)


def _assign(understood: Sequence[AnalysedUtterance], truth: Truth) -> tuple[tuple[AnalysedUtterance, ...], ...]:
    turns: list[list[AnalysedUtterance]] = [[] for _ in truth.turns]
    for said in understood:
        time_ = Stretch(start_s=said.start_s, end_s=said.end_s)
        shared = [
            (truth.call.turns[index].speaker == said.speaker, overlap_s, index)
            for index, turn in enumerate(truth.turns)
            if (overlap_s := _overlap_s(turn, time_)) > 0
        ]
        if shared:
            turns[max(shared)[2]].append(said)
    return tuple(tuple(turn) for turn in turns)


def _due_at(annotated: datetime | None, utterances: Sequence[AnalysedUtterance]) -> datetime | None:
    """The due time found in a turn: the right one if several were, else the first."""
    found = [said.commitment.due_at for said in utterances if said.commitment and said.commitment.due_at]
    return annotated if annotated in found else next(iter(found), None)


def _redaction(text: str, pii: Sequence[str], utterances: Sequence[AnalysedUtterance]) -> tuple[list[bool], list[bool]]:
    """For one turn: whether each annotated span is hidden, and whether each hidden span is annotated by half."""
    heard = "".join(said.text for said in utterances)
    hidden, starts, offset = set[int](), [], 0
    for said in utterances:
        starts += [range(offset + span.start, offset + span.end) for span in said.pii]
        offset += len(said.text)
    for span in starts:
        hidden.update(span)
    aligned = _align(text, heard)
    places = [range(start, start + len(words)) for words in pii if (start := text.find(words)) >= 0]
    annotated = [{aligned[place] for place in span if text[place].isalnum() and place in aligned} for span in places]
    everything = set[int]().union(*annotated) if annotated else set[int]()
    found = [heard_places <= hidden for heard_places in annotated if heard_places]
    right = [2 * len(everything & set(span)) >= sum(heard[place].isalnum() for place in span) for span in starts]
    return found, right


def _align(said: str, heard: str) -> dict[int, int]:
    """Place in `said` to place in `heard`, where characters were kept or replaced one for one."""
    aligned: dict[int, int] = {}
    for step in Levenshtein.opcodes(said, heard):
        if step.tag in ("equal", "replace"):
            pairs = zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=False)
            aligned.update(pairs)
    return aligned


def _speaker_accuracy(heard: Sequence[Heard]) -> float | None:
    right_s = all_s = 0.0
    for each in heard:
        for said in each.transcript.utterances:
            time_ = Stretch(start_s=said.start_s, end_s=said.end_s)
            shares = [
                (_overlap_s(turn, time_), annotated.speaker == said.speaker)
                for turn, annotated in zip(each.truth.turns, each.truth.call.turns, strict=True)
            ]
            # Where both speak at once, hearing either is right: the longer overlap with the right one counts.
            all_s += max((overlap_s for overlap_s, _ in shares), default=0.0)
            right_s += max((overlap_s for overlap_s, same in shares if same), default=0.0)
    return min(right_s / all_s, 1.0) if all_s else None


def _overlap_s(one: Stretch, other: Stretch) -> float:
    return max(0.0, min(one.end_s, other.end_s) - max(one.start_s, other.start_s))
