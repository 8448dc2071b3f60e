"""The records that cross a stage, a process or a disk. Frozen, keyword-only, tuples inside; no behaviour but their own.

Everything here is words, numbers and times. No record carries pitch, energy or any other acoustic feature past the
speech stage, so none can reach a staff score (EU AI Act, Art 5(1)(f); DESIGN decision 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Party(StrEnum):
    """A data subject's part in a call."""

    AGENT = "agent"
    CUSTOMER = "customer"


class Speaker(StrEnum):
    """Who an utterance is attributed to; `unknown` where a mono call leaves doubt."""

    AGENT = "agent"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


class ChannelRole(StrEnum):
    """Who is heard on one channel of the recording."""

    AGENT = "agent"
    CUSTOMER = "customer"
    MIXED = "mixed"


class Scene(StrEnum):
    """Where the conversation took place."""

    CALL_CENTRE = "call_centre"
    STORE = "store"
    B2B_PHONE = "b2b_phone"


class Direction(StrEnum):
    """Who sought the contact."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    IN_STORE = "in_store"


class Language(StrEnum):
    """Languages the box analyses (ISO 639-1)."""

    ZH = "zh"
    EN = "en"


class Purpose(StrEnum):
    """What a party's data may be used for; each needs a basis of its own (PIPL Art 13 and 14)."""

    RECORD = "record"
    ANALYSE = "analyse"
    COACH = "coach"
    RETAIN_AUDIO = "retain_audio"
    AGGREGATE = "aggregate"
    CUSTOMER_TONE = "customer_tone"


class BasisKind(StrEnum):
    """Lawful bases (PIPL Art 13; GDPR Art 6)."""

    CONSENT = "consent"
    SEPARATE_CONSENT = "separate_consent"
    CONTRACT = "contract"
    HR_RULES = "hr_rules"
    LEGAL_DUTY = "legal_duty"
    LEGITIMATE_INTEREST = "legitimate_interest"


class BasisState(StrEnum):
    """Life of one basis; only `given` permits anything."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class IndicationMethod(StrEnum):
    """How a party indicated its choice."""

    IVR_KEY = "ivr_key"
    VERBAL = "verbal"
    WEB = "web"
    PAPER = "paper"
    CRM = "crm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One party's basis for some purposes, as the sender of the call attests it."""

    party: Party
    purposes: tuple[Purpose, ...]
    basis: BasisKind
    notice_id: str
    indicated_at: datetime
    method: IndicationMethod
    evidence_ref: str
    state: BasisState = BasisState.GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeader:
    """What is known of a call before anything of it is heard. References are still the sender's own here."""

    call_id: str
    started_at: datetime  # with its offset
    scene: Scene
    direction: Direction
    agent_ref: str
    customer_ref: str
    channels: tuple[ChannelRole, ...]  # by channel index
    jurisdiction: str  # ISO 3166-1 alpha-2, or "" where unknown: the strictest rules apply
    language: Language
    bases: tuple[Basis, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Audio:
    """A decoded recording.

    samples: int16, shape (channels, frames), at rate_hz (8,000 to 16,000).
    loss: what the decoder had to leave out ("the file ends after 3.2 s of 9.0 s"), or None.
    """

    samples: NDArray[np.int16]
    rate_hz: int
    loss: str | None = None

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return int(self.samples.shape[1]) / self.rate_hz


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time in a call, in seconds from its start."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word (Chinese: mostly one character) with its time and the recogniser's probability."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One turn's stretch of one speaker, as the speech stage heard it."""

    id: str  # "u0001", in order of start
    channel: int
    speaker: Speaker
    start_s: float
    end_s: float
    text: str  # Simplified Chinese or English, punctuated
    confidence: float  # 0 to 1
    words: tuple[Word, ...] = ()
    speaker_doubtful: bool = False  # a doubtful turn never enters a staff score


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSummary:
    """What one channel of the recording held."""

    index: int
    role: ChannelRole
    speech_s: float
    note: str = ""  # "same signal as channel 0", "digital silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What the speech stage makes of a recording.

    speech: where someone speaks, by speaker, from voice activity (for talk metrics), in order of start.
    versions: model, its sha256, engine, window margin.
    """

    duration_s: float
    channels: tuple[ChannelSummary, ...]
    utterances: tuple[Utterance, ...]
    speech: dict[Speaker, tuple[Stretch, ...]]
    vad_s: float  # time spent on voice activity
    speech_s: float  # time spent on recognition, all of it
    versions: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label of the codebook on one utterance."""

    label: str
    probability: float
    kind: str | None = None
    span: tuple[int, int] | None = None  # characters of the utterance's text that decided it
    why: str = ""  # the rule or words that decided, for a reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A concrete act that someone promised."""

    what: str
    due: str | None  # the words of time
    due_at: datetime | None  # local time of the call, or None


class Promiser(StrEnum):
    """Who is to keep a promise, as the speaker says it."""

    SPEAKER = "speaker"
    FIRM = "firm"
    OTHER = "other"  # a carrier, a maker, a colleague


class Certainty(StrEnum):
    """How surely a promise was made. Only the first three bind the speaker."""

    ABSOLUTE = "absolute"
    FIRM = "firm"
    HEDGED = "hedged"  # with a condition, a range or a doubt
    DECLINED = "declined"
    QUOTED = "quoted"  # somebody else's words, or asked back


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One thing that an agent's utterance promises, assures, declines or quotes.

    kind: "delivery_time", "price", "refund_compensation", "stock", "authority", "outcome", "no_risk", or "act".
    due: the words of time. due_from, due_at: of a range its first bound and its last; local time of the call, or None.
    condition: the words on which it depends. price: in the currency spoken. discount_percent: off the list price.
    span: characters of the utterance that say it; None where another turn does.
    """

    who: Promiser
    kind: str
    what: str
    certainty: Certainty
    due: str | None = None
    due_from: datetime | None = None
    due_at: datetime | None = None
    condition: str | None = None
    price: float | None = None
    discount_percent: float | None = None
    span: tuple[int, int] | None = None

    @property
    def binds(self) -> bool:
        """Whether the customer may rely on it: it was neither declined nor somebody else's word."""
        return self.certainty not in (Certainty.DECLINED, Certainty.QUOTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PiiSpan:
    """Characters of an utterance that identify a person."""

    start: int
    end: int
    type: str  # person, phone, id_card, bank_card, address, email


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the language stage finds in one utterance."""

    utterance_id: str
    labels: tuple[Label, ...] = ()
    commitment: Commitment | None = None
    pii: tuple[PiiSpan, ...] = ()
    promises: tuple[Promised, ...] = ()


MASK = "＊"  # as wide as one Chinese character, so that spans and line breaks stay where they were


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedUtterance:
    """An utterance with everything found in it: what scores read, pages show and the store keeps."""

    id: str
    channel: int
    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    confidence: float
    labels: tuple[Label, ...] = ()
    commitment: Commitment | None = None
    pii: tuple[PiiSpan, ...] = ()
    words: tuple[Word, ...] = ()
    speaker_doubtful: bool = False
    promises: tuple[Promised, ...] = ()

    @classmethod
    def joined(cls, heard: Utterance, reading: Reading) -> AnalysedUtterance:
        """What was heard with what it means."""
        return cls(
            id=heard.id,
            channel=heard.channel,
            speaker=heard.speaker,
            start_s=heard.start_s,
            end_s=heard.end_s,
            text=heard.text,
            confidence=heard.confidence,
            labels=reading.labels,
            commitment=reading.commitment,
            pii=reading.pii,
            words=heard.words,
            speaker_doubtful=heard.speaker_doubtful,
            promises=reading.promises,
        )

    @property
    def heard(self) -> Utterance:
        """What was heard, without what was found in it."""
        return Utterance(
            id=self.id,
            channel=self.channel,
            speaker=self.speaker,
            start_s=self.start_s,
            end_s=self.end_s,
            text=self.text,
            confidence=self.confidence,
            words=self.words,
            speaker_doubtful=self.speaker_doubtful,
        )

    def has(self, label: str) -> bool:
        """Whether the utterance carries that label."""
        return any(found.label == label for found in self.labels)

    @property
    def masked_text(self) -> str:
        """The text with every identifying character replaced by MASK; spans into `text` stay valid."""
        characters = list(self.text)
        for span in self.pii:
            for position in range(span.start, span.end):
                characters[position] = MASK
        return "".join(characters)


class ScoreState(StrEnum):
    """Why a score has a value, or why it has none."""

    SCORED = "scored"
    NO_OPPORTUNITY = "no_opportunity"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    TRANSCRIPT_TOO_POOR = "transcript_too_poor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One utterance's part in a score. A negative contribution is counter-evidence."""

    utterance: str
    span: tuple[int, int] | None
    contribution: float  # in points of the score
    why: str  # for a person to read, Chinese
    why_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One dimension of a score that is a weighted mean: sum(weight * value) / sum(weight) over those with a value.

    Raises: ValueError where value or weight is out of range.
    """

    name: str  # "coverage"
    title: str  # for a person to read, Chinese
    title_en: str
    value: float | None  # 0 to 100; None where it isn't known yet
    weight: float  # 0 to 1; a part without a value leaves its weight to the others

    def __post_init__(self) -> None:
        if not 0.0 <= self.weight <= 1.0 or (self.value is not None and not 0.0 <= self.value <= 100.0):
            raise ValueError(f"part {self.name}: value {self.value}, weight {self.weight}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A number about a call that explains itself (GDPR Art 15(1)(h), PIPL Art 24).

    Raises: ValueError where value, interval and state contradict each other.
    """

    value: float | None  # 0 to 100
    interval: tuple[float, float] | None
    state: ScoreState
    evidence: tuple[Evidence, ...]
    versions: dict[str, str]
    limits: tuple[str, ...]
    parts: tuple[Part, ...] = ()  # where the value is a weighted mean of dimensions; their weights never change later

    def __post_init__(self) -> None:
        scored = self.state is ScoreState.SCORED
        if scored != (self.value is not None) or scored != (self.interval is not None):
            raise ValueError(f"state {self.state} with value {self.value} and interval {self.interval}")
        if self.value is not None and self.interval is not None:
            low, high = self.interval
            if not 0.0 <= low <= self.value <= high <= 100.0 or not self.evidence:
                raise ValueError(f"value {self.value} in {self.interval} with {len(self.evidence)} pieces of evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerTalk:
    """One side's talking, in the units of the names. None where it can't be known."""

    talk_s: float
    turns: int
    characters: int
    characters_per_min: float | None
    longest_monologue_s: float
    interruptions: int
    backchannels: int
    questions: int
    questions_per_min: float | None
    patience_s: float | None  # median wait before answering the other side


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A stretch in which nobody speaks; hold is counted apart."""

    start_s: float
    end_s: float
    kind: str  # "silence" or "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkMetrics:
    """How the two sides talked. Definitions: docs/metrics.md; `preset` names the set of thresholds."""

    preset: str
    talk_share: dict[str, float | None]  # "agent_of_speech", "agent_of_call", "customer_of_speech", …
    silence_s: float
    silence_share: float
    hold_s: float
    silences: tuple[Silence, ...]
    overlap_s: float
    longest_customer_story_s: float
    switches_per_min: float | None  # interactivity
    speakers: dict[str, SpeakerTalk]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Where the time went, in seconds of wall clock; rtf = total / duration."""

    decode_s: float
    vad_s: float
    speech_s: float
    language_s: float
    scores_s: float
    total_s: float
    rtf: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The whole result for one call. Dumped by pydantic this is the contract's JSON (DESIGN section 4)."""

    call_id: str
    started_at: datetime
    scene: Scene
    language: Language
    duration_s: float
    channels: tuple[ChannelSummary, ...]
    utterances: tuple[AnalysedUtterance, ...]
    scores: dict[str, Score]
    talk: TalkMetrics
    timing: Timing
    versions: dict[str, str]
    warnings: tuple[str, ...] = ()  # "the file ends after 3.2 s of 9.0 s"


class CallState(StrEnum):
    """Where a call is on its way through the box."""

    QUEUED = "queued"
    ANALYSING = "analysing"
    ANALYSED = "analysed"
    FAILED = "failed"  # by our fault, with a reason without content; can be queued again
    STOPPED = "stopped"  # the gate closed between two writes; nothing more was written


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSummary:
    """One line of the list of calls. Holds no content."""

    call_id: str
    started_at: datetime
    received_at: datetime
    scene: Scene
    direction: Direction
    language: Language
    agent: str  # pseudonym
    customer: str  # pseudonym
    duration_s: float
    state: CallState
    reason: str  # for failed and stopped
    expires_at: datetime  # when the content is erased
    audio_kept: bool


class EventKind(StrEnum):
    """What may happen between the firm and a customer outside of calls, as far as the box needs to know."""

    FOLLOW_UP_CONTACT = "follow_up_contact"  # the firm reached out: a call, a message, a visit
    PROPOSAL_OPENED = "proposal_opened"
    PROPOSAL_EDITED = "proposal_edited"
    CUSTOMER_LOGIN = "customer_login"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as the box keeps it: a kind, a time and pseudonyms. Never content."""

    id: str  # keyed hash of the sender's own id: the same event twice is one
    source: str
    kind: EventKind
    at: datetime
    customer: str  # pseudonym
    agent: str | None = None  # pseudonym
