"""Erasures: what is to be erased, and what is on record about what was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from edge.store.times import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "erasure_order",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=True),
        sa.Column("subject", sa.String(length=18), nullable=True),
        sa.Column("kinds", sa.String(length=32), nullable=False),
        sa.Column("trigger", sa.String(length=24), nullable=False),
        sa.Column("case_ref", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("ordered_at", UtcTime(), nullable=False),
        sa.CheckConstraint("call_id IS NOT NULL OR subject IS NOT NULL", name="erasure_order_of"),
        sa.ForeignKeyConstraint(["call_id"], ["call.call_id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("erasure_order_call", "erasure_order", ["call_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("trigger", sa.String(length=24), nullable=False),
        sa.Column("article", sa.String(length=120), nullable=False),
        sa.Column("case_ref", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=18), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("key_epoch", sa.Integer(), nullable=False),
        sa.Column("key_epoch_after", sa.Integer(), nullable=True),
        sa.Column("old_key_destroyed", sa.Boolean(), nullable=True),
        sa.Column("backups_expire_at", UtcTime(), nullable=False),
        sa.Column("leaf_epoch", sa.Integer(), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("erasure_at", "erasure", ["at"])
    op.create_table(
        "erasure_sample",
        sa.Column("erasure", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object", sa.Integer(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["erasure"], ["erasure.id"]),
        sa.PrimaryKeyConstraint("erasure", "number"),
    )


def downgrade() -> None:
    """Remove the tables."""
    for table in ("erasure_sample", "erasure", "erasure_order"):
        op.drop_table(table)
