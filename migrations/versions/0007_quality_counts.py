"""Counts of the quality of many files, kept per branch, kind of customer and source system."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
UNITS = (
    "ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(current_setting('rapport.units', true), ''), '[]')::jsonb))"
)
SEEN = {"head_office": "true", "branch": f"unit_id = ANY ({UNITS})", "manager": f"unit_id = ANY ({UNITS})"}
"""What each level sees of it; the service desk sees nothing."""


def upgrade() -> None:
    op.create_table(
        "quality_count",
        sa.Column("system", sa.String(32), primary_key=True),
        sa.Column("unit_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("expectations", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.Column("newest", sa.Date(), nullable=True),
    )
    if op.get_bind().dialect.name == "postgresql":
        _hold_scopes()


def downgrade() -> None:
    op.drop_table("quality_count")


def _hold_scopes() -> None:
    op.execute("ALTER TABLE quality_count ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE quality_count FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY service ON quality_count TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")
    op.execute("GRANT SELECT ON quality_count TO rapport_head_office, rapport_branch, rapport_manager, "
               "rapport_service_desk")  # fmt: skip
    for level, seen in SEEN.items():
        op.execute(
            f"CREATE POLICY {level} ON quality_count FOR SELECT TO rapport_{level} "
            f"USING ({ROLE} = '{level}' AND ({seen}))"
        )
