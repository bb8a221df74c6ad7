"""Feedback in one queue: what triage decided, the clock, incidents, states, attachments, replies and surveys."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
LEVELS = ("head_office", "branch", "manager", "service_desk")
OF_FEEDBACK = "EXISTS (SELECT 1 FROM feedback f WHERE f.id = {table}.feedback_id)"
OF_CUSTOMER = "EXISTS (SELECT 1 FROM customer c WHERE c.id = {table}.customer_id)"
"""Feedback and customers are looked at through their own policies."""
SEEN = {
    "feedback_change": OF_FEEDBACK, "feedback_attachment": OF_FEEDBACK, "feedback_reply": OF_FEEDBACK,
    "survey": f"{OF_FEEDBACK} OR {OF_CUSTOMER}",
}  # fmt: skip
COLUMNS = {
    "about": sa.String(32), "sentiment": sa.String(32), "urgency": sa.String(32), "quality": sa.String(32),
    "signs": sa.JSON(), "judged": sa.JSON(), "needs_person": sa.Boolean(),
    "is_complex": sa.Boolean(), "is_extended": sa.Boolean(), "confirm_by": sa.Date(),
    "statutory_on": sa.Date(), "deadline_rules": sa.String(64), "incident_id": sa.String(64),
    "sender": sa.String(200), "redress": sa.BigInteger(), "redress_currency": sa.String(3),
    "intake_key": sa.String(300), "intake_digest": sa.String(64),
}  # fmt: skip


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("feedback", sa.Column(name, kind, nullable=True))
    op.create_index("ix_feedback_incident_id", "feedback", ["incident_id"])
    op.create_index("ix_feedback_intake_key", "feedback", ["intake_key"], unique=True)
    _make_tables()
    if op.get_bind().dialect.name == "postgresql":
        for table, seen in SEEN.items():
            _hold_scopes(table, seen)


def downgrade() -> None:
    for table in reversed(SEEN):
        op.drop_table(table)
    op.drop_index("ix_feedback_intake_key", "feedback")
    op.drop_index("ix_feedback_incident_id", "feedback")
    for name in reversed(COLUMNS):
        op.drop_column("feedback", name)


def _make_tables() -> None:
    op.create_table(
        "feedback_change",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("feedback_id", sa.String(64), sa.ForeignKey("feedback.id"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True),
        sa.Column("from_state", sa.String(32), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
    )
    op.create_index("ix_feedback_change_feedback_id_at", "feedback_change", ["feedback_id", "at"])
    op.create_table(
        "feedback_attachment",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("feedback_id", sa.String(64), sa.ForeignKey("feedback.id"), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(200), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("fault", sa.String(200), nullable=True),
    )
    op.create_table(
        "feedback_reply",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("feedback_id", sa.String(64), sa.ForeignKey("feedback.id"), nullable=False, index=True),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_table(
        "survey",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=True, index=True),
        sa.Column("feedback_id", sa.String(64), sa.ForeignKey("feedback.id"), nullable=True, index=True),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
    )


def _hold_scopes(table: str, seen: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY service ON {table} TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")
    op.execute(f"GRANT SELECT ON {table} TO {', '.join(f'rapport_{level}' for level in LEVELS)}")
    for level in LEVELS:
        op.execute(
            f"CREATE POLICY {level} ON {table} FOR SELECT TO rapport_{level} "
            f"USING ({ROLE} = '{level}' AND ({seen.format(table=table)}))"
        )
