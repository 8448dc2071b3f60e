"""What happens between the firm and customers outside of calls, and whose mail addresses are whose; pseudonyms only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from edge.store.times import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "'follow_up_contact', 'proposal_opened', 'proposal_edited', 'customer_login'"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=18), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("customer", sa.String(length=18), nullable=False),
        sa.Column("agent", sa.String(length=18), nullable=True),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="event_kind"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("event_of_customer", "event", ["customer", "at"], unique=False)
    op.create_index(op.f("ix_event_expires_at"), "event", ["expires_at"], unique=False)
    op.create_table(
        "event_address",
        sa.Column("address", sa.String(length=18), nullable=False),
        sa.Column("customer", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_index(op.f("ix_event_address_customer"), "event_address", ["customer"], unique=False)


def downgrade() -> None:
    """Remove the two tables and what is in them."""
    op.drop_index(op.f("ix_event_address_customer"), table_name="event_address")
    op.drop_table("event_address")
    op.drop_index(op.f("ix_event_expires_at"), table_name="event")
    op.drop_index("event_of_customer", table_name="event")
    op.drop_table("event")
