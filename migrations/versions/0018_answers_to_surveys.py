"""Answers to surveys: also of customers whom nobody invited, over which channel, and each row of a file once."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COLUMNS = {"channel": sa.String(32), "intake_key": sa.String(300), "intake_digest": sa.String(64)}


def upgrade() -> None:
    # On SQLite the table is made anew. No trigger stands on it and no other table refers to it.
    with op.batch_alter_table("survey") as survey:
        survey.alter_column("invited_on", existing_type=sa.Date(), nullable=True)
        for name, kind in COLUMNS.items():
            survey.add_column(sa.Column(name, kind, nullable=True))
    op.create_index("ix_survey_intake_key", "survey", ["intake_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_survey_intake_key", "survey")
    # An answer without an invitation has no place in the older table but the day of the answer.
    op.execute("UPDATE survey SET invited_on = answered_on WHERE invited_on IS NULL")
    with op.batch_alter_table("survey") as survey:
        for name in reversed(COLUMNS):
            survey.drop_column(name)
        survey.alter_column("invited_on", existing_type=sa.Date(), nullable=False)
