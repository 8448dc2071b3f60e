"""Fit how rules and heads decide together (edge/language/verdicts.py), on conversations that the heads haven't seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import torch
from numpy.typing import NDArray
from training.data import Conversation

from edge.codebook import LABELS, LABELS_OF
from edge.language import components
from edge.language.analyser import LanguageAnalyser
from edge.language.verdicts import features, with_rule
from edge.records import Language, Speaker, Utterance

Numbers = NDArray[np.float64]
PULLS = (3.0, 10.0, 30.0)  # how strongly weights are drawn to “believe the heads”; chosen by cross-validation
FOLDS = 5
THRESHOLDS = np.arange(0.25, 0.66, 0.025)
# Few examples make a best threshold by chance: its F1 is drawn to that of one in the middle by so many examples.
MIDDLE, MIDDLE_EXAMPLES = 0.45, 12.0
BINS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One utterance for one label. group: its conversation, which is never split."""

    features: Mapping[str, float]
    given: bool
    group: int


def cases(conversations: Sequence[Conversation], analyser: LanguageAnalyser) -> dict[str, list[Case]]:
    """What each label is decided by, for every annotated utterance."""
    found: dict[str, list[Case]] = {label: [] for label in LABELS}
    for group, conversation in enumerate(conversations):
        documents = analyser.documents(
            spoken(conversation),
            started_at=datetime.fromisoformat(conversation.started_at),
            language=Language(conversation.language),
        )
        for at, doc in enumerate(documents):
            context = doc.user_data[components.CONTEXT]
            if at not in conversation.told or context.speaker is Speaker.UNKNOWN:
                continue
            rules = {label.label: label for label in doc.user_data[components.RULES]}
            shared = features(context.speaker, context.judgement, context.judged)
            for label in LABELS_OF[context.speaker]:
                decided_by = with_rule(shared, rules.get(label))
                found[label].append(Case(features=decided_by, given=label in conversation.labels[at], group=group))
    return found


def spoken(conversation: Conversation) -> list[Utterance]:
    """Its turns as utterances, a second each."""
    return [
        Utterance(
            id=f"u{at:04d}", channel=0, speaker=speaker, start_s=float(at), end_s=at + 1.0, text=text, confidence=1.0
        )
        for at, (speaker, text) in enumerate(conversation.turns)
    ]


def weigh(label: str, given: Sequence[Case]) -> dict[str, object]:
    """Fit one label: its weighing, and its figures by cross-validation over conversations."""
    names = sorted(given[0].features)
    x = np.array([[case.features[name] for name in names] for case in given], dtype=np.float64)
    y = np.array([case.given for case in given], dtype=np.float64)
    groups = np.array([case.group for case in given])
    prior = np.array([1.0 if name == f"heads:{label}" else 0.0 for name in names])
    apart = {pull: _cross_fitted(x, y, groups, prior, pull) for pull in PULLS}
    pull = min(apart, key=lambda one: _log_loss(apart[one], y))
    shares = apart[pull]
    threshold = _threshold(shares, y)
    weights, bias = _fit(x, y, prior, pull)
    return {
        "weighing": {
            "weights": {name: round(float(w), 4) for name, w in zip(names, weights, strict=True) if abs(w) >= 5e-5},
            "bias": round(bias, 4),
            "threshold": round(threshold, 3),
        },
        "fitted_on": {"utterances": len(y), "with_label": int(y.sum()), "pull": pull},
        "cross_validated": _figures(shares, y, threshold),
    }


def _fit(x: Numbers, y: Numbers, prior: Numbers, pull: float) -> tuple[Numbers, float]:
    inputs, wanted, centre = torch.tensor(x), torch.tensor(y), torch.tensor(prior)
    weights, bias = centre.clone().requires_grad_(), torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = inputs @ weights + bias
        total = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="sum")
        total = total + pull * ((weights - centre) ** 2).sum()
        total.backward()
        return total

    optimiser.step(loss)
    return weights.detach().numpy(), float(bias.detach())


def _cross_fitted(x: Numbers, y: Numbers, groups: NDArray[np.int64], prior: Numbers, pull: float) -> Numbers:
    shares = np.zeros(len(y))
    for fold in range(FOLDS):
        inside = groups % FOLDS != fold
        weights, bias = _fit(x[inside], y[inside], prior, pull)
        shares[~inside] = 1.0 / (1.0 + np.exp(-(x[~inside] @ weights + bias)))
    return shares


def _log_loss(shares: Numbers, y: Numbers) -> float:
    clipped = np.clip(shares, 1e-6, 1 - 1e-6)
    return float(-np.mean(y * np.log(clipped) + (1 - y) * np.log(1 - clipped)))


def _f1(shares: Numbers, y: Numbers, threshold: float) -> float:
    found = shares >= threshold
    both = found.sum() + y.sum()
    return 2.0 * float((found * y).sum()) / both if both else 0.0


def _threshold(shares: Numbers, y: Numbers) -> float:
    middle, trust = _f1(shares, y, MIDDLE), y.sum() / (y.sum() + MIDDLE_EXAMPLES)
    gains = [trust * (_f1(shares, y, one) - middle) - 0.05 * abs(one - MIDDLE) for one in THRESHOLDS]
    return float(THRESHOLDS[int(np.argmax(gains))])


def _figures(shares: Numbers, y: Numbers, threshold: float) -> dict[str, object]:
    found = shares >= threshold
    hits = float((found * y).sum())
    edges = np.linspace(0.0, 1.0, BINS + 1)
    bins = np.clip(np.digitize(shares, edges) - 1, 0, BINS - 1)
    return {
        "precision": round(hits / max(1.0, float(found.sum())), 3),
        "recall": round(hits / max(1.0, float(y.sum())), 3),
        "f1": round(_f1(shares, y, threshold), 3),
        "brier": round(float(np.mean((shares - y) ** 2)), 4),
        "brier_of_base_rate": round(float(y.mean() * (1 - y.mean())), 4),
        "reliability": [
            {
                "said": round(float(shares[bins == at].mean()), 2),
                "true": round(float(y[bins == at].mean()), 2),
                "utterances": int((bins == at).sum()),
            }
            for at in range(BINS)
            if (bins == at).any()
        ],
    }
