"""Annotated calls as training examples: an utterance, what was said before it, and its labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.codebook import KINDS, LABELS_OF
from edge.records import Speaker

Said = tuple[Speaker, str]
BEFORE = 2  # turns that the heads look back on


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A call, a snippet of one, or a single utterance. told: which of its turns are annotated (all, unless a person
    corrected only some).
    """

    name: str
    source: str  # the file it stands in
    index: int  # its place there
    started_at: str
    language: str
    turns: tuple[Said, ...]
    labels: tuple[frozenset[str], ...]
    kinds: tuple[dict[str, str], ...]
    told: frozenset[int]


def read(path: Path) -> list[Conversation]:
    """Read calls, or single utterances, one JSON object a line (docs/codebook.md)."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [_conversation(entry, path.stem, index) for index, entry in enumerate(lines)]


def _conversation(entry: dict, source: str, index: int) -> Conversation:
    turns = entry.get("turns") or [entry]
    text = "".join(turn["text"] for turn in turns)
    return Conversation(
        name=entry.get("call_id") or f"{source}-{index}",
        source=source,
        index=index,
        started_at=entry.get("started_at", "2026-03-02T10:15:00+08:00"),
        language=entry.get("language") or ("en" if text.isascii() else "zh"),
        turns=tuple((Speaker(turn["speaker"]), turn["text"]) for turn in turns),
        labels=tuple(frozenset(turn.get("labels", ())) for turn in turns),
        kinds=tuple(_kinds(turn) for turn in turns),
        told=frozenset(entry.get("corrected", range(len(turns)))),
    )


def _kinds(turn: dict) -> dict[str, str]:
    return {label: kind for label, kind in turn.get("kind", {}).items() if kind in KINDS.get(label, ())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One annotated utterance in its place. before: the latest last."""

    speaker: Speaker
    text: str
    before: tuple[Said, ...]
    labels: frozenset[str]
    kinds: dict[str, str]

    @property
    def said(self) -> tuple[Said, ...]:
        """What was said before, then the utterance itself."""
        return (*self.before, (self.speaker, self.text))


def examples(conversations: Iterable[Conversation]) -> list[Example]:
    """Every annotated utterance of a known speaker."""
    return [
        Example(
            speaker=speaker,
            text=text,
            before=conversation.turns[max(0, at - BEFORE) : at],
            labels=conversation.labels[at] & frozenset(LABELS_OF[speaker]),
            kinds=conversation.kinds[at],
        )
        for conversation in conversations
        for at, (speaker, text) in enumerate(conversation.turns)
        if at in conversation.told and speaker is not Speaker.UNKNOWN
    ]


def split(
    conversations: Sequence[Conversation], *, fold: int, folds: int
) -> tuple[list[Conversation], list[Conversation]]:
    """Whole conversations, those of a fold apart: every `folds`-th of each file."""
    inside = [one for one in conversations if one.index % folds != fold]
    return inside, [one for one in conversations if one.index % folds == fold]
