"""Signed heads of the log, and who may witness them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from edge.store.times import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "log_head",
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("signed_at", UtcTime(), nullable=False),
        sa.Column("witnessed_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("epoch", "size"),
    )
    op.create_table(
        "witness",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("vkey", sa.String(length=256), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """Remove the tables."""
    op.drop_table("witness")
    op.drop_table("log_head")
