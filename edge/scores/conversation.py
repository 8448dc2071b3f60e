"""A conversation as staff scores may read it: turns that are surely one side's, each label with its weight.

A turn whose speaker is in doubt never enters a score of a person, nor does anything else than words, labels and
order. What the recogniser was unsure of counts for less, never for more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.records import AnalysedUtterance, Label, Language, ScoreState, Speaker
from edge.scores.phrases import characters, is_backchannel

# Below this mean confidence of a side (weighted by characters) too many words are guesses: a recogniser's own guard
# rejects text at a mean log-probability under -1, that is e^-1 = 0.37; we stop a little before.
CONFIDENCE_MIN = 0.40
# From here on an utterance counts in full; below, in proportion.
CONFIDENCE_FULL = 0.55
# Fewer characters of the agent's than this (three or four short sentences) can't be judged.
AGENT_CHARACTERS_MIN = 20
# How many faint utterances a limit names before it only counts them.
FAINT_NAMED_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One label as a score uses it.

    weight: the label's probability, lowered where the recogniser was unsure; 0 to 1.
    """

    utterance: AnalysedUtterance
    label: Label
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One side's utterances until the other side takes over. `index` counts both sides' turns."""

    index: int
    speaker: Speaker
    utterances: tuple[AnalysedUtterance, ...]

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(utterance.text for utterance in self.utterances)

    def marks(self, name: str) -> tuple[Mark, ...]:
        """Every mark of that label in the turn, in order."""
        return tuple(
            Mark(utterance=utterance, label=label, weight=label.probability * trust(utterance))
            for utterance in self.utterances
            for label in utterance.labels
            if label.label == name
        )

    def strongest(self, *names: str) -> Mark | None:
        """The mark of greatest weight among those labels, the first of equals."""
        found = [mark for name in names for mark in self.marks(name)]
        return max(found, key=lambda mark: mark.weight, default=None)

    def weight(self, *names: str) -> float:
        """The greatest weight among those labels; 0 where there is none."""
        strongest = self.strongest(*names)
        return strongest.weight if strongest else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All turns in order, and what had to be left out of them."""

    language: Language
    turns: tuple[Turn, ...]
    doubtful: int  # utterances left out because their speaker is in doubt
    faint: tuple[str, ...]  # ids of utterances that count for less

    def of(self, speaker: Speaker) -> tuple[Turn, ...]:
        """One side's turns, in order."""
        return tuple(turn for turn in self.turns if turn.speaker is speaker)


def trust(utterance: AnalysedUtterance) -> float:
    """How far an utterance counts, by the recogniser's confidence in it: 0 to 1."""
    return min(1.0, max(0.0, utterance.confidence) / CONFIDENCE_FULL)


def read_conversation(utterances: Iterable[AnalysedUtterance], *, language: Language) -> Conversation:
    """Keep what is surely one side's, put it in order, and join it to turns.

    Mere listening words take no turn, unless a label or a promise was found in them: an agent who only says "嗯" has
    not yet answered, and a customer's "嗯" doesn't cut the agent's turn in two.
    """
    given = list(utterances)
    sure = [one for one in given if not one.speaker_doubtful and one.speaker is not Speaker.UNKNOWN]
    spoken = [one for one in sure if one.labels or one.promises or not is_backchannel(one.text, language=language)]
    groups: list[list[AnalysedUtterance]] = []
    for utterance in sorted(spoken, key=lambda one: one.start_s):
        if groups and groups[-1][0].speaker is utterance.speaker:
            groups[-1].append(utterance)
        else:
            groups.append([utterance])
    return Conversation(
        language=language,
        turns=tuple(
            Turn(index=index, speaker=group[0].speaker, utterances=tuple(group)) for index, group in enumerate(groups)
        ),
        doubtful=len(given) - len(sure),
        faint=tuple(one.id for one in spoken if trust(one) < 1.0),
    )


def unreadable(conversation: Conversation, *, sides: Sequence[Speaker]) -> ScoreState | None:
    """Why no score can be given whatever the labels say, or None: too few words, or too poor a transcript."""
    agent = sum(_length(turn) for turn in conversation.of(Speaker.AGENT))
    if agent < AGENT_CHARACTERS_MIN:
        return ScoreState.NOT_ENOUGH_EVIDENCE
    if any(_confidence(conversation.of(side)) < CONFIDENCE_MIN for side in sides):
        return ScoreState.TRANSCRIPT_TOO_POOR
    return None


def _length(turn: Turn) -> int:
    return sum(characters(utterance.text) for utterance in turn.utterances)


def _confidence(turns: Sequence[Turn]) -> float:
    """Mean confidence by characters; a side that says nothing has no poor transcript."""
    spoken = [(characters(one.text), one.confidence) for turn in turns for one in turn.utterances]
    length = sum(count for count, _ in spoken)
    return sum(count * confidence for count, confidence in spoken) / length if length else 1.0


def limits_of(conversation: Conversation) -> tuple[str, ...]:
    """What of this conversation a reader should know before trusting a score, in plain words."""
    limits = []
    if conversation.doubtful:
        limits.append(f"有 {conversation.doubtful} 句话分不清是谁说的，没有计入。")
    if conversation.faint:
        named = "、".join(conversation.faint[:FAINT_NAMED_MAX])
        more = "等" if len(conversation.faint) > FAINT_NAMED_MAX else ""
        limits.append(f"{named}{more}共 {len(conversation.faint)} 句话听得不够清楚，按把握的大小减轻了分量。")
    return tuple(limits)
