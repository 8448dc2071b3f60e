"""The language stage's door: utterances of one call in, one reading for each out.

A spaCy pipeline for each language: words of time, promised acts, personal data and labels are components that leave
named spans on the document; this module builds documents from a call's utterances and records from the spans.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from edge.language import components
from edge.language.lexicon import load
from edge.language.pii import find_pii
from edge.language.situation import Turn
from edge.records import Language, Reading, Utterance

VERSION = "1.0.0"  # of the code that applies the rules; the rules' own version stands in the lexicon
TURNS_BEFORE_MAX = 6  # turns of context that rules may look back on


class LanguageAnalyser:
    """Reads a call's utterances by the rules of the lexicon. Holds nothing of any call between two of them."""

    def __init__(self) -> None:
        self._lexicon = load()
        self._pipelines = {language: components.pipeline(language, self._lexicon) for language in Language}

    @property
    def versions(self) -> dict[str, str]:
        """What a score that rests on these readings has to cite."""
        return {"language_rules": VERSION, "lexicon": self._lexicon.version, "spacy": spacy.__version__}

    def read(self, utterances: Sequence[Utterance], *, started_at: datetime, language: Language) -> tuple[Reading, ...]:
        """Read the utterances of one call, in order of their start; one reading for each, in the same order.

        Args:
            started_at: the call's start with its offset; times promised are resolved against it.
        """
        pipeline = self._pipelines[language]
        pii = find_pii([utterance.text for utterance in utterances], language=language)
        before: list[Turn] = []
        readings = []
        for utterance, spans in zip(utterances, pii, strict=True):
            doc = _document(pipeline, utterance, started_at=started_at, before=before[-TURNS_BEFORE_MAX:])
            readings.append(components.reading(doc, utterance_id=utterance.id, pii=spans))
            before.append(components.turn(doc))
        return tuple(readings)


def _document(pipeline: Pipeline, utterance: Utterance, *, started_at: datetime, before: Sequence[Turn]) -> Doc:
    doc = pipeline.make_doc(utterance.text)
    doc.user_data[components.CONTEXT] = components.Context(
        speaker=utterance.speaker, started_at=started_at, before=tuple(before), text=utterance.text
    )
    return pipeline(doc)
