"""Models trained on the bank's own history, with their evaluations."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LEVELS = ("head_office", "branch", "manager", "service_desk")


def upgrade() -> None:
    op.create_table(
        "insight_model",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("target", sa.String(32), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("trained_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("learnt_rows", sa.Integer(), nullable=False),
        sa.Column("evaluation", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("library", sa.String(32), nullable=False),
        sa.Column("file", sa.String(200), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
    )
    if op.get_bind().dialect.name == "postgresql":
        for level in LEVELS:
            op.execute(f"GRANT SELECT ON insight_model TO rapport_{level}")


def downgrade() -> None:
    op.drop_table("insight_model")
