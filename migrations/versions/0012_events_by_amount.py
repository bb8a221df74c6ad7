"""The largest events of the whole bank found by an index, those of an earlier run counted by one."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BY_UNIT = ["unit_id", "kind", "day", "amount", "customer_id", "source"]


def upgrade() -> None:
    op.drop_index("ix_insight_event_unit", "insight_event")
    op.create_index("ix_insight_event_unit", "insight_event", [*BY_UNIT, "as_of"])
    op.create_index(
        "ix_insight_event_largest", "insight_event",
        ["kind", sa.text("coalesce(amount, 0) DESC"), sa.text("day DESC"), "customer_id", "source", "as_of"],
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_insight_event_largest", "insight_event")
    op.drop_index("ix_insight_event_unit", "insight_event")
    op.create_index("ix_insight_event_unit", "insight_event", BY_UNIT)
