"""What suitability and recommendation rest on: risk assessments one by one, the issuer's rating, whom a product is for,
and how likely a customer is to take one."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
OF_CUSTOMER = "EXISTS (SELECT 1 FROM customer c WHERE c.id = {table}.customer_id)"
SEEN = {"head_office": "true", "branch": OF_CUSTOMER, "manager": OF_CUSTOMER}
"""What each level sees of them; the service desk sees nothing."""
TABLES = ("risk_assessment", "product_score")


def upgrade() -> None:
    op.add_column("product", sa.Column("issuer_risk", sa.String(2), nullable=True))
    op.add_column("product", sa.Column("investor_class", sa.String(32), nullable=True))
    op.create_table(
        "risk_assessment",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("tolerance", sa.String(2), nullable=False),
        sa.Column("horizon_months", sa.Integer(), nullable=True),
        sa.Column("liquidity_need", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("knows", sa.JSON(), nullable=False),
        sa.Column("investor_class", sa.String(32), nullable=True),
        sa.Column("channel", sa.String(32), nullable=True),
    )
    op.create_index("ix_risk_assessment_customer_id_at", "risk_assessment", ["customer_id", "at"])
    op.create_table(
        "product_score",
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("product_id", sa.String(64), sa.ForeignKey("product.id"), primary_key=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("taken_alike", sa.BigInteger(), nullable=False),
        sa.Column("acceptance", sa.BigInteger(), nullable=True),
        sa.Column("because_of", sa.String(64), nullable=True),
        sa.Column("share", sa.BigInteger(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _hold_scopes(table)


def downgrade() -> None:
    op.drop_table("product_score")
    op.drop_table("risk_assessment")
    op.drop_column("product", "investor_class")
    op.drop_column("product", "issuer_risk")


def _hold_scopes(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY service ON {table} TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")
    op.execute(f"GRANT SELECT ON {table} TO rapport_head_office, rapport_branch, rapport_manager, rapport_service_desk")
    for level, seen in SEEN.items():
        op.execute(
            f"CREATE POLICY {level} ON {table} FOR SELECT TO rapport_{level} "
            f"USING ({ROLE} = '{level}' AND ({seen.format(table=table)}))"
        )
