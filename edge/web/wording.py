"""The names that pages give to labels, scores, states and the like. Message ids are English; see `i18n`.

A name that isn't listed is shown as it is: a label of a newer codebook is better seen raw than hidden.
"""

from __future__ import annotations

from typing import Final

from edge.records import Score, ScoreState
from edge.web.i18n import N_

LABELS: Final = {
    "empathy": N_("Empathy"),
    "discovery_question": N_("Discovery question"),
    "deep_discovery": N_("Deep discovery"),
    "objection_response": N_("Objection response"),
    "commitment": N_("Promise"),
    "over_promise": N_("Over-promise"),
    "hedge": N_("Hedge"),
    "pressure": N_("Pressure"),
    "recording_notice": N_("Recording notice"),
    "follow_up_offer": N_("Follow-up agreed"),
    "closing": N_("Closing"),
    "objection": N_("Objection"),
    "complaint": N_("Complaint"),
    "emotion_negative": N_("Negative feeling in words"),
    "emotion_positive": N_("Positive feeling in words"),
    "buying_signal": N_("Buying signal"),
    "consent_given": N_("Agreed to recording"),
    "consent_refused": N_("Refused recording"),
    "human_request": N_("Asks for a person or manager"),
}
"""Labels of docs/codebook.md."""

TONES: Final = {
    "empathy": "warm",
    "discovery_question": "seek",
    "deep_discovery": "seek",
    "objection_response": "calm",
    "commitment": "calm",
    "hedge": "calm",
    "follow_up_offer": "calm",
    "over_promise": "risk",
    "pressure": "risk",
    "consent_refused": "risk",
    "objection": "care",
    "complaint": "care",
    "emotion_negative": "care",
    "human_request": "care",
    "emotion_positive": "good",
    "buying_signal": "good",
    "closing": "good",
    "recording_notice": "plain",
    "consent_given": "plain",
}
"""Colour family of a label. The name always stands beside the colour."""

MARKS: Final = {"warm": "♥", "seek": "?", "calm": "✓", "risk": "!", "care": "△", "good": "+", "plain": "·"}
"""A sign for each colour family, so that colour is never the only cue."""

KINDS: Final = {
    "delivery_time": N_("delivery time"),
    "outcome": N_("outcome"),
    "price": N_("price"),
    "refund_compensation": N_("refund or compensation"),
    "authority": N_("authority"),
    "no_risk": N_("denial of risk"),
    "trust": N_("trust"),
    "timing": N_("timing"),
    "need": N_("need"),
    "competitor": N_("competitor"),
    "quality": N_("quality"),
    "stock": N_("in stock"),
}

PROMISERS: Final = {"speaker": N_("the agent"), "firm": N_("the firm"), "other": N_("somebody else")}
"""Who is to keep a promise."""

CERTAINTIES: Final = {
    "absolute": N_("without any condition"),
    "firm": N_("firmly"),
    "hedged": N_("with reserve"),
    "declined": N_("declined to promise"),
    "quoted": N_("quoted, not promised"),
}
"""How surely a promise was made."""

SCORES: Final = {
    "empathy": N_("Empathy"),
    "over_promise_risk": N_("Over-promise risk"),
    "discovery_depth": N_("Discovery depth"),
    "follow_up_latency": N_("Follow-up promptness"),
    "emotion_swing": N_("Emotion swing"),
}

SCORE_HINTS: Final = {
    "empathy": N_("Whether feelings the customer showed were answered within two turns"),
    "over_promise_risk": N_("Assurances that outrun what can be known"),
    "discovery_depth": N_("How far the questions went into the customer's situation"),
    "follow_up_latency": N_("How soon a customer who objected was contacted again"),
    "emotion_swing": N_("Whether the customer left better (above 50) or worse than they came"),
}

SCORE_TONES: Final = {
    "empathy": "warm",
    "over_promise_risk": "risk",
    "discovery_depth": "seek",
    "follow_up_latency": "calm",
    "emotion_swing": "care",
}

LOWER_IS_BETTER: Final = frozenset({"over_promise_risk"})

STATES: Final = {
    "scored": N_("Scored"),
    "no_opportunity": N_("No opportunity in this call"),
    "not_enough_evidence": N_("Not enough evidence"),
    "transcript_too_poor": N_("Transcript too poor"),
}

NO_OPPORTUNITY: Final = {
    "empathy": N_("No occasion for empathy"),
    "over_promise_risk": N_("No promise was made"),
    "discovery_depth": N_("No occasion for discovery"),
    "follow_up_latency": N_("No follow-up was due"),
    "emotion_swing": N_("The customer showed no mood in words"),
}

STATE_HINTS: Final = {
    "no_opportunity": N_("The call gave no occasion for it, so there is nothing to score. This is not a zero."),
    "not_enough_evidence": N_("Too little was said to put a number on it. This is not a zero."),
    "transcript_too_poor": N_("The recording was understood too badly for a fair number. This is not a zero."),
}

STILL_WAITING: Final = N_("The customer objected, and no follow-up is known yet: the wait goes on. This is not a zero.")

CALL_STATES: Final = {
    "queued": N_("Waiting"),
    "analysing": N_("Being analysed"),
    "analysed": N_("Analysed"),
    "failed": N_("Failed"),
    "stopped": N_("Stopped by the consent gate"),
}

STAGES: Final = {
    "": N_("Waiting for its turn"),
    "decode": N_("Decoding"),
    "vad": N_("Finding speech"),
    "speech": N_("Recognising speech"),
    "language": N_("Reading the conversation"),
    "scores": N_("Scoring"),
    "store": N_("Storing"),
}

SCENES: Final = {"call_centre": N_("Call centre"), "store": N_("Store"), "b2b_phone": N_("Business by phone")}
DIRECTIONS: Final = {"inbound": N_("Inbound"), "outbound": N_("Outbound"), "in_store": N_("In store")}
LANGUAGE_NAMES: Final = {"zh": N_("Chinese"), "en": N_("English")}
SPEAKERS: Final = {"agent": N_("Agent"), "customer": N_("Customer"), "unknown": N_("Speaker unclear")}
ROLES: Final = {"agent": N_("Agent"), "customer": N_("Customer"), "mixed": N_("Mixed")}

ERASURE_REASONS: Final = {
    "subject_request": N_("A person in the call asked for it"),
    "consent_withdrawn": N_("Consent was withdrawn"),
    "wrong_recording": N_("The recording doesn't belong here"),
    "other": N_("Another reason"),
}


def label_name(label: str) -> str:
    """Message id of a label's name."""
    return LABELS.get(label, label)


def kind_name(kind: str) -> str:
    """Message id of a label's kind."""
    return KINDS.get(kind, kind)


def score_name(name: str) -> str:
    """Message id of a score's name."""
    return SCORES.get(name, name)


def score_tone(name: str) -> str:
    """Colour family of a score."""
    return SCORE_TONES.get(name, "plain")


def state_name(name: str, state: str) -> str:
    """Message id of a score's state, as this score would put it."""
    return NO_OPPORTUNITY.get(name, STATES[state]) if state == "no_opportunity" else STATES.get(state, state)


def state_hint(name: str, score: Score) -> str:
    """Message id of what a score's state means, for one without a value."""
    waiting = name == "follow_up_latency" and score.state is ScoreState.NOT_ENOUGH_EVIDENCE and score.evidence
    return STILL_WAITING if waiting else STATE_HINTS[score.state.value]
