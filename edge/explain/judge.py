"""Who gives labels, asked as a person would: what if it had been said like this? The language stage is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from edge.records import Language, Utterance


class Judge(Protocol):
    """A giver of labels that can be asked about an utterance in its place, whole or with words taken out."""

    def judge(
        self, variants: Sequence[Utterance], *, before: Sequence[Utterance], started_at: datetime, language: Language
    ) -> tuple[Mapping[str, float], ...]:
        """The labels of each variant with their probabilities; a label that isn't there is not given.

        Args:
            variants: one utterance in several wordings.
            before: what was said before it, the latest last.
        """
        ...
