"""Who held the floor: utterances joined to runs, runs to turns.

A run is one speaker's utterances without a pause between them; listening words make a run that is a back-channel. A
turn is one speaker's runs until the other side takes a run that is more than a back-channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.records import AnalysedUtterance, Language, Speaker
from edge.scores.phrases import ends_asking, is_backchannel

# Shorter pauses lie inside a phrase. Joining over them makes every measure blind to where a recogniser cut.
RUN_PAUSE_S_MAX = 0.5
# An answer may begin this long before the question's last word has faded.
ANSWER_EARLY_S_MAX = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One speaker's words without a pause.

    listening: made only of words that signal listening.
    backchannel: listening, and not the answer to a question.
    """

    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    listening: bool
    backchannel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One speaker's runs, in order, until the other side takes over. Never empty."""

    speaker: Speaker
    runs: tuple[Run, ...]

    @property
    def start_s(self) -> float:
        """When the turn begins."""
        return self.runs[0].start_s

    @property
    def end_s(self) -> float:
        """When its last word ends."""
        return max(run.end_s for run in self.runs)


def attributed_speaker(utterance: AnalysedUtterance) -> Speaker:
    """Whose the utterance surely is; a doubtful turn is nobody's."""
    return Speaker.UNKNOWN if utterance.speaker_doubtful else utterance.speaker


def join_runs(utterances: Iterable[AnalysedUtterance], *, language: Language) -> tuple[Run, ...]:
    """Join each speaker's utterances over short pauses; runs of both sides in order of start."""
    spoken: list[tuple[Speaker, float, float, str]] = []
    latest: dict[Speaker, int] = {}
    glue = "" if language is Language.ZH else " "
    for utterance in sorted(utterances, key=lambda one: (one.start_s, one.end_s)):
        speaker = attributed_speaker(utterance)
        at = latest.get(speaker)
        if at is not None and utterance.start_s - spoken[at][2] <= RUN_PAUSE_S_MAX:
            _, start_s, end_s, text = spoken[at]
            spoken[at] = (speaker, start_s, max(end_s, utterance.end_s), text + glue + utterance.text)
        else:
            latest[speaker] = len(spoken)
            spoken.append((speaker, utterance.start_s, utterance.end_s, utterance.text))
    # By whole runs, so that two that start at once keep their order however they were cut.
    return _tell_backchannels(sorted(spoken, key=lambda run: (run[1], run[2], run[0])), language=language)


def _tell_backchannels(spoken: Sequence[tuple[Speaker, float, float, str]], *, language: Language) -> tuple[Run, ...]:
    """A "对" after a question is its answer, so a turn; anywhere else it only says that one is listening."""
    runs: list[Run] = []
    for speaker, start_s, end_s, text in spoken:
        listening = is_backchannel(text, language=language)
        before = next((run for run in reversed(runs) if not run.backchannel), None)
        answers = (
            before is not None
            and before.speaker is not speaker
            and before.start_s < start_s
            and before.end_s <= start_s + ANSWER_EARLY_S_MAX
            and ends_asking(before.text, language=language)
        )
        backchannel = listening and not answers
        runs.append(
            Run(speaker=speaker, start_s=start_s, end_s=end_s, text=text, listening=listening, backchannel=backchannel)
        )
    return tuple(runs)


def join_turns(runs: Iterable[Run]) -> tuple[Turn, ...]:
    """Join runs to turns; back-channels take no turn and end none."""
    turns: list[list[Run]] = []
    for run in runs:
        if run.backchannel:
            continue
        if turns and turns[-1][0].speaker is run.speaker:
            turns[-1].append(run)
        else:
            turns.append([run])
    return tuple(Turn(speaker=turn[0].speaker, runs=tuple(turn)) for turn in turns)


def longest_monologue_s(turns: Iterable[Turn], speaker: Speaker, *, pause_s_max: float) -> float:
    """The longest that one speaker went on, pauses included, cut wherever it paused for longer than `pause_s_max`."""
    longest_s = 0.0
    for turn in turns:
        if turn.speaker is not speaker:
            continue
        start_s, end_s = turn.start_s, turn.start_s
        for run in turn.runs:
            if run.start_s - end_s > pause_s_max:
                start_s = run.start_s
            end_s = max(end_s, run.end_s)
            longest_s = max(longest_s, end_s - start_s)
    return longest_s
