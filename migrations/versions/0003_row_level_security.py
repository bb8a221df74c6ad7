"""Row-level security on PostgreSQL: the scope held once more, below the application.

Every level of scope is a role of the cluster (`rapport_manager` ...) that may only read, with policies of
its own, so that each is planned with its own index; `rapport_writer` is whom the service writes as. Every
policy compares with settings of the transaction too; without them no row is there. SQLite has nothing of
the kind, so there this revision changes nothing.

Policies look at other tables through those tables' own policies: an account is seen by whoever sees
its customer, a balance by whoever sees its account. What a manager sees is little and is looked up once a
statement; what a branch sees is much, so its rows are looked at one by one.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

EMPLOYEE = "(SELECT nullif(current_setting('rapport.employee', true), ''))"
ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
UNITS = (
    "ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(current_setting('rapport.units', true), ''), '[]')::jsonb))"
)
"""Read once a statement, not once a row: that is what the sub-query is for."""

SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
LEVELS = ("head_office", "branch", "manager", "service_desk")
CUSTOMER_IN = "{table}.customer_id IN (SELECT id FROM customer)"
ACCOUNT_IN = "{table}.account_id IN (SELECT id FROM account)"
CUSTOMER_OF = "EXISTS (SELECT 1 FROM customer c WHERE c.id = {table}.customer_id)"
ACCOUNT_OF = "EXISTS (SELECT 1 FROM account a WHERE a.id = {table}.account_id)"

BY_CUSTOMER = (
    "customer_name", "customer_identifier", "source_value", "conflict", "account", "contact", "offer",
    "campaign_target", "insight",
)  # fmt: skip
BY_ACCOUNT = ("account_party", "standing_order", "balance", "transaction")
OPEN = ("unit", "employee", "product", "campaign")
CLOSED = ("journal",)
"""Read by nobody through a scope."""

OWN = f"employee_id = {EMPLOYEE}"
OWN_TASK = f"(customer_id IS NULL AND {OWN})"
UNIT_TASK = f"(customer_id IS NULL AND employee_id IN (SELECT id FROM employee e WHERE e.unit_id = ANY ({UNITS})))"


def conditions(level: str) -> dict[str, str]:
    """The condition under which that level sees a row, by table. What is missing it does not see at all."""
    match level:
        case "head_office":
            everything = ("customer", "task", "feedback", *BY_CUSTOMER, *BY_ACCOUNT)
            return dict.fromkeys(everything, "true") | {"conversation": OWN}
        case "branch":
            return _through(CUSTOMER_OF, ACCOUNT_OF) | {
                "customer": f"branch_id = ANY ({UNITS})",
                "conversation": OWN,
                "task": f"{UNIT_TASK} OR {CUSTOMER_OF.format(table='task')}",
                "feedback": f"unit_id = ANY ({UNITS}) OR {CUSTOMER_OF.format(table='feedback')}",
            }
        case "manager":
            return _through(CUSTOMER_IN, ACCOUNT_IN) | {
                "customer": f"manager_id = {EMPLOYEE}",
                "conversation": OWN,
                "task": f"{OWN_TASK} OR {CUSTOMER_IN.format(table='task')}",
                "feedback": f"owner_id = {EMPLOYEE} OR {CUSTOMER_IN.format(table='feedback')}",
            }
    return {"conversation": OWN, "task": OWN_TASK, "feedback": "true"}


def _through(customer: str, account: str) -> dict[str, str]:
    seen = {name: customer.format(table=name) for name in BY_CUSTOMER}
    return seen | {name: account.format(table=_quoted(name)) for name in BY_ACCOUNT}


HELD = ("customer", "conversation", "task", "feedback", *BY_CUSTOMER, *BY_ACCOUNT)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for role in ("rapport_writer", *(f"rapport_{level}" for level in LEVELS)):
        op.execute(_make_role(role))
    for name in (*HELD, *CLOSED):
        table = _quoted(name)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY service ON {table} TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")
    for level in LEVELS:
        role = f"rapport_{level}"
        op.execute(f"GRANT SELECT ON {', '.join(map(_quoted, (*HELD, *OPEN)))} TO {role}")
        for name, seen in conditions(level).items():
            condition = f"{ROLE} = '{level}' AND ({seen})"
            op.execute(f"CREATE POLICY {level} ON {_quoted(name)} FOR SELECT TO {role} USING ({condition})")
    _let_write()


def _let_write() -> None:
    """The writer changes rows of the store and of what later revisions add, and only adds to the journal."""
    for grant in (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO rapport_writer",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO rapport_writer",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO rapport_writer",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO rapport_writer",
    ):
        op.execute(f"DO $$ BEGIN EXECUTE replace('{grant}', '{{schema}}', quote_ident(current_schema())); END $$")
    op.execute("REVOKE UPDATE, DELETE ON journal FROM rapport_writer")
    op.execute("REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM rapport_writer")


def downgrade() -> None:
    """The roles stay: other databases of the cluster may use them."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in (*HELD, *CLOSED):
        table = _quoted(name)
        for policy in ("service", *LEVELS):
            op.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _make_role(name: str) -> str:
    """A role without a login, of which the migrating user is a member where that is theirs to grant."""
    return f"""DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN
            BEGIN CREATE ROLE {name};
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
        END IF;
        IF NOT pg_has_role('{name}', 'USAGE') OR NOT pg_has_role('{name}', 'SET') THEN
            BEGIN GRANT {name} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE;
            EXCEPTION WHEN insufficient_privilege THEN NULL; END;
        END IF;
    END $$"""


def _quoted(name: str) -> str:
    """`transaction` is a word of SQL."""
    return f'"{name}"'
