"""Words of a call as an explanation shows them: whose, when, which, masked unless they may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from edge.explain.pieces import Span, bare, clauses
from edge.explain.wording import SPEAKERS, Both
from edge.records import AnalysedUtterance, Evidence, Speaker

QUOTE_CHARACTERS_MAX = 40
"""Longer clauses are cut: an explanation points to the words, the transcript has them whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Some words of one utterance, and their part in what is explained.

    span: the characters that decided, or None for the whole utterance. contribution: points of the score, if it is one.
    """

    utterance: str
    speaker: Speaker
    start_s: float
    span: Span | None
    words: str
    contribution: float | None = None
    why: str = ""
    why_en: str = ""

    def told(self) -> Both:
        """Who said it, when, and the words, within a sentence."""
        who, at = SPEAKERS[self.speaker], f"{int(self.start_s) // 60}:{int(self.start_s) % 60:02d}"
        return Both(f"{who.zh} {at} “{self.words}”", f"{who.en} at {at}, “{self.words}”")


QuoteWords = Callable[[str, Span | None], str]
"""The words of a span (None: all) of the utterance with that id, as they may be shown."""


def quoting(shown: Iterable[AnalysedUtterance]) -> QuoteWords:
    """How the utterances of a call are quoted, given as their reader may see them."""
    texts = {utterance.id: utterance.text for utterance in shown}
    return lambda utterance, span: quoted(texts[utterance], span)


def quoted(text: str, span: Span | None) -> str:
    """The clauses of a text that a span lies in, without marks around them."""
    start, end = bare(text, _whole_clauses(text, span))
    cut = "…" if end - start > QUOTE_CHARACTERS_MAX else ""
    return text[start : min(end, start + QUOTE_CHARACTERS_MAX)] + cut


def evidence_quote(evidence: Evidence, shown: AnalysedUtterance) -> Quote:
    """A piece of evidence as a quote of its utterance, as the reader may see it."""
    return replace(
        span_quote(shown, evidence.span),
        contribution=evidence.contribution,
        why=evidence.why,
        why_en=evidence.why_en,
    )


def span_quote(shown: AnalysedUtterance, span: Span | None, *, exactly: bool = False) -> Quote:
    """Some characters of an utterance, as the reader may see it, with their clause unless `exactly` these are meant."""
    return Quote(
        utterance=shown.id,
        speaker=shown.speaker,
        start_s=shown.start_s,
        span=span,
        words=shown.text[slice(*bare(shown.text, span))] if exactly and span else quoted(shown.text, span),
    )


def _whole_clauses(text: str, span: Span | None) -> Span:
    """The clauses that a span lies in: the characters that decided may be one, and say nothing alone."""
    if span is None or span[0] >= span[1]:
        return 0, len(text)
    touched = [clause for clause in clauses(text) if clause[0] < span[1] and clause[1] > span[0]]
    return (min(span[0], touched[0][0]), max(span[1], touched[-1][1])) if touched else span
