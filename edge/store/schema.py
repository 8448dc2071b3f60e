"""The tables. Alembic's migrations make them; a test holds the two equal.

Nothing here is content: transcripts, audio, bases and references lie in `content` as ciphertext. Clear columns hold
numbers, times, states and pseudonyms. `call_id` is the sender's own name for a call and may be a telephone number: it
stays inside this database, and everything else (logs, the gate's records) uses a keyed reference.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edge.records import CallState, EventKind
from edge.store.times import LocalTime, UtcTime

KINDS = ("header", "audio", "analysis")


class Table(DeclarativeBase):
    """All tables of the box."""


class CallRow(Table):
    """A call on its way through the box."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in CallState)})", name="call_state"),
        CheckConstraint("(state = 'analysing') = (worker IS NOT NULL)", name="call_worker"),
        CheckConstraint("attempts >= 0 AND duration_s >= 0", name="call_counts"),
        Index("call_received", "received_at", "call_id"),
        Index("call_waiting", "state", "received_at", "call_id"),
    )

    call_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(LocalTime)
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    scene: Mapped[str] = mapped_column(String(16))
    direction: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    jurisdiction: Mapped[str] = mapped_column(String(2))
    agent: Mapped[str] = mapped_column(String(18), index=True)
    customer: Mapped[str] = mapped_column(String(18), index=True)
    channels: Mapped[str] = mapped_column(String(64))  # roles by index, with commas between
    duration_s: Mapped[float]
    content_digest: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(200), default="")
    worker: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[str] = mapped_column(default="")  # one a line; what the decoder had to leave out
    analysis_expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    audio_expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    audio_kept: Mapped[bool]


class ContentRow(Table):
    """One sealed chunk of one kind of a call's content."""

    __tablename__ = "content"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="content_kind"),
        CheckConstraint("chunk >= 0 AND chunk < chunks AND version >= 1", name="content_place"),
        Index("content_expiry", "expires_at"),
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("call.call_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    chunk: Mapped[int] = mapped_column(primary_key=True)
    chunks: Mapped[int]
    version: Mapped[int]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class ScoreHistoryRow(Table):
    """One sealed chunk of a past analysis of a call. It opens under the call's key for analyses and goes with it."""

    __tablename__ = "score_history"
    __table_args__ = (CheckConstraint("chunk >= 0 AND chunk < chunks AND version >= 1", name="score_history_place"),)

    call_id: Mapped[str] = mapped_column(ForeignKey("call.call_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chunk: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chunks: Mapped[int]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    replaced_at: Mapped[datetime] = mapped_column(UtcTime)


class ScoringRow(Table):
    """With which versions a call was last scored, or was to be. `fingerprint` is a hash of their names."""

    __tablename__ = "scoring"
    __table_args__ = (CheckConstraint("outcome IN ('scored', 'refused', 'failed')", name="scoring_outcome"),)

    call_id: Mapped[str] = mapped_column(ForeignKey("call.call_id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    outcome: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcTime)


class CorrectionRow(Table):
    """One sealed chunk of what people found wrong in a call's analysis. It lies under the key of that analysis."""

    __tablename__ = "correction"
    __table_args__ = (CheckConstraint("chunk >= 0 AND chunk < chunks AND version >= 1", name="correction_place"),)

    call_id: Mapped[str] = mapped_column(ForeignKey("call.call_id"), primary_key=True)
    chunk: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chunks: Mapped[int]
    version: Mapped[int]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class EventRow(Table):
    """Something between the firm and a customer outside of calls: when, and by pseudonym who. Never content."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in EventKind)})", name="event_kind"),
        Index("event_of_customer", "customer", "at"),
    )

    id: Mapped[str] = mapped_column(String(18), primary_key=True)
    source: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcTime)
    customer: Mapped[str] = mapped_column(String(18))
    agent: Mapped[str | None] = mapped_column(String(18))
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class EventAddressRow(Table):
    """Which customer a mail address belongs to. Both sides are pseudonyms: no address can be read off it."""

    __tablename__ = "event_address"

    address: Mapped[str] = mapped_column(String(18), primary_key=True)
    customer: Mapped[str] = mapped_column(String(18), index=True)


class LogLeafRow(Table):
    """One leaf of the log, as it was hashed, with what it is looked up by. Triggers refuse any change."""

    __tablename__ = "log_leaf"
    __table_args__ = (
        Index("log_leaf_call", "call"),
        Index("log_leaf_subject", "subject"),
        Index("log_leaf_type", "type", "at"),
    )

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    type: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(80))
    call: Mapped[str | None] = mapped_column(String(18))
    subject: Mapped[str | None] = mapped_column(String(18))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class LogNodeRow(Table):
    """The hash of one complete subtree of the log: level 0 are the leaves. Triggers refuse any change."""

    __tablename__ = "log_node"

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogHeadRow(Table):
    """One signed head of the log, as a note, with the witnesses' signatures that came back."""

    __tablename__ = "log_head"

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(UtcTime)
    witnessed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class WitnessRow(Table):
    """Somebody who may sign heads of the log: a public key under a name."""

    __tablename__ = "witness"

    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    vkey: Mapped[str] = mapped_column(String(256))
    added_at: Mapped[datetime] = mapped_column(UtcTime)


class ErasureOrderRow(Table):
    """What is to be erased, written with the act that asks for it and gone with the erasure. `kinds`: "" is all."""

    __tablename__ = "erasure_order"
    __table_args__ = (
        CheckConstraint("call_id IS NOT NULL OR subject IS NOT NULL", name="erasure_order_of"),
        Index("erasure_order_call", "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("call.call_id"))
    subject: Mapped[str | None] = mapped_column(String(18))
    kinds: Mapped[str] = mapped_column(String(32))  # with commas between
    trigger: Mapped[str] = mapped_column(String(24))
    case_ref: Mapped[str | None] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(80))
    ordered_at: Mapped[datetime] = mapped_column(UtcTime)


class ErasureRow(Table):
    """One erasure: why, of what by keyed references, under which keys. What its certificate is made of."""

    __tablename__ = "erasure"
    __table_args__ = (Index("erasure_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    trigger: Mapped[str] = mapped_column(String(24))
    article: Mapped[str] = mapped_column(String(120))
    case_ref: Mapped[str | None] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str | None] = mapped_column(String(18))
    calls: Mapped[int]
    size_bytes: Mapped[int]
    manifest: Mapped[bytes] = mapped_column(LargeBinary)  # canonical JSON; its SHA-256 stands in the log
    suite: Mapped[str] = mapped_column(String(16))
    key_epoch: Mapped[int]
    key_epoch_after: Mapped[int | None]  # None: the epoch has not moved on yet
    old_key_destroyed: Mapped[bool | None]
    backups_expire_at: Mapped[datetime] = mapped_column(UtcTime)
    leaf_epoch: Mapped[int]
    leaf_index: Mapped[int]


class ErasureSampleRow(Table):
    """One erased chunk, kept for trying to open it: the smallest of a kind."""

    __tablename__ = "erasure_sample"

    erasure: Mapped[int] = mapped_column(ForeignKey("erasure.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    object: Mapped[int]  # which of the manifest's it is of
    chunk: Mapped[int]
    hashes: Mapped[bytes] = mapped_column(LargeBinary)  # SHA-256 of each of the object's chunks, one after the other
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class AccountRow(Table):
    """Someone who may sign in to the box's pages."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(256))
    role: Mapped[str] = mapped_column(String(64))  # all of them, with commas between
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    disabled: Mapped[bool] = mapped_column(default=False)


class SessionRow(Table):
    """One signed-in browser; the cookie itself is nowhere, only its SHA-256."""

    __tablename__ = "session"

    id_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    csrf: Mapped[str] = mapped_column(String(64))
