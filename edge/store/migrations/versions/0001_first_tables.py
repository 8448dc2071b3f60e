"""The first tables: calls, sealed content, the gate's decisions, accounts and sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from edge.store.times import LocalTime, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of an empty database."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "call",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("started_at", LocalTime(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("scene", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("jurisdiction", sa.String(length=2), nullable=False),
        sa.Column("agent", sa.String(length=18), nullable=False),
        sa.Column("customer", sa.String(length=18), nullable=False),
        sa.Column("channels", sa.String(length=64), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.String(), nullable=False),
        sa.Column("analysis_expires_at", UtcTime(), nullable=False),
        sa.Column("audio_expires_at", UtcTime(), nullable=False),
        sa.Column("audio_kept", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(state = 'analysing') = (worker IS NOT NULL)", name="call_worker"),
        sa.CheckConstraint("state IN ('queued', 'analysing', 'analysed', 'failed', 'stopped')", name="call_state"),
        sa.CheckConstraint("attempts >= 0 AND duration_s >= 0", name="call_counts"),
        sa.PrimaryKeyConstraint("call_id"),
        sa.UniqueConstraint("content_digest"),
    )
    op.create_index("call_received", "call", ["received_at", "call_id"], unique=False)
    op.create_index("call_waiting", "call", ["state", "received_at", "call_id"], unique=False)
    op.create_index(op.f("ix_call_agent"), "call", ["agent"], unique=False)
    op.create_index(op.f("ix_call_analysis_expires_at"), "call", ["analysis_expires_at"], unique=False)
    op.create_index(op.f("ix_call_audio_expires_at"), "call", ["audio_expires_at"], unique=False)
    op.create_index(op.f("ix_call_customer"), "call", ["customer"], unique=False)
    op.create_table(
        "gate_decision",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("call", sa.String(length=18), nullable=True),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("rules_version", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_gate_decision_at"), "gate_decision", ["at"], unique=False)
    op.create_index(op.f("ix_gate_decision_call"), "gate_decision", ["call"], unique=False)
    op.create_table(
        "content",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.CheckConstraint("kind IN ('header', 'audio', 'analysis')", name="content_kind"),
        sa.CheckConstraint("chunk >= 0 AND chunk < chunks AND version >= 1", name="content_place"),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["call.call_id"],
        ),
        sa.PrimaryKeyConstraint("call_id", "kind", "chunk"),
    )
    op.create_index("content_expiry", "content", ["expires_at"], unique=False)
    op.create_table(
        "session",
        sa.Column("id_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id_sha256"),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)


def downgrade() -> None:
    """Remove every table and what is in it."""
    op.drop_index(op.f("ix_session_expires_at"), table_name="session")
    op.drop_index(op.f("ix_session_account_id"), table_name="session")
    op.drop_table("session")
    op.drop_index("content_expiry", table_name="content")
    op.drop_table("content")
    op.drop_index(op.f("ix_gate_decision_call"), table_name="gate_decision")
    op.drop_index(op.f("ix_gate_decision_at"), table_name="gate_decision")
    op.drop_table("gate_decision")
    op.drop_index(op.f("ix_call_customer"), table_name="call")
    op.drop_index(op.f("ix_call_audio_expires_at"), table_name="call")
    op.drop_index(op.f("ix_call_analysis_expires_at"), table_name="call")
    op.drop_index(op.f("ix_call_agent"), table_name="call")
    op.drop_index("call_waiting", table_name="call")
    op.drop_index("call_received", table_name="call")
    op.drop_table("call")
    op.drop_table("account")
