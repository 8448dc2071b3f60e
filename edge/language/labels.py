"""What rules say of an utterance: which fired, and how much they say together. `verdicts.py` decides with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge.language.lexicon import PROBABILITY_MAX, Lexicon, Rule
from edge.language.situation import Subject, circumstances, is_question
from edge.records import Label

# Read in this order: later labels ask for earlier ones.
ASKS, ASKS_MIN = "discovery_question", 0.5
EVIDENCE_MAX = 3  # rules that count together: more of them mostly see the same words


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that fired. start, end: folded characters."""

    rule: Rule
    start: int
    end: int


def read_rules(subject: Subject, lexicon: Lexicon) -> tuple[Label, ...]:
    """Every label that some rule speaks for, however weakly, in the lexicon's order."""
    holding = circumstances(subject)
    findings = list(_fired(subject, lexicon, holding, first_pass=True))
    if _probability(ASKS, findings, subject, lexicon) >= ASKS_MIN:
        holding |= {"asks"}
    findings = list(_fired(subject, lexicon, holding, first_pass=False))
    names = dict.fromkeys(rule.label for rule in lexicon.rules)
    labels = (_label(name, findings, subject, lexicon) for name in names)
    return tuple(label for label in labels if label is not None)


def _fired(subject: Subject, lexicon: Lexicon, holding: frozenset[str], *, first_pass: bool) -> Iterator[Finding]:
    for rule in lexicon.rules:
        if rule.who is not subject.speaker or (first_pass and rule.label != ASKS):
            continue
        if not holding.issuperset(rule.when) or holding.intersection(rule.not_when):
            continue
        finding = _first_match(rule, subject)
        if finding is not None:
            yield finding


def _first_match(rule: Rule, subject: Subject) -> Finding | None:
    """The first match that nothing spares; words inside quotation marks are another's unless the rule says so."""
    folded = subject.folded
    if rule.unless_text is not None and rule.unless_text.search(folded.text):
        return None
    for match in rule.pattern.finditer(folded.text):
        if match.start() == match.end() or (
            not rule.quoted and _all_quoted(folded.quoted[match.start() : match.end()])
        ):
            continue
        sentence = folded.sentence(match.start(), match.end())
        if rule.in_question is not None and rule.in_question is not is_question(sentence):
            continue
        if rule.unless is None or not rule.unless.search(sentence):
            return Finding(rule=rule, start=match.start(), end=match.end())
    return None


def _all_quoted(quoted: Sequence[bool]) -> bool:
    return bool(quoted) and all(quoted)


def _probability(label: str, findings: Sequence[Finding], subject: Subject, lexicon: Lexicon) -> float:
    """How likely the label is right: 1 - product(1 - precision) of its strongest rules, times what contradicts."""
    precisions = sorted((finding.rule.precision for finding in findings if finding.rule.label == label), reverse=True)
    doubt = 1.0
    for precision in precisions[:EVIDENCE_MAX]:
        doubt *= 1.0 - precision
    probability = min(1.0 - doubt, PROBABILITY_MAX)
    for against in lexicon.against:
        if against.label == label and against.who is subject.speaker and against.pattern.search(subject.folded.text):
            probability *= against.factor
    return probability


def _label(name: str, findings: Sequence[Finding], subject: Subject, lexicon: Lexicon) -> Label | None:
    probability = _probability(name, findings, subject, lexicon)
    own = [finding for finding in findings if finding.rule.label == name]
    if not own:
        return None
    strongest = max(own, key=lambda finding: finding.rule.precision)
    return Label(
        label=name,
        probability=round(probability, 3),
        kind=_kind(own),
        span=subject.folded.span(strongest.start, strongest.end),
        why=strongest.rule.name,
    )


def _kind(findings: Sequence[Finding]) -> str | None:
    """The kind whose rules say most together."""
    doubt: dict[str, float] = {}
    for finding in findings:
        if finding.rule.kind is not None:
            doubt[finding.rule.kind] = doubt.get(finding.rule.kind, 1.0) * (1.0 - finding.rule.precision)
    return min(doubt, key=lambda kind: doubt[kind]) if doubt else None
