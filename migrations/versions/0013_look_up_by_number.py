"""Customers are looked up by the numbers of source systems and by whom to ask for, without reading all of them."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_customer_identifier_number", "customer_identifier", ["number"])
    op.create_index("ix_customer_key_contact", "customer", ["key_contact"])


def downgrade() -> None:
    op.drop_index("ix_customer_key_contact", "customer")
    op.drop_index("ix_customer_identifier_number", "customer_identifier")
