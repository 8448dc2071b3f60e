"""The language stage against annotated calls: labels, due times, personal data, and scores against experts.

What counts:
- Labels: each (utterance, label) pair; precision, recall and F1 for each label, macro F1 over labels that occur.
- `due_at_exact`: of the annotated commitments with a due time, the share found with exactly that moment; a commitment
  that wasn't found counts as wrong.
- Personal data: an annotated span counts as found where all its letters and digits (punctuation and spaces apart) are
  covered by spans found; a found span counts as right where at least half of its letters and digits are annotated.
- Scores: Spearman's rank correlation with the experts' marks over the calls that have a score; a call without
  opportunity is left out of that score's pairs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scipy.stats import spearmanr

from edge.errors import BadInput
from edge.language.analyser import LanguageAnalyser
from edge.records import AnalysedUtterance, Language, PiiSpan, Reading, Speaker, Utterance
from edge.scores.call import score_call

CHARACTERS_PER_S = 4.5  # a usual pace of Mandarin on the telephone
PAUSE_S = 0.4
ENGLISH_CHARACTERS_PER_S = 14.0
EXPERT_SCORES = {"empathy": "empathy", "discovery_depth": "discovery_depth", "over_promise_risk": "over_promise_risk"}
PAIRS_MIN = 3  # below that a rank correlation says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """How one label was found. Shares of 1; support: utterances that carry it by the annotation."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One annotated turn. due_at: of its commitment, where it has one with a due time."""

    speaker: Speaker
    text: str
    labels: frozenset[str]
    due_at: datetime | None
    pii: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One annotated call. expert: marks from 0 to 4."""

    call_id: str
    started_at: datetime
    language: Language
    turns: tuple[Turn, ...]
    expert: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFigures:
    """The contract's figures for `evaluate language`; None where nothing could be counted."""

    labels: dict[str, LabelFigures]
    macro_f1: float | None
    due_at_exact: float | None
    pii_recall: float | None
    pii_precision: float | None
    score_spearman: dict[str, float | None]

    def as_json(self) -> dict[str, Any]:
        """The figures as the JSON object of the contract."""
        return asdict(self)


def evaluate(calls: Path, *, analyser: LanguageAnalyser | None = None) -> LanguageFigures:
    """Read annotated calls (JSON, one a line), analyse their text and count.

    Raises: BadInput where a line isn't an annotated call.
    """
    return figures(read_calls(calls), analyser=analyser or LanguageAnalyser())


def figures(calls: Sequence[Call], *, analyser: LanguageAnalyser) -> LanguageFigures:
    """Analyse annotated calls from their text and count."""
    utterances = [tuple(spoken(call)) for call in calls]
    readings = [
        analyser.read(each, started_at=call.started_at, language=call.language)
        for call, each in zip(calls, utterances, strict=True)
    ]
    pairs = [
        (turn, reading)
        for call, each in zip(calls, readings, strict=True)
        for turn, reading in zip(call.turns, each, strict=True)
    ]
    labels = label_figures((turn.labels, {label.label for label in reading.labels}) for turn, reading in pairs)
    return LanguageFigures(
        labels=labels,
        macro_f1=macro_f1(labels),
        due_at_exact=due_at_exact(
            (turn.due_at, reading.commitment.due_at if reading.commitment else None) for turn, reading in pairs
        ),
        pii_recall=_share(_pii_found(turn, reading.pii) for turn, reading in pairs),
        pii_precision=_share(_pii_right(turn, reading.pii) for turn, reading in pairs),
        score_spearman=score_spearman(calls, utterances, readings, versions=analyser.versions),
    )


def label_figures(pairs: Iterable[tuple[Iterable[str], Iterable[str]]]) -> dict[str, LabelFigures]:
    """Count labels over pairs of (annotated, found), one for each utterance."""
    hits: dict[str, int] = {}
    annotated_total: dict[str, int] = {}
    found_total: dict[str, int] = {}
    for annotated, found in pairs:
        true, given = set(annotated), set(found)
        for total, names in ((annotated_total, true), (found_total, given), (hits, true & given)):
            for name in names:
                total[name] = total.get(name, 0) + 1
    return {
        name: _label_figures(hits.get(name, 0), annotated_total.get(name, 0), found_total.get(name, 0))
        for name in sorted(annotated_total.keys() | found_total.keys())
    }


def macro_f1(labels: dict[str, LabelFigures]) -> float | None:
    """The mean F1 of the labels that occur in the annotation; None where none does."""
    scores = [label.f1 for label in labels.values() if label.support]
    return sum(scores) / len(scores) if scores else None


def due_at_exact(pairs: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    """The share of annotated due times found exactly, over pairs of (annotated, found)."""
    exact = [found == annotated for annotated, found in pairs if annotated is not None]
    return sum(exact) / len(exact) if exact else None


def score_spearman(
    calls: Sequence[Call],
    utterances: Sequence[Sequence[Utterance]],
    readings: Sequence[Sequence[Reading]],
    *,
    versions: dict[str, str],
) -> dict[str, float | None]:
    """Rank correlation of each score with the experts' marks; None where too few calls have both."""
    scores = [
        score_call(
            [
                AnalysedUtterance.joined(utterance, reading)
                for utterance, reading in zip(spoken_each, read_each, strict=True)
            ],
            language=call.language,
            versions=versions,
        )
        for call, spoken_each, read_each in zip(calls, utterances, readings, strict=True)
    ]
    result: dict[str, float | None] = {}
    for name, mark in EXPERT_SCORES.items():
        pairs = [
            (value, call.expert[mark])
            for call, each in zip(calls, scores, strict=True)
            if mark in call.expert and name in each and (value := each[name].value) is not None
        ]
        result[name] = _spearman(pairs)
    return result


def spoken(call: Call) -> Iterable[Utterance]:
    """An annotated call's turns as utterances, timed as if spoken at a usual pace."""
    pace = CHARACTERS_PER_S if call.language is Language.ZH else ENGLISH_CHARACTERS_PER_S
    start_s = 0.0
    for index, turn in enumerate(call.turns):
        end_s = start_s + max(len(turn.text), 1) / pace
        yield Utterance(
            id=f"u{index + 1:04d}",
            channel=0 if turn.speaker is Speaker.AGENT else 1,
            speaker=turn.speaker,
            start_s=start_s,
            end_s=end_s,
            text=turn.text,
            confidence=1.0,
        )
        start_s = end_s + PAUSE_S


def read_calls(path: Path) -> list[Call]:
    """Read annotated calls, one JSON object a line.

    Raises: BadInput naming the line that can't be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("calls", "the file can't be read as text", "give a file of JSON lines in UTF-8") from error
    calls = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            calls.append(read_call(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            fix = "see docs/codebook.md for the form of a call"
            raise BadInput("calls", f"line {number} isn't an annotated call ({type(error).__name__})", fix) from error
    return calls


def read_call(entry: dict[str, Any]) -> Call:
    """Read one annotated call. Raises: ValueError, KeyError or TypeError where it isn't one."""
    pii: dict[int, list[str]] = {}
    for span in entry.get("pii", ()):
        pii.setdefault(span["i"], []).append(span["text"])
    return Call(
        call_id=entry["call_id"],
        started_at=datetime.fromisoformat(entry["started_at"]),
        language=Language(entry["language"]),
        turns=tuple(_turn(turn, pii.get(turn.get("i", index), [])) for index, turn in enumerate(entry["turns"])),
        expert={name: float(mark) for name, mark in entry.get("expert", {}).items()},
    )


def _turn(entry: dict[str, Any], pii: Sequence[str]) -> Turn:
    due_at = (entry.get("commitment") or {}).get("due_at")
    return Turn(
        speaker=Speaker(entry["speaker"]),
        text=entry["text"],
        labels=frozenset(entry.get("labels", ())),
        due_at=datetime.fromisoformat(due_at) if due_at else None,
        pii=tuple(pii),
    )


def _label_figures(hits: int, annotated: int, found: int) -> LabelFigures:
    return LabelFigures(
        precision=hits / found if found else 0.0,
        recall=hits / annotated if annotated else 0.0,
        f1=2 * hits / (annotated + found) if annotated + found else 0.0,
        support=annotated,
    )


def _pii_found(turn: Turn, spans: Sequence[PiiSpan]) -> Iterable[bool]:
    covered = {place for span in spans for place in range(span.start, span.end)}
    return [bool(places) and places <= covered for places in _annotated_places(turn)]


def _pii_right(turn: Turn, spans: Sequence[PiiSpan]) -> Iterable[bool]:
    annotated = {place for places in _annotated_places(turn) for place in places}
    found = [_telling(turn.text, span.start, span.end) for span in spans]
    return [2 * len(places & annotated) >= len(places) for places in found]


def _annotated_places(turn: Turn) -> list[set[int]]:
    """The letters and digits of each annotated span; of the same words twice, the first and the second place."""
    places, start_at = [], dict[str, int]()
    for words in turn.pii:
        start = turn.text.find(words, start_at.get(words, 0))
        start_at[words] = start + len(words)
        places.append(_telling(turn.text, start, start + len(words)) if start >= 0 else set())
    return places


def _telling(text: str, start: int, end: int) -> set[int]:
    return {place for place in range(start, end) if text[place].isalnum()}


def _share(groups: Iterable[Iterable[bool]]) -> float | None:
    marks = [mark for group in groups for mark in group]
    return sum(marks) / len(marks) if marks else None


def _spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    values, marks = {value for value, _ in pairs}, {mark for _, mark in pairs}
    if len(pairs) < PAIRS_MIN or len(values) == 1 or len(marks) == 1:
        return None
    return float(spearmanr([value for value, _ in pairs], [mark for _, mark in pairs]).statistic)
