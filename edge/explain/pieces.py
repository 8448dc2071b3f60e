"""An utterance cut into clauses and words that can be taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Span = tuple[int, int]
"""Characters of an utterance: the first, and the one after the last."""

_CLAUSE = re.compile(r"[^，。？！；：、,.?!;:…]+[，。？！；：、,.?!;:…]*")
_SPOKEN = re.compile(r"\w")
_ENGLISH_WORD = re.compile(r"[\w'’-]+")


def clauses(text: str) -> tuple[Span, ...]:
    """Stretches up to and with the next mark; those without a word in them are left out."""
    return tuple(match.span() for match in _CLAUSE.finditer(text) if _SPOKEN.search(match[0]))


def words(text: str, within: Span) -> tuple[Span, ...]:
    """The words of one stretch of a text."""
    start, end = within
    if text.isascii():
        return tuple(match.span() for match in _ENGLISH_WORD.finditer(text, start, end))
    return tuple(_chinese_words(text[start:end], start))


def without(text: str, taken: Iterable[Span]) -> str:
    """The text with those stretches taken out."""
    kept = list(text)
    for start, end in taken:
        kept[start:end] = [""] * (end - start)
    return "".join(kept)


def bare(text: str, span: Span) -> Span:
    """The same stretch without marks and blanks around it, as one would quote it."""
    said = [place for place in range(*span) if _SPOKEN.match(text[place]) or text[place] == "＊"]
    return (said[0], said[-1] + 1) if said else span


def _chinese_words(stretch: str, offset: int) -> Iterator[Span]:
    import rjieba  # its dictionary takes a sixth of a second to load, and only labels need it

    at = 0
    for word in rjieba.cut(stretch):
        at = stretch.index(word, at)
        if _SPOKEN.search(word):
            yield offset + at, offset + at + len(word)
        at += len(word)
