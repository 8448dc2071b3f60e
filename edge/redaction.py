"""Masking an analysis before it is shown: nothing that identifies a person is left in any of its words.

The text of an utterance is masked by its spans. Everything else that quotes it (what was promised, why a label or a
score was given) is searched for pieces of what the spans cover. Words with times are dropped: they can't be aligned
with the punctuated text reliably.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from edge.records import MASK, AnalysedUtterance, Analysis, Commitment, Evidence, Promised, Score

# Two characters are a Chinese name already; of digits and letters two are any number or syllable.
HAN_PIECE_MIN = 2
OTHER_PIECE_MIN = 3
HAN = re.compile(r"[㐀-鿿]")


def masked(analysis: Analysis) -> Analysis:
    """The analysis with every identifying character replaced by MASK; spans stay valid."""
    secrets = {utterance.id: _secrets(utterance) for utterance in analysis.utterances}
    return replace(
        analysis,
        utterances=tuple(_masked_utterance(utterance, secrets[utterance.id]) for utterance in analysis.utterances),
        scores={name: _masked_score(score, secrets) for name, score in analysis.scores.items()},
    )


def mask_quotes(quoting: str, secrets: Iterable[str]) -> str:
    """`quoting` with every piece of a secret replaced, also where only a part of it is quoted."""
    characters = list(quoting)
    for secret in secrets:
        for start, end in _pieces(quoting, secret):
            characters[start:end] = MASK * (end - start)
    return "".join(characters)


def _pieces(quoting: str, secret: str) -> Iterable[tuple[int, int]]:
    """Every longest stretch of `quoting` that also stands in `secret` and is long enough to tell something."""
    start = 0
    while start < len(quoting):
        end = start
        while end < len(quoting) and quoting[start : end + 1] in secret:
            end += 1
        length_min = HAN_PIECE_MIN if HAN.search(quoting, start, max(end, start)) else OTHER_PIECE_MIN
        if end - start >= min(length_min, len(secret)):
            yield start, end
        start = max(end, start + 1) if end - start >= min(length_min, len(secret)) else start + 1


def _secrets(utterance: AnalysedUtterance) -> tuple[str, ...]:
    return tuple(utterance.text[span.start : span.end] for span in utterance.pii if span.start < span.end)


def _masked_utterance(utterance: AnalysedUtterance, secrets: tuple[str, ...]) -> AnalysedUtterance:
    return replace(
        utterance,
        text=utterance.masked_text,
        labels=tuple(replace(label, why=mask_quotes(label.why, secrets)) for label in utterance.labels),
        commitment=_masked_commitment(utterance.commitment, secrets),
        promises=tuple(_masked_promise(promise, secrets) for promise in utterance.promises),
        words=(),
    )


def _masked_commitment(commitment: Commitment | None, secrets: tuple[str, ...]) -> Commitment | None:
    if commitment is None:
        return None
    due = mask_quotes(commitment.due, secrets) if commitment.due is not None else None
    return replace(commitment, what=mask_quotes(commitment.what, secrets), due=due)


def _masked_promise(promise: Promised, secrets: tuple[str, ...]) -> Promised:
    return replace(
        promise,
        what=mask_quotes(promise.what, secrets),
        due=mask_quotes(promise.due, secrets) if promise.due is not None else None,
        condition=mask_quotes(promise.condition, secrets) if promise.condition is not None else None,
    )


def _masked_score(score: Score, secrets: dict[str, tuple[str, ...]]) -> Score:
    return replace(score, evidence=tuple(_masked_evidence(piece, secrets) for piece in score.evidence))


def _masked_evidence(evidence: Evidence, secrets: dict[str, tuple[str, ...]]) -> Evidence:
    quoted = secrets.get(evidence.utterance, ())
    return replace(evidence, why=mask_quotes(evidence.why, quoted), why_en=mask_quotes(evidence.why_en, quoted))
