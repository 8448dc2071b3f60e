"""The tamper-evident log: leaves that can't be changed or removed, and the hashes of complete subtrees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from edge.store.times import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FROZEN = ("log_leaf", "log_node")


def upgrade() -> None:
    """Add the tables, and triggers that refuse changes to what is written."""
    op.create_table(
        "log_leaf",
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("call", sa.String(length=18), nullable=True),
        sa.Column("subject", sa.String(length=18), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", "index"),
    )
    op.create_index("log_leaf_call", "log_leaf", ["call"])
    op.create_index("log_leaf_subject", "log_leaf", ["subject"])
    op.create_index("log_leaf_type", "log_leaf", ["type", "at"])
    op.create_table(
        "log_node",
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", "level", "index"),
    )
    for table in FROZEN:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
            )


def downgrade() -> None:
    """Remove the log."""
    for table in FROZEN:
        op.drop_table(table)
