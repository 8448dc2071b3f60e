"""The tamper-evident log in place of a table of the gate's answers: leaves and hashes that can't change or go."""

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
    op.drop_table("gate_decision")
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
    op.create_index("ix_gate_decision_at", "gate_decision", ["at"])
    op.create_index("ix_gate_decision_call", "gate_decision", ["call"])
