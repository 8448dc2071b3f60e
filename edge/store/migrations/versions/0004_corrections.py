"""What people found wrong in analyses, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "correction",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("chunk >= 0 AND chunk < chunks AND version >= 1", name="correction_place"),
        sa.ForeignKeyConstraint(["call_id"], ["call.call_id"]),
        sa.PrimaryKeyConstraint("call_id", "chunk"),
    )


def downgrade() -> None:
    """Remove the table and what is in it."""
    op.drop_table("correction")
