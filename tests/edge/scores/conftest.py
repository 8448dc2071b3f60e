"""Conversations for tests, written as one line per utterance."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from hypothesis import settings

from edge.records import AnalysedUtterance, Commitment, Label, Speaker

# A busy machine is no failure: time is measured by the benchmarks, not here.
settings.register_profile("scores", deadline=None)
settings.load_profile("scores")

SECONDS_PER_CHARACTER = 0.25
PAUSE_S = 0.4


def a_label(written: str) -> Label:
    """`over_promise:price@0.7` is a label with its kind and probability; both may be left out."""
    name, _, probability = written.partition("@")
    name, _, kind = name.partition(":")
    return Label(label=name, probability=float(probability or 0.9), kind=kind or None)


def a_conversation(
    lines: Sequence[tuple[str, ...]], *, confidence: float = 0.9, due_at: dict[int, datetime] | None = None
) -> tuple[AnalysedUtterance, ...]:
    """Lines are (speaker, text, label, …); `due_at` by line number gives its commitment's due time."""
    utterances = []
    at_s = 0.0
    for number, (speaker, text, *labels) in enumerate(lines):
        end_s = at_s + max(0.5, len(text) * SECONDS_PER_CHARACTER)
        due = (due_at or {}).get(number)
        utterances.append(
            AnalysedUtterance(
                id=f"u{number:04d}",
                channel=0 if speaker == "agent" else 1,
                speaker=Speaker(speaker),
                start_s=at_s,
                end_s=end_s,
                text=text,
                confidence=confidence,
                labels=tuple(a_label(label) for label in labels),
                commitment=Commitment(what="回电", due="明天", due_at=due) if due else None,
            )
        )
        at_s = end_s + PAUSE_S
    return tuple(utterances)


@pytest.fixture(scope="session")
def conversation() -> Callable[..., tuple[AnalysedUtterance, ...]]:
    """The maker of conversations."""
    return a_conversation
