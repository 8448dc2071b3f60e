"""Character error rate: what counts as the same text, and how many edits lie between two texts."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import opencc
from rapidfuzz.distance import Levenshtein

from edge.evaluate.numerals import to_digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Character edits that turn a reference into a hypothesis."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    reference_chars: int = 0

    def __add__(self, other: Edits) -> Edits:
        return Edits(
            substitutions=self.substitutions + other.substitutions,
            deletions=self.deletions + other.deletions,
            insertions=self.insertions + other.insertions,
            reference_chars=self.reference_chars + other.reference_chars,
        )

    @property
    def cer(self) -> float:
        """Edits per reference character; with an empty reference, 0 for no edits and 1 for any."""
        edits = self.substitutions + self.deletions + self.insertions
        return edits / self.reference_chars if self.reference_chars else float(edits > 0)


def normalise(text: str) -> str:
    """Reduce a text to the characters that count.

    NFKC, Simplified Chinese, lower case, numerals in digits, then nothing but letters, digits and the percent sign.
    """
    text = _simplifier().convert(unicodedata.normalize("NFKC", text)).lower()
    return "".join(character for character in to_digits(text) if character.isalnum() or character == "%")


def compare(reference: str, hypothesis: str) -> Edits:
    """Align two texts after normalising both, with the fewest edits."""
    wanted, heard = normalise(reference), normalise(hypothesis)
    tags = [operation.tag for operation in Levenshtein.editops(wanted, heard)]
    return Edits(
        substitutions=tags.count("replace"),
        deletions=tags.count("delete"),
        insertions=tags.count("insert"),
        reference_chars=len(wanted),
    )


def pooled(pairs: Iterable[tuple[str, str]]) -> Edits:
    """Micro-average: the edits of all (reference, hypothesis) pairs over all their reference characters."""
    return sum((compare(reference, hypothesis) for reference, hypothesis in pairs), Edits())


@functools.cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
