"""The components of the language pipeline, registered with spaCy, and the records made of what they leave.

Each component writes one group of spans: `when`, `promise`, `labels`. A span's exact characters may lie inside a token,
so the records are kept beside the spans in `user_data`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc, Span

from edge.language.assurances import Said, read_promises
from edge.language.certainty import declines
from edge.language.folding import Folded, fold
from edge.language.heads import Judgement
from edge.language.labels import read_rules
from edge.language.lexicon import Lexicon, load
from edge.language.promises import Promise, commitment, find_promise, likeliest_time, promise_by_meaning
from edge.language.situation import Subject, Turn
from edge.language.verdicts import Verdicts, decide
from edge.language.when import TimeSpan, find
from edge.records import Commitment, Label, Language, PiiSpan, Reading, Speaker

CONTEXT, FOLDED, TIMES, PROMISE, RULES, LABELS = "context", "folded", "times", "promise", "rules", "labels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a document has to know of its call.

    before: the turns before it, the latest last. judgement: of this utterance; judged: of those before it.
    verdicts: how the heads and the rules decide.
    """

    speaker: Speaker
    started_at: datetime
    before: tuple[Turn, ...]
    text: str
    judgement: Judgement
    judged: tuple[tuple[Speaker, Judgement], ...]
    verdicts: Verdicts


def pipeline(language: Language, lexicon: Lexicon) -> Pipeline:
    """Build the pipeline of one language; Chinese is read character by character, English word by word."""
    built = spacy.blank(language.value)
    for name in ("sottovoce_fold", "sottovoce_when", "sottovoce_promise", "sottovoce_labels"):
        built.add_pipe(name)
    assert lexicon is load()  # components read the same lexicon by themselves
    return built


@Pipeline.component("sottovoce_fold")  # type: ignore[untyped-decorator]  # spaCy has no types
def fold_text(doc: Doc) -> Doc:
    """Leave the folded text on the document."""
    lexicon = load()
    doc.user_data[FOLDED] = fold(_context(doc).text, homophones=lexicon.homophones, sounds=lexicon.sounds)
    return doc


@Pipeline.component("sottovoce_when")  # type: ignore[untyped-decorator]  # as above
def find_times(doc: Doc) -> Doc:
    """Mark words of time."""
    context = _context(doc)
    before = [turn.folded.text for turn in context.before]
    times = find(context.text, started_at=context.started_at, before=before)
    doc.user_data[TIMES] = times
    _mark(doc, "when", [(span.start, span.end, "past" if span.past else "time") for span in times])
    return doc


@Pipeline.component("sottovoce_promise")  # type: ignore[untyped-decorator]  # as above
def find_promises(doc: Doc) -> Doc:
    """Mark the act that an agent's utterance promises."""
    folded = _folded(doc)
    promise = find_promise(folded, _times(doc)) if _context(doc).speaker is Speaker.AGENT else None
    doc.user_data[PROMISE] = promise
    _mark(doc, "promise", [(*folded.span(promise.start, promise.end), "promise")] if promise else [])
    return doc


@Pipeline.component("sottovoce_labels")  # type: ignore[untyped-decorator]  # as above
def give_labels(doc: Doc) -> Doc:
    """Give labels, each with the characters that decided it."""
    context = _context(doc)
    subject = Subject(
        speaker=context.speaker, folded=_folded(doc), times=_times(doc), promise=_promise(doc), before=context.before
    )
    rules = read_rules(subject, load()) if _folded(doc).text else ()
    doc.user_data[RULES] = rules
    labels = (
        decide(context.speaker, context.text, context.judgement, rules, context.judged, context.verdicts)
        if _folded(doc).text
        else ()
    )
    labels = tuple(label for label in labels if not _declined(label, _folded(doc)))
    doc.user_data[LABELS] = labels
    _mark(doc, "labels", [(*label.span, label.label) for label in labels if label.span is not None])
    return doc


def _declined(label: Label, folded: Folded) -> bool:
    """Whether what looks like an over-promise is one that the speaker says they can't make (docs/codebook.md)."""
    return label.label == "over_promise" and label.span is not None and declines(folded, label.span)


def reading(doc: Doc, *, utterance_id: str, pii: Sequence[PiiSpan]) -> Reading:
    """Make the record of a document that went through the pipeline."""
    labels: tuple[Label, ...] = doc.user_data[LABELS]
    return Reading(
        utterance_id=utterance_id,
        labels=labels,
        commitment=_commitment(doc),
        pii=tuple(pii),
        promises=read_promises(_said(doc)) if _context(doc).speaker is Speaker.AGENT else (),
    )


def _commitment(doc: Doc) -> Commitment | None:
    label = next((label for label in doc.user_data[LABELS] if label.label == "commitment"), None)
    if label is None:
        return None
    folded, times = _folded(doc), _times(doc)
    return commitment(_promise(doc) or promise_by_meaning(folded, times, label.span), likeliest_time(folded, times))


def _said(doc: Doc) -> Said:
    context = _context(doc)
    return Said(
        text=context.text,
        folded=_folded(doc),
        times=_times(doc),
        act=_promise(doc),
        labels=doc.user_data[LABELS],
        before=context.before,
        started_at=context.started_at,
    )


def turn(doc: Doc) -> Turn:
    """What later utterances may know of a document."""
    labels: tuple[Label, ...] = doc.user_data[LABELS]
    return Turn(speaker=_context(doc).speaker, folded=_folded(doc), labels=frozenset(label.label for label in labels))


def judged(doc: Doc) -> tuple[Speaker, Judgement]:
    """Who spoke, and what the heads said of it."""
    context = _context(doc)
    return context.speaker, context.judgement


def probabilities(doc: Doc) -> dict[str, float]:
    """The labels that a document was given, each with its probability."""
    return {label.label: label.probability for label in doc.user_data[LABELS]}


def _mark(doc: Doc, group: str, places: Sequence[tuple[int, int, str]]) -> None:
    spans = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in places]
    doc.spans[group] = [span for span in spans if isinstance(span, Span)]


def _context(doc: Doc) -> Context:
    context = doc.user_data[CONTEXT]
    assert isinstance(context, Context)  # the analyser sets it
    return context


def _folded(doc: Doc) -> Folded:
    folded = doc.user_data[FOLDED]
    assert isinstance(folded, Folded)  # the component before sets it
    return folded


def _times(doc: Doc) -> tuple[TimeSpan, ...]:
    return tuple(doc.user_data[TIMES])


def _promise(doc: Doc) -> Promise | None:
    promise = doc.user_data[PROMISE]
    return promise if isinstance(promise, Promise) else None
