"""On PostgreSQL, what a manager sees is looked at row by row, as for branches.

Looking up all accounts of the manager's customers once a statement, as before, reads the whole table of accounts:
nothing in a small bank, seconds in one with millions.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EMPLOYEE = "(SELECT nullif(current_setting('rapport.employee', true), ''))"
ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
BY_CUSTOMER = (
    "customer_name", "customer_identifier", "source_value", "conflict", "account", "contact", "offer",
    "campaign_target", "insight",
)  # fmt: skip
BY_ACCOUNT = ("account_party", "standing_order", "balance", "transaction")
CUSTOMER_IN = '"{table}".customer_id IN (SELECT id FROM customer)'
ACCOUNT_IN = '"{table}".account_id IN (SELECT id FROM account)'
CUSTOMER_OF = 'EXISTS (SELECT 1 FROM customer c WHERE c.id = "{table}".customer_id)'
ACCOUNT_OF = 'EXISTS (SELECT 1 FROM account a WHERE a.id = "{table}".account_id)'


def upgrade() -> None:
    _look(CUSTOMER_OF, ACCOUNT_OF)


def downgrade() -> None:
    _look(CUSTOMER_IN, ACCOUNT_IN)


def _look(customer: str, account: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    seen = {table: customer.format(table=table) for table in BY_CUSTOMER}
    seen |= {table: account.format(table=table) for table in BY_ACCOUNT}
    seen["task"] = f"(customer_id IS NULL AND employee_id = {EMPLOYEE}) OR {customer.format(table='task')}"
    seen["feedback"] = f"owner_id = {EMPLOYEE} OR {customer.format(table='feedback')}"
    for table, condition in seen.items():
        op.execute(f"""ALTER POLICY manager ON "{table}" USING ({ROLE} = 'manager' AND ({condition}))""")
