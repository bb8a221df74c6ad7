"""Conversations that can be read again on any device, and thumbs on answers; both their asker's own."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

EMPLOYEE = "(SELECT nullif(current_setting('rapport.employee', true), ''))"
ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
LEVELS = ("head_office", "branch", "manager", "service_desk")
TABLES = ("exchange", "rating")


def upgrade() -> None:
    op.add_column("conversation", sa.Column("client_id", sa.String(128), nullable=True))
    op.add_column("conversation", sa.Column("title", sa.String(200), nullable=True))
    op.create_table(
        "exchange",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversation.id"), nullable=False, index=True),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=False, index=True),
        sa.Column("turn_id", sa.String(128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "rating",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=False, index=True),
        sa.Column("turn_id", sa.String(128), nullable=False),
        sa.Column("thumb", sa.String(32), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("tools", sa.JSON(), nullable=False),
        sa.Column("rated_at", sa.DateTime(), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        _hold_scopes()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("conversation") as conversation:
        conversation.drop_column("title")
        conversation.drop_column("client_id")


def _hold_scopes() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY service ON {table} TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")
        for level in LEVELS:
            op.execute(f"GRANT SELECT ON {table} TO rapport_{level}")
            op.execute(
                f"CREATE POLICY {level} ON {table} FOR SELECT TO rapport_{level} "
                f"USING ({ROLE} = '{level}' AND employee_id = {EMPLOYEE})"
            )
