"""Accounts with several roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Room for several roles; who administered the box so far runs it and watches over compliance until others do."""
    with op.batch_alter_table("account") as table:
        table.alter_column("role", type_=sa.String(length=64), existing_nullable=False)
    op.execute("UPDATE account SET role = 'compliance,it' WHERE role = 'admin'")


def downgrade() -> None:
    """Back to one administrator's role for all."""
    op.execute("UPDATE account SET role = 'admin'")
    with op.batch_alter_table("account") as table:
        table.alter_column("role", type_=sa.String(length=16), existing_nullable=False)
