"""The labels of docs/codebook.md by who speaks, and the kinds of those that have kinds; a test holds the two equal."""

from __future__ import annotations

from typing import Final

from edge.records import Speaker

LABELS: Final = {
    Speaker.AGENT: (
        "empathy",
        "discovery_question",
        "deep_discovery",
        "objection_response",
        "commitment",
        "over_promise",
        "hedge",
        "pressure",
        "recording_notice",
        "follow_up_offer",
        "closing",
    ),
    Speaker.CUSTOMER: (
        "objection",
        "complaint",
        "emotion_negative",
        "emotion_positive",
        "buying_signal",
        "consent_given",
        "consent_refused",
        "human_request",
    ),
    Speaker.UNKNOWN: (),
}

KINDS: Final = {
    "over_promise": ("delivery_time", "outcome", "price", "refund_compensation", "authority", "no_risk"),
    "objection": ("price", "trust", "timing", "need", "competitor", "quality", "authority"),
}


def fits(label: str, speaker: Speaker) -> bool:
    """Whether that side's utterances may carry a label; True where the side, or the label, isn't known."""
    others = [labels for side, labels in LABELS.items() if side is not speaker]
    return speaker is Speaker.UNKNOWN or not any(label in labels for labels in others)
