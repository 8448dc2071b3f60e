"""The numbers that scores weigh with, read once from `weights.toml`, where each carries its reason."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("weights.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmpathyWeights:
    """Weights of empathy, in occasions."""

    prior_answered: float
    prior_missed: float
    missed: float
    complaint: float
    pushed: float
    pressure: float
    thanked: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SwingWeights:
    """Weights of moods: levels from -1 to 1 that a sure sign shows, and how the line follows them."""

    emotion_negative: float
    complaint: float
    objection: float
    emotion_positive: float
    buying_signal: float
    profanity: float
    intensifier: float
    exclamation: float
    repetition: float
    pace: float
    interrupting: float
    long_silence: float
    follow: float
    full_pull: float
    dead_band: float
    residual_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OverPromiseWeights:
    """Weights of over-promises: shares of a risk, 0 to 1."""

    hedged_at_once: float
    corrected_later: float
    hedged_before: float
    hedged_in_words: float
    contradicted: float
    backed: float
    miss_rate: float
    severity: Mapping[str, float]  # by kind; "unknown" for any other


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryWeights:
    """Weights of discovery: each dimension's share of the index, and the amounts at which it reaches 63 %."""

    questions_share: float
    questions_scale: float
    closed_form: float
    chains_share: float
    deep_scale: float
    links_part: float
    links_scale: float
    coverage_share: float
    coverage_scale: float
    customer_share: float
    floor_part: float
    floor_full: float
    story_characters_zh: float
    story_words_en: float
    proposal_share: float
    proposal_scale: float
    logins_share: float
    logins_scale: float
    traces_days: float
    residual_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpWeights:
    """How a wait becomes a value: 100 * 2 ** (-hours / half_life_h)."""

    half_life_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """All of them, with the version that scores carry."""

    empathy: EmpathyWeights
    swing: SwingWeights
    over_promise: OverPromiseWeights
    discovery: DiscoveryWeights
    follow_up: FollowUpWeights
    version: str


def read_weights(source: bytes) -> Weights:
    """Read a weights file. Raises: ValueError where a number is missing, unknown, or has no reason."""
    table = tomllib.loads(source.decode("utf-8"))
    over_promise = dict(table["over_promise"])
    severity = _numbers("over_promise.severity", over_promise.pop("severity"))
    return Weights(
        empathy=EmpathyWeights(**_numbers("empathy", table["empathy"], EmpathyWeights)),
        swing=SwingWeights(**_numbers("swing", table["swing"], SwingWeights)),
        over_promise=OverPromiseWeights(
            severity=severity, **_numbers("over_promise", over_promise, OverPromiseWeights, apart={"severity"})
        ),
        discovery=DiscoveryWeights(**_numbers("discovery", table["discovery"], DiscoveryWeights)),
        follow_up=FollowUpWeights(**_numbers("follow_up", table["follow_up"], FollowUpWeights)),
        version=f"{table['version']}+{hashlib.sha256(source).hexdigest()[:12]}",
    )


def _numbers(
    name: str, table: Mapping[str, Any], record: type | None = None, *, apart: frozenset[str] | set[str] = frozenset()
) -> dict[str, float]:
    if record is not None:
        wanted = {field.name for field in fields(record)} - apart
        if wanted != set(table):
            raise ValueError(f"weights.toml, {name}: wanted {sorted(wanted)}, got {sorted(table)}")
    for key, entry in table.items():
        if set(entry) != {"value", "reason"} or not entry["reason"].strip():
            raise ValueError(f"weights.toml, {name}.{key}: wanted a value and its reason")
    return {key: float(entry["value"]) for key, entry in table.items()}


WEIGHTS = read_weights(PATH.read_bytes())
