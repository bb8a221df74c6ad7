"""Lists, numbers and events of a unit's customers read by an index, and what an average is rounded by.

Managers see how many customers of each peer group their unit has: it decides which averages they may be told.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EMPLOYEE = "(SELECT nullif(current_setting('rapport.employee', true), ''))"
ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
UNITS = (
    "ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(current_setting('rapport.units', true), ''), '[]')::jsonb))"
)
OWN = f"kind = 'employee' AND subject_id = {EMPLOYEE}"
WITH_MEMBERS = f"({OWN}) OR (kind = 'members' AND unit_id = ANY ({UNITS}))"


def upgrade() -> None:
    op.add_column("insight_average", sa.Column("largest", sa.BigInteger(), nullable=True))
    op.create_index("ix_customer_had", "customer", ["branch_id", "manager_id", "customer_since", "closed_on"])
    op.drop_index("ix_customer_branch_id", "customer")
    present = sa.text("until IS NULL")
    op.create_index(
        "ix_insight_result_list", "insight_result", ["kind", "metric", "unit_id", "value"],
        sqlite_where=present, postgresql_where=present,
    )  # fmt: skip
    related = sa.text("metric = 'related_customers'")
    op.create_index("ix_insight_related", "insight", ["label"], sqlite_where=related, postgresql_where=related)
    op.add_column("insight_event", sa.Column("unit_id", sa.String(64), nullable=False, server_default=""))
    op.execute(
        "UPDATE insight_event SET unit_id = coalesce((SELECT c.branch_id FROM customer c "
        "WHERE c.id = insight_event.customer_id), '')"
    )
    op.create_index(
        "ix_insight_event_unit", "insight_event", ["unit_id", "kind", "day", "amount", "customer_id", "source"]
    )
    _let_managers_see(WITH_MEMBERS)


def downgrade() -> None:
    op.drop_index("ix_insight_event_unit", "insight_event")
    op.drop_column("insight_event", "unit_id")
    op.drop_index("ix_insight_related", "insight")
    op.drop_index("ix_insight_result_list", "insight_result")
    op.drop_column("insight_average", "largest")
    op.create_index("ix_customer_branch_id", "customer", ["branch_id"])
    op.drop_index("ix_customer_had", "customer")
    _let_managers_see(OWN)


def _let_managers_see(results: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER POLICY manager ON insight_result USING ({ROLE} = 'manager' AND ({results}))")
