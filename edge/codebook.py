"""The codebook's labels in the order in which learned heads give them (docs/codebook.md)."""

from __future__ import annotations

from edge.records import Speaker

AGENT_LABELS = (
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
)
CUSTOMER_LABELS = (
    "objection",
    "complaint",
    "emotion_negative",
    "emotion_positive",
    "buying_signal",
    "consent_given",
    "consent_refused",
    "human_request",
)
LABELS = (*AGENT_LABELS, *CUSTOMER_LABELS)
LABELS_OF = {Speaker.AGENT: AGENT_LABELS, Speaker.CUSTOMER: CUSTOMER_LABELS, Speaker.UNKNOWN: ()}
KINDS = {
    "over_promise": ("delivery_time", "outcome", "price", "refund_compensation", "authority", "no_risk"),
    "objection": ("price", "trust", "timing", "need", "competitor", "quality", "authority"),
}
# What a head answers for each utterance: a logit for every label, then one for every kind.
OUTPUTS = (*LABELS, *(f"{label}:{kind}" for label, kinds in KINDS.items() for kind in kinds))
