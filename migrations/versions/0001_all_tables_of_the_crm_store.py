"""All tables of the CRM store.

Amounts are whole hundredths of their currency, rates whole ten-thousandths of a percent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _staff_and_products()
    _customers()
    _histories()
    _accounts()
    _dealings()
    _turns()


def downgrade() -> None:
    for table in (
        "journal",
        "conversation",
        "campaign_target",
        "offer",
        "feedback",
        "task",
        "contact",
        "transaction",
        "balance",
        "standing_order",
        "account_party",
        "account",
        "insight",
        "conflict",
        "source_value",
        "customer_identifier",
        "customer_name",
        "customer",
        "campaign",
        "product",
        "employee",
        "unit",
    ):
        op.drop_table(table)


def _staff_and_products() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("parent_id", sa.String(64), sa.ForeignKey("unit.id"), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
    )
    op.create_table(
        "employee",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("unit_id", sa.String(64), sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(200), nullable=True),
        sa.Column("language", sa.String(32), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("risk", sa.String(2), nullable=True),
        sa.Column("issuer", sa.String(200), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.Column("minimum", sa.BigInteger(), nullable=True),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("customer_kinds", sa.JSON(), nullable=False),
        sa.Column("on_sale_from", sa.Date(), nullable=True),
        sa.Column("on_sale_until", sa.Date(), nullable=True),
        sa.Column("descriptions", sa.JSON(), nullable=False),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("unit_id", sa.String(64), sa.ForeignKey("unit.id"), nullable=True),
        sa.Column("product_id", sa.String(64), sa.ForeignKey("product.id"), nullable=True),
        sa.Column("theme", sa.String(200), nullable=False),
        sa.Column("method", sa.String(32), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
    )


def _customers() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_latin", sa.String(200), nullable=True),
        sa.Column("sex", sa.String(1), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(40), nullable=True),
        sa.Column("email", sa.String(200), nullable=True),
        sa.Column("address", sa.String(200), nullable=True),
        sa.Column("city", sa.String(200), nullable=True),
        sa.Column("region", sa.String(200), nullable=True),
        sa.Column("language", sa.String(32), nullable=True),
        sa.Column("occupation", sa.String(200), nullable=True),
        sa.Column("education", sa.String(200), nullable=True),
        sa.Column("income", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("industry", sa.String(200), nullable=True),
        sa.Column("economic_nature", sa.String(200), nullable=True),
        sa.Column("owning_group", sa.String(200), nullable=True),
        sa.Column("credit_rating", sa.String(32), nullable=True),
        sa.Column("qualification_grade", sa.String(32), nullable=True),
        sa.Column("key_contact", sa.String(200), nullable=True),
        sa.Column("manager_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True, index=True),
        sa.Column("branch_id", sa.String(64), sa.ForeignKey("unit.id"), nullable=True, index=True),
        sa.Column("tier", sa.String(32), nullable=True, index=True),
        sa.Column("tolerance", sa.String(2), nullable=True),
        sa.Column("tolerance_assessed_on", sa.Date(), nullable=True),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("customer_since", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "customer_name",
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("form", sa.String(32), nullable=False),
    )
    op.create_index("ix_customer_name_key", "customer_name", ["key"])
    op.create_table(
        "customer_identifier",
        sa.Column("system", sa.String(32), primary_key=True),
        sa.Column("number", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(32), nullable=False),
    )


def _histories() -> None:
    op.create_table(
        "source_value",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("system", sa.String(32), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "conflict",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("source_value_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
    )
    op.create_table(
        "insight",
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("metric", sa.String(32), primary_key=True),
        sa.Column("as_of", sa.Date(), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("peer_average", sa.BigInteger(), nullable=True),
        sa.Column("branch_average", sa.BigInteger(), nullable=True),
        sa.Column("bank_average", sa.BigInteger(), nullable=True),
        sa.Column("definition_version", sa.String(32), nullable=False),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("product_id", sa.String(64), sa.ForeignKey("product.id"), nullable=True, index=True),
        sa.Column("branch_id", sa.String(64), sa.ForeignKey("unit.id"), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False, index=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("matures_on", sa.Date(), nullable=True, index=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("credit_limit", sa.BigInteger(), nullable=True),
        sa.Column("instalment", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("linked_account_id", sa.String(64), sa.ForeignKey("account.id"), nullable=True),
    )
    op.create_table(
        "account_party",
        sa.Column("account_id", sa.String(64), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), primary_key=True, index=True),
        sa.Column("role", sa.String(32), nullable=False),
    )
    op.create_table(
        "standing_order",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.String(64), sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("purpose", sa.String(200), nullable=True),
        sa.Column("counterparty", sa.String(200), nullable=True),
        sa.Column("counterparty_bank", sa.String(200), nullable=True),
    )
    op.create_table(
        "balance",
        sa.Column("account_id", sa.String(64), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("month", sa.Date(), primary_key=True),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("average", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "transaction",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.String(64), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("counterparty", sa.String(200), nullable=True),
        sa.Column("counterparty_bank", sa.String(200), nullable=True),
        sa.Column("purpose", sa.String(200), nullable=True),
        sa.Column("balance_after", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_transaction_account_id_booked_on", "transaction", ["account_id", "booked_on"])


def _dealings() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(200), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("result", sa.String(200), nullable=True),
        sa.Column("mood", sa.String(32), nullable=True),
        sa.Column("next_step", sa.String(200), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_contact_customer_id_at", "contact", ["customer_id", "at"])
    op.create_table(
        "task",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True, index=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=True, index=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=True, index=True),
        sa.Column("unit_id", sa.String(64), sa.ForeignKey("unit.id"), nullable=True),
        sa.Column("owner_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True, index=True),
        sa.Column("product_id", sa.String(64), sa.ForeignKey("product.id"), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(32), nullable=True),
        sa.Column("severity", sa.String(32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(32), nullable=True),
        sa.Column("state", sa.String(32), nullable=False, index=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("product_id", sa.String(64), sa.ForeignKey("product.id"), nullable=False, index=True),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True),
        sa.Column("campaign_id", sa.String(64), sa.ForeignKey("campaign.id"), nullable=True),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
    )
    op.create_table(
        "campaign_target",
        sa.Column("campaign_id", sa.String(64), sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), primary_key=True, index=True),
        sa.Column("control", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
    )


def _turns() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=False, index=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "journal",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("turn_id", sa.String(64), nullable=False, index=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("employee_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
