"""Which customers' rows changed: notes that triggers add, for measures that are computed for what changed alone.

On SQLite a trigger sees one row, on PostgreSQL all rows of a statement. There the functions run as their owner and
as the service, because whoever writes a booking need not see whose account it is on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
OWNERS = {
    "customer": ("id",),
    "account": ("customer_id",),
    "contact": ("customer_id",),
    "feedback": ("customer_id",),
    "offer": ("customer_id",),
    "source_value": ("customer_id",),
    "merge": ("customer_id", "absorbed_id"),
}
BY_ACCOUNT = ("balance", "transaction")
SEEN = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}
"""What a trigger sees of a row that changes: as it was, as it is."""


def upgrade() -> None:
    op.create_table(
        "changed_customer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.String(64), nullable=True),
        sqlite_autoincrement=True,
    )
    # Numbers of runs can be given twice, after a store was put back to what it was: the token tells such runs apart.
    op.add_column("insight_run", sa.Column("token", sa.String(64), nullable=True))
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        _close()
    make = _on_postgresql if postgresql else _on_sqlite
    for table in (*OWNERS, *BY_ACCOUNT):
        for event, seen in SEEN.items():
            make(table, event, seen)


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in (*OWNERS, *BY_ACCOUNT):
        for event in (*SEEN, *(("truncate",) if postgresql else ())):
            name = f"changed_{table}_{event}"
            op.execute(f'DROP TRIGGER {name} ON "{table}"' if postgresql else f"DROP TRIGGER {name}")
            if postgresql:
                op.execute(f"DROP FUNCTION {name}()")
    with op.batch_alter_table("insight_run") as insight_run:
        insight_run.drop_column("token")
    op.drop_table("changed_customer")


def _close() -> None:
    """Nobody reads the notes through a scope."""
    op.execute("ALTER TABLE changed_customer ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE changed_customer FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY service ON changed_customer TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")


def _on_sqlite(table: str, event: str, seen: tuple[str, ...]) -> None:
    if table in BY_ACCOUNT:
        accounts = ", ".join(f"{row}.account_id" for row in seen)
        owners = f"SELECT DISTINCT customer_id FROM account WHERE id IN ({accounts})"
    else:
        owners = " UNION ".join(f"SELECT coalesce({row}.{name}, '')" for row in seen for name in OWNERS[table])
    op.execute(
        f'CREATE TRIGGER changed_{table}_{event} AFTER {event.upper()} ON "{table}" BEGIN '
        f"INSERT INTO changed_customer (customer_id) {owners}; END"
    )


def _on_postgresql(table: str, event: str, seen: tuple[str, ...]) -> None:
    if table in BY_ACCOUNT:
        rows = " UNION ".join(f"SELECT account_id FROM {row}_rows" for row in seen)
        owners = f"SELECT DISTINCT a.customer_id FROM ({rows}) r JOIN account a ON a.id = r.account_id"
    else:
        owners = " UNION ".join(
            f"SELECT coalesce({name}, '') FROM {row}_rows" for row in seen for name in OWNERS[table]
        )
    named = " ".join(f"{row.upper()} TABLE AS {row}_rows" for row in seen)
    _note_on_postgresql(table, event, owners, f"REFERENCING {named}")
    if event == "delete":
        _note_on_postgresql(table, "truncate", "VALUES (NULL)", "")


def _note_on_postgresql(table: str, event: str, owners: str, referencing: str) -> None:
    """A function and its trigger. Who writes millions of rows notes their customers as one set, and says so first."""
    name = f"changed_{table}_{event}"
    op.execute(
        f"""DO $do$ BEGIN EXECUTE format($function$
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %I, pg_temp
            AS $body$ DECLARE before text := coalesce(current_setting('rapport.access', true), '');
            BEGIN
                PERFORM set_config('rapport.access', 'service', true);
                INSERT INTO changed_customer (customer_id) {owners};
                PERFORM set_config('rapport.access', before, true);
                RETURN NULL;
            END $body$
        $function$, current_schema()); END $do$"""
    )
    op.execute(
        f'CREATE TRIGGER {name} AFTER {event.upper()} ON "{table}" {referencing} FOR EACH STATEMENT '
        f"WHEN (current_setting('rapport.changes', true) IS DISTINCT FROM 'noted') EXECUTE FUNCTION {name}()"
    )
