"""Row-level security on PostgreSQL: the scope held once more, below the application.

Two roles of the cluster are made where the user may make roles: `rapport_reader` may only read, and
only what the settings of its transaction open; `rapport_writer` is for a login that serves without
owning the tables. Every policy compares with settings; without them no row is there. SQLite has
nothing of the kind, so there this revision changes nothing.

Policies look at other tables through those tables' own policies: an account is seen by whoever sees
its customer, a balance by whoever sees its account.
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

SERVICE = "(SELECT current_setting('rapport.access', true) = 'service' AND current_user <> 'rapport_reader')"
HEAD_OFFICE = f"{ROLE} = 'head_office'"
BRANCH = f"{ROLE} = 'branch'"
SERVICE_DESK = f"{ROLE} = 'service_desk'"
SEEN_CUSTOMER = "EXISTS (SELECT 1 FROM customer c WHERE c.id = {table}.customer_id)"
SEEN_ACCOUNT = "EXISTS (SELECT 1 FROM account a WHERE a.id = {table}.account_id)"

BY_CUSTOMER = (
    "customer_name", "customer_identifier", "source_value", "conflict", "account", "contact", "offer",
    "campaign_target", "insight",
)  # fmt: skip
BY_ACCOUNT = ("account_party", "standing_order", "balance", "transaction")
OPEN = ("unit", "employee", "product", "campaign")
CLOSED = ("journal",)
"""Read by nobody through a scope."""

CUSTOMER = (
    f"{HEAD_OFFICE} OR ({BRANCH} AND branch_id = ANY ({UNITS})) OR ({ROLE} = 'manager' AND manager_id = {EMPLOYEE})"
)
CONVERSATION = f"employee_id = {EMPLOYEE} AND {ROLE} IS NOT NULL"
TASK_CUSTOMER = SEEN_CUSTOMER.format(table="task")
TASK = (
    f"{HEAD_OFFICE} OR {TASK_CUSTOMER} OR (customer_id IS NULL AND"
    f" CASE WHEN {BRANCH} THEN employee_id IN (SELECT id FROM employee e WHERE e.unit_id = ANY ({UNITS}))"
    f" ELSE {ROLE} IS NOT NULL AND employee_id = {EMPLOYEE} END)"
)
FEEDBACK = (
    f"{HEAD_OFFICE} OR {SERVICE_DESK} OR ({BRANCH} AND unit_id = ANY ({UNITS}))"
    f" OR ({ROLE} = 'manager' AND owner_id = {EMPLOYEE}) OR {SEEN_CUSTOMER.format(table='feedback')}"
)


def conditions() -> dict[str, str]:
    """The condition under which a scope sees a row, by table; journal records are seen by none."""
    seen = {"customer": CUSTOMER, "conversation": CONVERSATION, "task": TASK, "feedback": FEEDBACK}
    seen |= {name: f"{HEAD_OFFICE} OR {SEEN_CUSTOMER.format(table=name)}" for name in BY_CUSTOMER}
    seen |= {name: f"{HEAD_OFFICE} OR {SEEN_ACCOUNT.format(table=_quoted(name))}" for name in BY_ACCOUNT}
    return seen


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    seen = conditions()
    for name in (*seen, *CLOSED):
        table = _quoted(name)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY service ON {table} USING ({SERVICE}) WITH CHECK ({SERVICE})")
        if name in seen:
            op.execute(f"CREATE POLICY scope ON {table} FOR SELECT USING ({seen[name]})")
    for role in ("rapport_reader", "rapport_writer"):
        op.execute(_make_role(role))
    _grant("rapport_reader", *(f"GRANT SELECT ON {_quoted(name)}" for name in (*seen, *OPEN)))
    _grant(
        "rapport_writer",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES",
    )
    _revoke("rapport_writer", "UPDATE, DELETE ON journal", "INSERT, UPDATE, DELETE ON alembic_version")


def downgrade() -> None:
    """The roles stay: other databases of the cluster may use them."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in (*conditions(), *CLOSED):
        table = _quoted(name)
        op.execute(f"DROP POLICY IF EXISTS scope ON {table}")
        op.execute(f"DROP POLICY IF EXISTS service ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _make_role(name: str) -> str:
    """A role without a login, of which the migrating user is a member where that is theirs to grant."""
    return f"""DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN
            BEGIN CREATE ROLE {name};
            EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL; END;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') AND NOT pg_has_role('{name}', 'SET') THEN
            BEGIN GRANT {name} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
            EXCEPTION WHEN insufficient_privilege THEN NULL; END;
        END IF;
    END $$"""


def _grant(role: str, *grants: str) -> None:
    _where_it_exists(role, [f"{grant} TO {role}" for grant in grants])


def _revoke(role: str, *rights: str) -> None:
    _where_it_exists(role, [f"REVOKE {right} FROM {role}" for right in rights])


def _where_it_exists(role: str, statements: list[str]) -> None:
    for statement in statements:
        op.execute(f"""DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                EXECUTE replace('{statement}', '{{schema}}', quote_ident(current_schema()));
            END IF;
        END $$""")


def _quoted(name: str) -> str:
    """`transaction` is a word of SQL."""
    return f'"{name}"'
