"""The language stage's door: utterances of one call in, one reading for each out.

A spaCy pipeline for each language: words of time, promised acts, personal data and labels are components that leave
named spans on the document; this module builds documents from a call's utterances and records from the spans.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from edge.language import components, heads, verdicts
from edge.language.encoder import Encoder
from edge.language.heads import BEFORE_TOKENS, Heads, Judgement
from edge.language.lexicon import load
from edge.language.pii import find_pii
from edge.models import BUNDLED
from edge.records import Language, Reading, Utterance

VERSION = "2.0.0"  # of the code that applies the rules; the rules' own version stands in the lexicon
TURNS_BEFORE_MAX = 6  # turns of context that rules may look back on


class LanguageAnalyser:
    """Reads a call's utterances by learned heads and by the rules of the lexicon. Holds nothing of any call.

    Raises: NotReady where a model is missing or broken.
    """

    def __init__(self, *, models: Path = BUNDLED, threads: int = 0) -> None:
        """Load everything. models: the folder of heads and verdicts. threads: of the networks; 0 for all cores."""
        self._lexicon, self._verdicts = load(), verdicts.load(models / verdicts.NAME)
        self._encoder, self._heads = Encoder(threads=threads), Heads(models / heads.NAME, threads=threads)
        self._pipelines = {language: components.pipeline(language, self._lexicon) for language in Language}

    @property
    def versions(self) -> dict[str, str]:
        """What a score that rests on these readings has to cite."""
        return {
            "language_rules": VERSION,
            "lexicon": self._lexicon.version,
            "language_heads": self._verdicts.version,
            "spacy": spacy.__version__,
        }

    def read(self, utterances: Sequence[Utterance], *, started_at: datetime, language: Language) -> tuple[Reading, ...]:
        """Read the utterances of one call, in order of their start; one reading for each, in the same order.

        Args:
            started_at: the call's start with its offset; times promised are resolved against it.
        """
        pii = find_pii([utterance.text for utterance in utterances], language=language)
        documents = self.documents(utterances, started_at=started_at, language=language)
        return tuple(
            components.reading(doc, utterance_id=utterance.id, pii=spans)
            for doc, utterance, spans in zip(documents, utterances, pii, strict=True)
        )

    def judge(
        self, variants: Sequence[Utterance], *, before: Sequence[Utterance], started_at: datetime, language: Language
    ) -> tuple[dict[str, float], ...]:
        """The labels of one utterance in several wordings, each with its probability (what would have been, had …)."""
        # What rules look back on, and what these turns look back on themselves.
        near = before[-(TURNS_BEFORE_MAX + len(BEFORE_TOKENS)) :]
        encoded = self._encoder.encode([(one.speaker, one.text) for one in (*near, *variants)])
        said, others = encoded[: len(near)], encoded[len(near) :]
        earlier = self._documents(near, self._heads.judge(said), started_at=started_at, language=language)
        judgements = [self._heads.judge((*said, variant), first=len(said))[0] for variant in others]
        pipeline = self._pipelines[language]
        documents = (
            _document(pipeline, self._context(variant, judgement, earlier, started_at))
            for variant, judgement in zip(variants, judgements, strict=True)
        )
        return tuple(components.probabilities(doc) for doc in documents)

    def documents(
        self, utterances: Sequence[Utterance], *, started_at: datetime, language: Language
    ) -> tuple[Doc, ...]:
        """What the pipeline makes of each utterance, with all that its components left (for training)."""
        judgements = self._heads.judge(self._encoder.encode([(one.speaker, one.text) for one in utterances]))
        return self._documents(utterances, judgements, started_at=started_at, language=language)

    def _documents(
        self,
        utterances: Sequence[Utterance],
        judgements: Sequence[Judgement],
        *,
        started_at: datetime,
        language: Language,
    ) -> tuple[Doc, ...]:
        documents: list[Doc] = []
        for utterance, judgement in zip(utterances, judgements, strict=True):
            context = self._context(utterance, judgement, documents, started_at)
            documents.append(_document(self._pipelines[language], context))
        return tuple(documents)

    def _context(
        self, utterance: Utterance, judgement: Judgement, before: Sequence[Doc], started_at: datetime
    ) -> components.Context:
        earlier = before[-TURNS_BEFORE_MAX:]
        return components.Context(
            speaker=utterance.speaker,
            started_at=started_at,
            before=tuple(components.turn(doc) for doc in earlier),
            text=utterance.text,
            judgement=judgement,
            judged=tuple(components.judged(doc) for doc in earlier),
            verdicts=self._verdicts,
        )


def _document(pipeline: Pipeline, context: components.Context) -> Doc:
    doc = pipeline.make_doc(context.text)
    doc.user_data[components.CONTEXT] = context
    return pipeline(doc)
