"""Past analyses of calls that were scored anew, and which versions each call was scored with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from edge.store.times import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "score_history",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("replaced_at", UtcTime(), nullable=False),
        sa.CheckConstraint("chunk >= 0 AND chunk < chunks AND version >= 1", name="score_history_place"),
        sa.ForeignKeyConstraint(["call_id"], ["call.call_id"]),
        sa.PrimaryKeyConstraint("call_id", "version", "chunk"),
    )
    op.create_table(
        "scoring",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.CheckConstraint("outcome IN ('scored', 'refused', 'failed')", name="scoring_outcome"),
        sa.ForeignKeyConstraint(["call_id"], ["call.call_id"]),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index(op.f("ix_scoring_fingerprint"), "scoring", ["fingerprint"], unique=False)


def downgrade() -> None:
    """Remove the two tables and what is in them."""
    op.drop_index(op.f("ix_scoring_fingerprint"), table_name="scoring")
    op.drop_table("scoring")
    op.drop_table("score_history")
