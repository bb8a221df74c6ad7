"""Measures that hold from a day until another, averages, events, results per unit, and the runs behind them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EMPLOYEE = "(SELECT nullif(current_setting('rapport.employee', true), ''))"
ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
UNITS = (
    "ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(current_setting('rapport.units', true), ''), '[]')::jsonb))"
)
LEVELS = ("head_office", "branch", "manager", "service_desk")
HELD = ("insight", "insight_event", "insight_result")
OPEN = ("insight_average", "insight_run")


def upgrade() -> None:
    op.drop_table("insight")
    _insight()
    _beside()
    if op.get_bind().dialect.name == "postgresql":
        _hold_scopes()


def downgrade() -> None:
    for table in (*HELD, *OPEN):
        op.drop_table(table)
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


def _insight() -> None:
    op.create_table(
        "insight",
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("metric", sa.String(32), primary_key=True),
        sa.Column("as_of", sa.Date(), primary_key=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("label", sa.String(200), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("definition_version", sa.String(32), nullable=False),
        sqlite_with_rowid=False,
    )
    present = sa.text("until IS NULL")
    op.create_index(
        "ix_insight_ranking", "insight", ["metric", "value"], sqlite_where=present, postgresql_where=present
    )


def _beside() -> None:
    op.create_table(
        "insight_average",
        sa.Column("metric", sa.String(32), primary_key=True),
        sa.Column("grouping", sa.String(32), primary_key=True),
        sa.Column("of", sa.String(200), primary_key=True),
        sa.Column("as_of", sa.Date(), primary_key=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("average", sa.BigInteger(), nullable=False),
        sa.Column("definition_version", sa.String(32), nullable=False),
    )
    op.create_table(
        "insight_event",
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.String(200), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("definition_version", sa.String(32), nullable=False),
    )
    op.create_table(
        "insight_result",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("subject_id", sa.String(64), primary_key=True),
        sa.Column("unit_id", sa.String(64), primary_key=True),
        sa.Column("metric", sa.String(32), primary_key=True),
        sa.Column("as_of", sa.Date(), primary_key=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=True),
        sa.Column("definition_version", sa.String(32), nullable=False),
    )
    op.create_table(
        "insight_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("run_at", sa.DateTime(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("parameters_version", sa.String(32), nullable=False),
        sa.Column("definitions", sa.JSON(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
    )


def _conditions(level: str) -> dict[str, str]:
    """What each level sees; what is missing it does not see at all."""
    match level:
        case "head_office":
            return dict.fromkeys(HELD, "true")
        case "branch":
            mine = f"subject_id = ANY ({UNITS}) OR unit_id = ANY ({UNITS}) OR (kind = 'employee' AND subject_id IN"
            results = f"{mine} (SELECT id FROM employee e WHERE e.unit_id = ANY ({UNITS})))"
        case "manager":
            results = f"kind = 'employee' AND subject_id = {EMPLOYEE}"
        case _:
            return {}
    of_customers = {
        table: f"EXISTS (SELECT 1 FROM customer c WHERE c.id = {table}.customer_id)"
        for table in ("insight", "insight_event")
    }
    return of_customers | {"insight_result": results}


def _hold_scopes() -> None:
    for table in HELD:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY service ON {table} TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")
    for level in LEVELS:
        op.execute(f"GRANT SELECT ON {', '.join((*HELD, *OPEN))} TO rapport_{level}")
        for table, seen in _conditions(level).items():
            condition = f"{ROLE} = '{level}' AND ({seen})"
            op.execute(f"CREATE POLICY {level} ON {table} FOR SELECT TO rapport_{level} USING ({condition})")
