"""From what rules and heads say to labels with calibrated probabilities.

For each label a logistic regression over the heads' logits, what the rules say, and what was likely said before; fitted
by `scripts/train` on calls that the heads were not trained on, with the threshold at which its F1 was best there
(`models/language-verdicts.json`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.codebook import AGENT_LABELS, CUSTOMER_LABELS, LABELS_OF
from edge.errors import NotReady
from edge.language.heads import Judgement, probability
from edge.records import Label, Speaker

NAME = "language-verdicts.json"
PROBABILITY_MAX = 0.99  # no judgement of words is certain
BY_MEANING = "按意思判断"  # the `why` of a label that no rule speaks for
# What a rule's kind adds to the heads' share. On conversations the heads never saw, the kind came out right for 0.69 of
# 253 objections with it and 0.68 without; at 1, where rules always win, for 0.67.
RULE_KIND_SHARE = 0.3
# Who may have refused has refused: where a rule is this sure, heads can't overrule it (PIPL Art 15, GDPR Art 7(3)).
CAUTIOUS, CAUTIOUS_MIN = frozenset({"consent_refused"}), 0.9
LOGIT_MAX = 6.0
ROUND = 3
MARKS = "，。？！；,.?!;… "
CLAUSE = re.compile(r"[^，。？！；,.?!;…]+[，。？！；,.?!;…]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """How one label is decided. weights: by the feature's name; threshold: the least probability that gives it."""

    weights: Mapping[str, float]
    bias: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """All labels' weighings, of one version."""

    version: str
    weighings: Mapping[str, Weighing]


def load(path: Path) -> Verdicts:
    """Read the file. Raises: NotReady where it is missing or broken."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Verdicts(
            version=content["version"],
            weighings={name: Weighing(**entry["weighing"]) for name, entry in content["labels"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotReady("models", f"{path.name} can't be read", "Install Sottovoce again") from error


def features(speaker: Speaker, judgement: Judgement, before: Sequence[tuple[Speaker, Judgement]]) -> dict[str, float]:
    """What all labels of an utterance are decided by; `with_rule` adds what rules say of one.

    Args:
        before: the utterances before, the latest last; the two last are looked at.
    """
    own = {f"heads:{name}": _bounded(judgement.logit(name)) for name in LABELS_OF[speaker]}
    others = CUSTOMER_LABELS if speaker is Speaker.AGENT else AGENT_LABELS
    last = [one for whose, one in before[-2:] if whose not in (speaker, Speaker.UNKNOWN)]
    answered = {f"before:{name}": max((probability(one.logit(name)) for one in last), default=0.0) for name in others}
    return {**own, **answered, "alone": 0.0 if before else 1.0}


def with_rule(found: Mapping[str, float], rule: Label | None) -> dict[str, float]:
    """The features of one label. rule: what rules say for it, however weakly."""
    said = {"rule": _logit(rule.probability) + 2.0, "rule_fired": 1.0} if rule else {"rule": 0.0, "rule_fired": 0.0}
    return {**found, **said}


def decide(
    speaker: Speaker,
    text: str,
    judgement: Judgement,
    rules: Sequence[Label],
    before: Sequence[tuple[Speaker, Judgement]],
    verdicts: Verdicts,
) -> tuple[Label, ...]:
    """Give an utterance its labels, in the codebook's order."""
    by_name = {label.label: label for label in rules}
    if not _clauses(text):  # marks alone
        return ()
    given, shared = [], features(speaker, judgement, before)
    for name in LABELS_OF[speaker]:
        weighing, rule = verdicts.weighings[name], by_name.get(name)
        found = with_rule(shared, rule)
        certainty = probability(weighing.bias + sum(weighing.weights.get(key, 0.0) * found[key] for key in found))
        if name in CAUTIOUS and rule is not None and rule.probability >= CAUTIOUS_MIN:
            certainty = max(certainty, rule.probability)
        if certainty >= weighing.threshold:
            given.append(_label(name, certainty, text, judgement, rule))
    return tuple(_consistent(given))


def _label(name: str, certainty: float, text: str, judgement: Judgement, rule: Label | None) -> Label:
    shares = judgement.kind_shares(name)
    if rule is not None and rule.kind in shares:
        shares[rule.kind] += RULE_KIND_SHARE
    return Label(
        label=name,
        probability=round(min(certainty, PROBABILITY_MAX), ROUND),
        kind=max(shares, key=lambda kind: shares[kind]) if shares else None,
        span=rule.span if rule is not None else strongest_clause(name, text, judgement),
        why=rule.why if rule is not None else BY_MEANING,
    )


def strongest_clause(label: str, text: str, judgement: Judgement) -> tuple[int, int] | None:
    """The clause that adds most to a label's logit, without the marks at its end; None for a text of marks alone."""
    return max(_clauses(text), key=lambda clause: judgement.pull(label, *clause), default=None)


def _clauses(text: str) -> list[tuple[int, int]]:
    ends = [(match.start(), match.start() + len(match[0].rstrip(MARKS))) for match in CLAUSE.finditer(text)]
    return [(start, end) for start, end in ends if end > start]


def _consistent(given: Sequence[Label]) -> list[Label]:
    """What can't stand together: consent refused beats given; a deep question is always a question as well."""
    names = {label.label: label for label in given}
    kept = [label for label in given if not (label.label == "consent_given" and "consent_refused" in names)]
    deep = names.get("deep_discovery")
    if deep is None or "discovery_question" in names:
        return kept
    asked = Label(label="discovery_question", probability=deep.probability, span=deep.span, why=deep.why)
    return [*[label for label in kept if label is not deep], asked, deep]


def _bounded(logit: float) -> float:
    return max(-LOGIT_MAX, min(LOGIT_MAX, logit))


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))
