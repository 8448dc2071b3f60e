"""All scores of one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edge.records import AnalysedUtterance, Language, Score
from edge.scores import lexicon
from edge.scores.conversation import read_conversation
from edge.scores.discovery import score_discovery
from edge.scores.empathy import score_empathy
from edge.scores.facts import Grounds
from edge.scores.follow_up import score_follow_up
from edge.scores.over_promise import score_over_promise
from edge.scores.swing import score_swing
from edge.scores.weights import WEIGHTS, Weights

# Moves with the code of the scores, as the files' own versions move with the files.
RULES_VERSION = "3"


def score_call(
    utterances: Sequence[AnalysedUtterance],
    *,
    language: Language,
    versions: Mapping[str, str],
    weights: Weights = WEIGHTS,
    grounds: Grounds | None = None,
) -> dict[str, Score]:
    """Score a call from words, labels and order alone.

    Args:
        utterances: in any order; those whose speaker is unknown or doubtful are left out.
        versions: of whatever labelled them (models, lexica); carried by every score beside our own.
        weights: for calibration and for re-scoring with an older file.
        grounds: the site's facts that promises are held against, if it has given any.

    Returns: scores by name. A score without a value says in its state and limits why.
    """
    conversation = read_conversation(utterances, language=language)
    carried = {
        **versions,
        "scores_rules": RULES_VERSION,
        "scores_weights": weights.version,
        "scores_lexicon": lexicon.VERSION,
        **(grounds.versions if grounds else {}),
    }
    return {
        "empathy": score_empathy(conversation, weights=weights.empathy, versions=carried),
        "over_promise_risk": score_over_promise(
            conversation, weights=weights.over_promise, versions=carried, grounds=grounds
        ),
        "discovery_depth": score_discovery(conversation, weights=weights.discovery, versions=carried),
        "follow_up_latency": score_follow_up(conversation, versions=carried),
        "emotion_swing": score_swing(conversation, weights=weights.swing, versions=carried),
    }


def cited_versions(scores: Mapping[str, Score]) -> dict[str, str]:
    """All versions that scores name."""
    return {part: version for score in scores.values() for part, version in score.versions.items()}
