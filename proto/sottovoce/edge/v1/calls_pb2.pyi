import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Scene(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCENE_UNSPECIFIED: _ClassVar[Scene]
    SCENE_CALL_CENTRE: _ClassVar[Scene]
    SCENE_STORE: _ClassVar[Scene]
    SCENE_B2B_PHONE: _ClassVar[Scene]

class Direction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIRECTION_UNSPECIFIED: _ClassVar[Direction]
    DIRECTION_INBOUND: _ClassVar[Direction]
    DIRECTION_OUTBOUND: _ClassVar[Direction]
    DIRECTION_IN_STORE: _ClassVar[Direction]

class Language(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANGUAGE_UNSPECIFIED: _ClassVar[Language]
    LANGUAGE_ZH: _ClassVar[Language]
    LANGUAGE_EN: _ClassVar[Language]

class ChannelRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANNEL_ROLE_UNSPECIFIED: _ClassVar[ChannelRole]
    CHANNEL_ROLE_AGENT: _ClassVar[ChannelRole]
    CHANNEL_ROLE_CUSTOMER: _ClassVar[ChannelRole]
    CHANNEL_ROLE_MIXED: _ClassVar[ChannelRole]

class Speaker(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPEAKER_UNSPECIFIED: _ClassVar[Speaker]
    SPEAKER_AGENT: _ClassVar[Speaker]
    SPEAKER_CUSTOMER: _ClassVar[Speaker]
    SPEAKER_UNKNOWN: _ClassVar[Speaker]

class Promiser(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROMISER_UNSPECIFIED: _ClassVar[Promiser]
    PROMISER_SPEAKER: _ClassVar[Promiser]
    PROMISER_FIRM: _ClassVar[Promiser]
    PROMISER_OTHER: _ClassVar[Promiser]

class Certainty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CERTAINTY_UNSPECIFIED: _ClassVar[Certainty]
    CERTAINTY_ABSOLUTE: _ClassVar[Certainty]
    CERTAINTY_FIRM: _ClassVar[Certainty]
    CERTAINTY_HEDGED: _ClassVar[Certainty]
    CERTAINTY_DECLINED: _ClassVar[Certainty]
    CERTAINTY_QUOTED: _ClassVar[Certainty]

class Party(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTY_UNSPECIFIED: _ClassVar[Party]
    PARTY_AGENT: _ClassVar[Party]
    PARTY_CUSTOMER: _ClassVar[Party]

class Purpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PURPOSE_UNSPECIFIED: _ClassVar[Purpose]
    PURPOSE_RECORD: _ClassVar[Purpose]
    PURPOSE_ANALYSE: _ClassVar[Purpose]
    PURPOSE_COACH: _ClassVar[Purpose]
    PURPOSE_RETAIN_AUDIO: _ClassVar[Purpose]
    PURPOSE_AGGREGATE: _ClassVar[Purpose]
    PURPOSE_CUSTOMER_TONE: _ClassVar[Purpose]

class BasisKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BASIS_KIND_UNSPECIFIED: _ClassVar[BasisKind]
    BASIS_KIND_CONSENT: _ClassVar[BasisKind]
    BASIS_KIND_SEPARATE_CONSENT: _ClassVar[BasisKind]
    BASIS_KIND_CONTRACT: _ClassVar[BasisKind]
    BASIS_KIND_HR_RULES: _ClassVar[BasisKind]
    BASIS_KIND_LEGAL_DUTY: _ClassVar[BasisKind]
    BASIS_KIND_LEGITIMATE_INTEREST: _ClassVar[BasisKind]

class BasisState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BASIS_STATE_UNSPECIFIED: _ClassVar[BasisState]
    BASIS_STATE_GIVEN: _ClassVar[BasisState]
    BASIS_STATE_REFUSED: _ClassVar[BasisState]
    BASIS_STATE_WITHDRAWN: _ClassVar[BasisState]

class IndicationMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INDICATION_METHOD_UNSPECIFIED: _ClassVar[IndicationMethod]
    INDICATION_METHOD_IVR_KEY: _ClassVar[IndicationMethod]
    INDICATION_METHOD_VERBAL: _ClassVar[IndicationMethod]
    INDICATION_METHOD_WEB: _ClassVar[IndicationMethod]
    INDICATION_METHOD_PAPER: _ClassVar[IndicationMethod]
    INDICATION_METHOD_CRM: _ClassVar[IndicationMethod]

class RawFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RAW_FORMAT_UNSPECIFIED: _ClassVar[RawFormat]
    RAW_FORMAT_PCMU: _ClassVar[RawFormat]
    RAW_FORMAT_PCMA: _ClassVar[RawFormat]

class CallState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALL_STATE_UNSPECIFIED: _ClassVar[CallState]
    CALL_STATE_QUEUED: _ClassVar[CallState]
    CALL_STATE_ANALYSING: _ClassVar[CallState]
    CALL_STATE_ANALYSED: _ClassVar[CallState]
    CALL_STATE_FAILED: _ClassVar[CallState]
    CALL_STATE_STOPPED: _ClassVar[CallState]

class ScoreState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCORE_STATE_UNSPECIFIED: _ClassVar[ScoreState]
    SCORE_STATE_SCORED: _ClassVar[ScoreState]
    SCORE_STATE_NO_OPPORTUNITY: _ClassVar[ScoreState]
    SCORE_STATE_NOT_ENOUGH_EVIDENCE: _ClassVar[ScoreState]
    SCORE_STATE_TRANSCRIPT_TOO_POOR: _ClassVar[ScoreState]

class ErasureReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERASURE_REASON_UNSPECIFIED: _ClassVar[ErasureReason]
    ERASURE_REASON_PARTY_REQUEST: _ClassVar[ErasureReason]
    ERASURE_REASON_CONSENT_WITHDRAWN: _ClassVar[ErasureReason]
    ERASURE_REASON_SENT_BY_MISTAKE: _ClassVar[ErasureReason]
    ERASURE_REASON_NO_LONGER_NEEDED: _ClassVar[ErasureReason]
SCENE_UNSPECIFIED: Scene
SCENE_CALL_CENTRE: Scene
SCENE_STORE: Scene
SCENE_B2B_PHONE: Scene
DIRECTION_UNSPECIFIED: Direction
DIRECTION_INBOUND: Direction
DIRECTION_OUTBOUND: Direction
DIRECTION_IN_STORE: Direction
LANGUAGE_UNSPECIFIED: Language
LANGUAGE_ZH: Language
LANGUAGE_EN: Language
CHANNEL_ROLE_UNSPECIFIED: ChannelRole
CHANNEL_ROLE_AGENT: ChannelRole
CHANNEL_ROLE_CUSTOMER: ChannelRole
CHANNEL_ROLE_MIXED: ChannelRole
SPEAKER_UNSPECIFIED: Speaker
SPEAKER_AGENT: Speaker
SPEAKER_CUSTOMER: Speaker
SPEAKER_UNKNOWN: Speaker
PROMISER_UNSPECIFIED: Promiser
PROMISER_SPEAKER: Promiser
PROMISER_FIRM: Promiser
PROMISER_OTHER: Promiser
CERTAINTY_UNSPECIFIED: Certainty
CERTAINTY_ABSOLUTE: Certainty
CERTAINTY_FIRM: Certainty
CERTAINTY_HEDGED: Certainty
CERTAINTY_DECLINED: Certainty
CERTAINTY_QUOTED: Certainty
PARTY_UNSPECIFIED: Party
PARTY_AGENT: Party
PARTY_CUSTOMER: Party
PURPOSE_UNSPECIFIED: Purpose
PURPOSE_RECORD: Purpose
PURPOSE_ANALYSE: Purpose
PURPOSE_COACH: Purpose
PURPOSE_RETAIN_AUDIO: Purpose
PURPOSE_AGGREGATE: Purpose
PURPOSE_CUSTOMER_TONE: Purpose
BASIS_KIND_UNSPECIFIED: BasisKind
BASIS_KIND_CONSENT: BasisKind
BASIS_KIND_SEPARATE_CONSENT: BasisKind
BASIS_KIND_CONTRACT: BasisKind
BASIS_KIND_HR_RULES: BasisKind
BASIS_KIND_LEGAL_DUTY: BasisKind
BASIS_KIND_LEGITIMATE_INTEREST: BasisKind
BASIS_STATE_UNSPECIFIED: BasisState
BASIS_STATE_GIVEN: BasisState
BASIS_STATE_REFUSED: BasisState
BASIS_STATE_WITHDRAWN: BasisState
INDICATION_METHOD_UNSPECIFIED: IndicationMethod
INDICATION_METHOD_IVR_KEY: IndicationMethod
INDICATION_METHOD_VERBAL: IndicationMethod
INDICATION_METHOD_WEB: IndicationMethod
INDICATION_METHOD_PAPER: IndicationMethod
INDICATION_METHOD_CRM: IndicationMethod
RAW_FORMAT_UNSPECIFIED: RawFormat
RAW_FORMAT_PCMU: RawFormat
RAW_FORMAT_PCMA: RawFormat
CALL_STATE_UNSPECIFIED: CallState
CALL_STATE_QUEUED: CallState
CALL_STATE_ANALYSING: CallState
CALL_STATE_ANALYSED: CallState
CALL_STATE_FAILED: CallState
CALL_STATE_STOPPED: CallState
SCORE_STATE_UNSPECIFIED: ScoreState
SCORE_STATE_SCORED: ScoreState
SCORE_STATE_NO_OPPORTUNITY: ScoreState
SCORE_STATE_NOT_ENOUGH_EVIDENCE: ScoreState
SCORE_STATE_TRANSCRIPT_TOO_POOR: ScoreState
ERASURE_REASON_UNSPECIFIED: ErasureReason
ERASURE_REASON_PARTY_REQUEST: ErasureReason
ERASURE_REASON_CONSENT_WITHDRAWN: ErasureReason
ERASURE_REASON_SENT_BY_MISTAKE: ErasureReason
ERASURE_REASON_NO_LONGER_NEEDED: ErasureReason

class UploadCallRequest(_message.Message):
    __slots__ = ("start", "audio")
    START_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    start: UploadStart
    audio: bytes
    def __init__(self, start: _Optional[_Union[UploadStart, _Mapping]] = ..., audio: _Optional[bytes] = ...) -> None: ...

class UploadStart(_message.Message):
    __slots__ = ("call", "sidecar_json", "raw_format", "audio_bytes")
    CALL_FIELD_NUMBER: _ClassVar[int]
    SIDECAR_JSON_FIELD_NUMBER: _ClassVar[int]
    RAW_FORMAT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_BYTES_FIELD_NUMBER: _ClassVar[int]
    call: CallHeader
    sidecar_json: bytes
    raw_format: RawFormat
    audio_bytes: int
    def __init__(self, call: _Optional[_Union[CallHeader, _Mapping]] = ..., sidecar_json: _Optional[bytes] = ..., raw_format: _Optional[_Union[RawFormat, str]] = ..., audio_bytes: _Optional[int] = ...) -> None: ...

class CallHeader(_message.Message):
    __slots__ = ("call_id", "started_at", "scene", "direction", "agent_ref", "customer_ref", "channels", "jurisdiction", "language", "bases")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    AGENT_REF_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_REF_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    JURISDICTION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    BASES_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    started_at: str
    scene: Scene
    direction: Direction
    agent_ref: str
    customer_ref: str
    channels: _containers.RepeatedScalarFieldContainer[ChannelRole]
    jurisdiction: str
    language: Language
    bases: _containers.RepeatedCompositeFieldContainer[Basis]
    def __init__(self, call_id: _Optional[str] = ..., started_at: _Optional[str] = ..., scene: _Optional[_Union[Scene, str]] = ..., direction: _Optional[_Union[Direction, str]] = ..., agent_ref: _Optional[str] = ..., customer_ref: _Optional[str] = ..., channels: _Optional[_Iterable[_Union[ChannelRole, str]]] = ..., jurisdiction: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ..., bases: _Optional[_Iterable[_Union[Basis, _Mapping]]] = ...) -> None: ...

class Basis(_message.Message):
    __slots__ = ("party", "purposes", "basis", "notice_id", "indicated_at", "method", "evidence_ref", "state")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PURPOSES_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    NOTICE_ID_FIELD_NUMBER: _ClassVar[int]
    INDICATED_AT_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_REF_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    party: Party
    purposes: _containers.RepeatedScalarFieldContainer[Purpose]
    basis: BasisKind
    notice_id: str
    indicated_at: str
    method: IndicationMethod
    evidence_ref: str
    state: BasisState
    def __init__(self, party: _Optional[_Union[Party, str]] = ..., purposes: _Optional[_Iterable[_Union[Purpose, str]]] = ..., basis: _Optional[_Union[BasisKind, str]] = ..., notice_id: _Optional[str] = ..., indicated_at: _Optional[str] = ..., method: _Optional[_Union[IndicationMethod, str]] = ..., evidence_ref: _Optional[str] = ..., state: _Optional[_Union[BasisState, str]] = ...) -> None: ...

class UploadCallResponse(_message.Message):
    __slots__ = ("call_id", "state", "duplicate_of", "warnings")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_OF_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    state: CallState
    duplicate_of: str
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, call_id: _Optional[str] = ..., state: _Optional[_Union[CallState, str]] = ..., duplicate_of: _Optional[str] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchCallRequest(_message.Message):
    __slots__ = ("call_id",)
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    def __init__(self, call_id: _Optional[str] = ...) -> None: ...

class CallProgress(_message.Message):
    __slots__ = ("call_id", "state", "stage", "share", "reason")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    state: CallState
    stage: str
    share: float
    reason: str
    def __init__(self, call_id: _Optional[str] = ..., state: _Optional[_Union[CallState, str]] = ..., stage: _Optional[str] = ..., share: _Optional[float] = ..., reason: _Optional[str] = ...) -> None: ...

class GetAnalysisRequest(_message.Message):
    __slots__ = ("call_id", "reveal", "words")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    REVEAL_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    reveal: bool
    words: bool
    def __init__(self, call_id: _Optional[str] = ..., reveal: _Optional[bool] = ..., words: _Optional[bool] = ...) -> None: ...

class GetAnalysisResponse(_message.Message):
    __slots__ = ("analysis",)
    ANALYSIS_FIELD_NUMBER: _ClassVar[int]
    analysis: Analysis
    def __init__(self, analysis: _Optional[_Union[Analysis, _Mapping]] = ...) -> None: ...

class Analysis(_message.Message):
    __slots__ = ("call_id", "started_at", "scene", "language", "duration_s", "channels", "utterances", "scores", "talk", "timing", "versions", "warnings")
    class ScoresEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Score
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Score, _Mapping]] = ...) -> None: ...
    class VersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    DURATION_S_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    UTTERANCES_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    TALK_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    started_at: str
    scene: Scene
    language: Language
    duration_s: float
    channels: _containers.RepeatedCompositeFieldContainer[ChannelSummary]
    utterances: _containers.RepeatedCompositeFieldContainer[Utterance]
    scores: _containers.MessageMap[str, Score]
    talk: TalkMetrics
    timing: Timing
    versions: _containers.ScalarMap[str, str]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, call_id: _Optional[str] = ..., started_at: _Optional[str] = ..., scene: _Optional[_Union[Scene, str]] = ..., language: _Optional[_Union[Language, str]] = ..., duration_s: _Optional[float] = ..., channels: _Optional[_Iterable[_Union[ChannelSummary, _Mapping]]] = ..., utterances: _Optional[_Iterable[_Union[Utterance, _Mapping]]] = ..., scores: _Optional[_Mapping[str, Score]] = ..., talk: _Optional[_Union[TalkMetrics, _Mapping]] = ..., timing: _Optional[_Union[Timing, _Mapping]] = ..., versions: _Optional[_Mapping[str, str]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class ChannelSummary(_message.Message):
    __slots__ = ("index", "role", "speech_s", "note")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SPEECH_S_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    index: int
    role: ChannelRole
    speech_s: float
    note: str
    def __init__(self, index: _Optional[int] = ..., role: _Optional[_Union[ChannelRole, str]] = ..., speech_s: _Optional[float] = ..., note: _Optional[str] = ...) -> None: ...

class Utterance(_message.Message):
    __slots__ = ("id", "channel", "speaker", "start_s", "end_s", "text", "confidence", "labels", "commitment", "pii", "words", "speaker_doubtful", "promises")
    ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    START_S_FIELD_NUMBER: _ClassVar[int]
    END_S_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    COMMITMENT_FIELD_NUMBER: _ClassVar[int]
    PII_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_DOUBTFUL_FIELD_NUMBER: _ClassVar[int]
    PROMISES_FIELD_NUMBER: _ClassVar[int]
    id: str
    channel: int
    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    confidence: float
    labels: _containers.RepeatedCompositeFieldContainer[Label]
    commitment: Commitment
    pii: _containers.RepeatedCompositeFieldContainer[PiiSpan]
    words: _containers.RepeatedCompositeFieldContainer[Word]
    speaker_doubtful: bool
    promises: _containers.RepeatedCompositeFieldContainer[Promise]
    def __init__(self, id: _Optional[str] = ..., channel: _Optional[int] = ..., speaker: _Optional[_Union[Speaker, str]] = ..., start_s: _Optional[float] = ..., end_s: _Optional[float] = ..., text: _Optional[str] = ..., confidence: _Optional[float] = ..., labels: _Optional[_Iterable[_Union[Label, _Mapping]]] = ..., commitment: _Optional[_Union[Commitment, _Mapping]] = ..., pii: _Optional[_Iterable[_Union[PiiSpan, _Mapping]]] = ..., words: _Optional[_Iterable[_Union[Word, _Mapping]]] = ..., speaker_doubtful: _Optional[bool] = ..., promises: _Optional[_Iterable[_Union[Promise, _Mapping]]] = ...) -> None: ...

class Span(_message.Message):
    __slots__ = ("start", "end")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class Label(_message.Message):
    __slots__ = ("label", "probability", "kind", "span", "why")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    label: str
    probability: float
    kind: str
    span: Span
    why: str
    def __init__(self, label: _Optional[str] = ..., probability: _Optional[float] = ..., kind: _Optional[str] = ..., span: _Optional[_Union[Span, _Mapping]] = ..., why: _Optional[str] = ...) -> None: ...

class Commitment(_message.Message):
    __slots__ = ("what", "due", "due_at")
    WHAT_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    what: str
    due: str
    due_at: str
    def __init__(self, what: _Optional[str] = ..., due: _Optional[str] = ..., due_at: _Optional[str] = ...) -> None: ...

class Promise(_message.Message):
    __slots__ = ("who", "kind", "what", "certainty", "due", "due_from", "due_at", "condition", "price", "discount_percent", "span")
    WHO_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    CERTAINTY_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    DUE_FROM_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_PERCENT_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIELD_NUMBER: _ClassVar[int]
    who: Promiser
    kind: str
    what: str
    certainty: Certainty
    due: str
    due_from: str
    due_at: str
    condition: str
    price: float
    discount_percent: float
    span: Span
    def __init__(self, who: _Optional[_Union[Promiser, str]] = ..., kind: _Optional[str] = ..., what: _Optional[str] = ..., certainty: _Optional[_Union[Certainty, str]] = ..., due: _Optional[str] = ..., due_from: _Optional[str] = ..., due_at: _Optional[str] = ..., condition: _Optional[str] = ..., price: _Optional[float] = ..., discount_percent: _Optional[float] = ..., span: _Optional[_Union[Span, _Mapping]] = ...) -> None: ...

class PiiSpan(_message.Message):
    __slots__ = ("start", "end", "type")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    type: str
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ..., type: _Optional[str] = ...) -> None: ...

class Word(_message.Message):
    __slots__ = ("text", "start_s", "end_s", "probability")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_S_FIELD_NUMBER: _ClassVar[int]
    END_S_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    text: str
    start_s: float
    end_s: float
    probability: float
    def __init__(self, text: _Optional[str] = ..., start_s: _Optional[float] = ..., end_s: _Optional[float] = ..., probability: _Optional[float] = ...) -> None: ...

class Score(_message.Message):
    __slots__ = ("value", "interval", "state", "evidence", "versions", "limits", "parts")
    class VersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    VALUE_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    value: float
    interval: Interval
    state: ScoreState
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    versions: _containers.ScalarMap[str, str]
    limits: _containers.RepeatedScalarFieldContainer[str]
    parts: _containers.RepeatedCompositeFieldContainer[ScorePart]
    def __init__(self, value: _Optional[float] = ..., interval: _Optional[_Union[Interval, _Mapping]] = ..., state: _Optional[_Union[ScoreState, str]] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., versions: _Optional[_Mapping[str, str]] = ..., limits: _Optional[_Iterable[str]] = ..., parts: _Optional[_Iterable[_Union[ScorePart, _Mapping]]] = ...) -> None: ...

class ScorePart(_message.Message):
    __slots__ = ("name", "title", "title_en", "value", "weight")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    title_en: str
    value: float
    weight: float
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., title_en: _Optional[str] = ..., value: _Optional[float] = ..., weight: _Optional[float] = ...) -> None: ...

class Interval(_message.Message):
    __slots__ = ("low", "high")
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    low: float
    high: float
    def __init__(self, low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("utterance", "span", "contribution", "why", "why_en")
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTION_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    WHY_EN_FIELD_NUMBER: _ClassVar[int]
    utterance: str
    span: Span
    contribution: float
    why: str
    why_en: str
    def __init__(self, utterance: _Optional[str] = ..., span: _Optional[_Union[Span, _Mapping]] = ..., contribution: _Optional[float] = ..., why: _Optional[str] = ..., why_en: _Optional[str] = ...) -> None: ...

class TalkMetrics(_message.Message):
    __slots__ = ("preset", "talk_shares", "silence_s", "silence_share", "hold_s", "silences", "overlap_s", "longest_customer_story_s", "switches_per_min", "speakers")
    class SpeakersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: SpeakerTalk
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[SpeakerTalk, _Mapping]] = ...) -> None: ...
    PRESET_FIELD_NUMBER: _ClassVar[int]
    TALK_SHARES_FIELD_NUMBER: _ClassVar[int]
    SILENCE_S_FIELD_NUMBER: _ClassVar[int]
    SILENCE_SHARE_FIELD_NUMBER: _ClassVar[int]
    HOLD_S_FIELD_NUMBER: _ClassVar[int]
    SILENCES_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_S_FIELD_NUMBER: _ClassVar[int]
    LONGEST_CUSTOMER_STORY_S_FIELD_NUMBER: _ClassVar[int]
    SWITCHES_PER_MIN_FIELD_NUMBER: _ClassVar[int]
    SPEAKERS_FIELD_NUMBER: _ClassVar[int]
    preset: str
    talk_shares: _containers.RepeatedCompositeFieldContainer[TalkShare]
    silence_s: float
    silence_share: float
    hold_s: float
    silences: _containers.RepeatedCompositeFieldContainer[Silence]
    overlap_s: float
    longest_customer_story_s: float
    switches_per_min: float
    speakers: _containers.MessageMap[str, SpeakerTalk]
    def __init__(self, preset: _Optional[str] = ..., talk_shares: _Optional[_Iterable[_Union[TalkShare, _Mapping]]] = ..., silence_s: _Optional[float] = ..., silence_share: _Optional[float] = ..., hold_s: _Optional[float] = ..., silences: _Optional[_Iterable[_Union[Silence, _Mapping]]] = ..., overlap_s: _Optional[float] = ..., longest_customer_story_s: _Optional[float] = ..., switches_per_min: _Optional[float] = ..., speakers: _Optional[_Mapping[str, SpeakerTalk]] = ...) -> None: ...

class TalkShare(_message.Message):
    __slots__ = ("of", "share")
    OF_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    of: str
    share: float
    def __init__(self, of: _Optional[str] = ..., share: _Optional[float] = ...) -> None: ...

class SpeakerTalk(_message.Message):
    __slots__ = ("talk_s", "turns", "characters", "characters_per_min", "longest_monologue_s", "interruptions", "backchannels", "questions", "questions_per_min", "patience_s")
    TALK_S_FIELD_NUMBER: _ClassVar[int]
    TURNS_FIELD_NUMBER: _ClassVar[int]
    CHARACTERS_FIELD_NUMBER: _ClassVar[int]
    CHARACTERS_PER_MIN_FIELD_NUMBER: _ClassVar[int]
    LONGEST_MONOLOGUE_S_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTIONS_FIELD_NUMBER: _ClassVar[int]
    BACKCHANNELS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_PER_MIN_FIELD_NUMBER: _ClassVar[int]
    PATIENCE_S_FIELD_NUMBER: _ClassVar[int]
    talk_s: float
    turns: int
    characters: int
    characters_per_min: float
    longest_monologue_s: float
    interruptions: int
    backchannels: int
    questions: int
    questions_per_min: float
    patience_s: float
    def __init__(self, talk_s: _Optional[float] = ..., turns: _Optional[int] = ..., characters: _Optional[int] = ..., characters_per_min: _Optional[float] = ..., longest_monologue_s: _Optional[float] = ..., interruptions: _Optional[int] = ..., backchannels: _Optional[int] = ..., questions: _Optional[int] = ..., questions_per_min: _Optional[float] = ..., patience_s: _Optional[float] = ...) -> None: ...

class Silence(_message.Message):
    __slots__ = ("start_s", "end_s", "kind")
    START_S_FIELD_NUMBER: _ClassVar[int]
    END_S_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    start_s: float
    end_s: float
    kind: str
    def __init__(self, start_s: _Optional[float] = ..., end_s: _Optional[float] = ..., kind: _Optional[str] = ...) -> None: ...

class Timing(_message.Message):
    __slots__ = ("decode_s", "vad_s", "speech_s", "language_s", "scores_s", "total_s", "rtf")
    DECODE_S_FIELD_NUMBER: _ClassVar[int]
    VAD_S_FIELD_NUMBER: _ClassVar[int]
    SPEECH_S_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_S_FIELD_NUMBER: _ClassVar[int]
    SCORES_S_FIELD_NUMBER: _ClassVar[int]
    TOTAL_S_FIELD_NUMBER: _ClassVar[int]
    RTF_FIELD_NUMBER: _ClassVar[int]
    decode_s: float
    vad_s: float
    speech_s: float
    language_s: float
    scores_s: float
    total_s: float
    rtf: float
    def __init__(self, decode_s: _Optional[float] = ..., vad_s: _Optional[float] = ..., speech_s: _Optional[float] = ..., language_s: _Optional[float] = ..., scores_s: _Optional[float] = ..., total_s: _Optional[float] = ..., rtf: _Optional[float] = ...) -> None: ...

class ListCallsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "state")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    state: CallState
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[CallState, str]] = ...) -> None: ...

class ListCallsResponse(_message.Message):
    __slots__ = ("calls", "next_page_token")
    CALLS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    calls: _containers.RepeatedCompositeFieldContainer[CallSummary]
    next_page_token: str
    def __init__(self, calls: _Optional[_Iterable[_Union[CallSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CallSummary(_message.Message):
    __slots__ = ("call_id", "started_at", "received_at", "scene", "direction", "language", "agent", "customer", "duration_s", "state", "reason", "expires_at", "audio_kept")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    DURATION_S_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_KEPT_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    started_at: str
    received_at: _timestamp_pb2.Timestamp
    scene: Scene
    direction: Direction
    language: Language
    agent: str
    customer: str
    duration_s: float
    state: CallState
    reason: str
    expires_at: _timestamp_pb2.Timestamp
    audio_kept: bool
    def __init__(self, call_id: _Optional[str] = ..., started_at: _Optional[str] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scene: _Optional[_Union[Scene, str]] = ..., direction: _Optional[_Union[Direction, str]] = ..., language: _Optional[_Union[Language, str]] = ..., agent: _Optional[str] = ..., customer: _Optional[str] = ..., duration_s: _Optional[float] = ..., state: _Optional[_Union[CallState, str]] = ..., reason: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., audio_kept: _Optional[bool] = ...) -> None: ...

class ExplainScoreRequest(_message.Message):
    __slots__ = ("call_id", "score", "reveal")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    REVEAL_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    score: str
    reveal: bool
    def __init__(self, call_id: _Optional[str] = ..., score: _Optional[str] = ..., reveal: _Optional[bool] = ...) -> None: ...

class ExplainScoreResponse(_message.Message):
    __slots__ = ("call_id", "name", "score", "excerpts")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    EXCERPTS_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    name: str
    score: Score
    excerpts: _containers.RepeatedCompositeFieldContainer[Excerpt]
    def __init__(self, call_id: _Optional[str] = ..., name: _Optional[str] = ..., score: _Optional[_Union[Score, _Mapping]] = ..., excerpts: _Optional[_Iterable[_Union[Excerpt, _Mapping]]] = ...) -> None: ...

class Excerpt(_message.Message):
    __slots__ = ("utterance", "speaker", "start_s", "end_s", "text")
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    START_S_FIELD_NUMBER: _ClassVar[int]
    END_S_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    utterance: str
    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    def __init__(self, utterance: _Optional[str] = ..., speaker: _Optional[_Union[Speaker, str]] = ..., start_s: _Optional[float] = ..., end_s: _Optional[float] = ..., text: _Optional[str] = ...) -> None: ...

class DeleteCallRequest(_message.Message):
    __slots__ = ("call_id", "reason")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    reason: ErasureReason
    def __init__(self, call_id: _Optional[str] = ..., reason: _Optional[_Union[ErasureReason, str]] = ...) -> None: ...

class DeleteCallResponse(_message.Message):
    __slots__ = ("call_id",)
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    def __init__(self, call_id: _Optional[str] = ...) -> None: ...
