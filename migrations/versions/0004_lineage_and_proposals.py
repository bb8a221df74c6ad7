"""Where a customer's file comes from, who was found to be the same, and writes that wait for a yes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EMPLOYEE = "(SELECT nullif(current_setting('rapport.employee', true), ''))"
ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
LEVELS = ("head_office", "branch", "manager", "service_desk")
TABLES = ("source_record", "likeness", "merge", "merged_row", "proposal")
NEW_COLUMNS = {"source_value": ("record_id", "previous"), "conflict": ("claims", "settled_on", "settled_by")}


def upgrade() -> None:
    _add_columns()
    _source_record()
    _likeness_and_merges()
    _proposal()
    if op.get_bind().dialect.name == "postgresql":
        _hold_scopes()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("conflict") as conflict:
        conflict.add_column(sa.Column("source_value_ids", sa.JSON(), nullable=False, server_default="[]"))
    for table, columns in NEW_COLUMNS.items():
        with op.batch_alter_table(table) as altered:
            for column in columns:
                altered.drop_column(column)


def _add_columns() -> None:
    with op.batch_alter_table("source_value") as source_value:
        source_value.add_column(sa.Column("record_id", sa.String(64), nullable=True))
        source_value.add_column(sa.Column("previous", sa.Text(), nullable=True))
    with op.batch_alter_table("conflict") as conflict:
        conflict.add_column(sa.Column("claims", sa.JSON(), nullable=False, server_default="[]"))
        conflict.add_column(sa.Column("settled_on", sa.Date(), nullable=True))
        conflict.add_column(sa.Column("settled_by", sa.String(64), nullable=True))
        conflict.drop_column("source_value_ids")


def _text(name: str, length: int = 200) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=True)


def _source_record() -> None:
    op.create_table(
        "source_record",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("system", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        _text("name_latin"),
        _text("sex", 1),
        sa.Column("birth_date", sa.Date(), nullable=True),
        _text("phone", 40),
        *(_text(name) for name in ("email", "address", "city", "region")),
        _text("language", 32),
        *(_text(name) for name in ("occupation", "education")),
        sa.Column("income", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        *(_text(name) for name in ("industry", "economic_nature", "owning_group")),
        *(_text(name, 32) for name in ("credit_rating", "qualification_grade")),
        _text("key_contact"),
        sa.Column("manager_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True),
        sa.Column("branch_id", sa.String(64), sa.ForeignKey("unit.id"), nullable=True),
        _text("tier", 32),
        _text("tolerance", 2),
        sa.Column("tolerance_assessed_on", sa.Date(), nullable=True),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("customer_since", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_source_record_system_number", "source_record", ["system", "number"])


def _likeness_and_merges() -> None:
    op.create_table(
        "likeness",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("record_id", sa.String(64), nullable=False, index=True),
        sa.Column("other_record_id", sa.String(64), nullable=False, index=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("other_customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("probability", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False, index=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        _text("decided_by", 64),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
    )
    op.create_table(
        "merge",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("absorbed_id", sa.String(64), nullable=False, index=True),
        sa.Column("absorbed", sa.JSON(), nullable=False),
        sa.Column("probability", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(), nullable=False),
        sa.Column("merged_by", sa.String(64), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        _text("undone_by", 64),
    )
    op.create_table(
        "merged_row",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("merge_id", sa.String(64), sa.ForeignKey("merge.id"), nullable=False, index=True),
        sa.Column("table", sa.String(32), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("dropped", sa.JSON(), nullable=True),
    )


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=False, index=True),
        sa.Column("customer_id", sa.String(64), sa.ForeignKey("customer.id"), nullable=True, index=True),
        _text("turn_id", 64),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        _text("decided_by", 64),
        sa.Column("result", sa.JSON(), nullable=True),
    )


def _conditions(level: str) -> dict[str, str]:
    """What each level sees of the new tables; what is missing it does not see at all."""
    own = f"employee_id = {EMPLOYEE}"
    if level == "head_office":
        everything = ("source_record", "likeness", "merge", "merged_row")
        return dict.fromkeys(everything, "true") | {"proposal": own}
    if level == "service_desk":
        return {"proposal": f"customer_id IS NULL AND {own}"}
    seen = {
        table: f"EXISTS (SELECT 1 FROM customer c WHERE c.id = {table}.customer_id)"
        for table in ("source_record", "merge")
    }
    return seen | {
        "likeness": "EXISTS (SELECT 1 FROM customer c WHERE c.id = likeness.customer_id)"
        " AND EXISTS (SELECT 1 FROM customer c WHERE c.id = likeness.other_customer_id)",
        "merged_row": "EXISTS (SELECT 1 FROM merge m WHERE m.id = merged_row.merge_id)",
        "proposal": f"{own} AND (customer_id IS NULL OR customer_id IN (SELECT id FROM customer))",
    }


def _hold_scopes() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY service ON {table} TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")
    for level in LEVELS:
        op.execute(f"GRANT SELECT ON {', '.join(TABLES)} TO rapport_{level}")
        for table, seen in _conditions(level).items():
            condition = f"{ROLE} = '{level}' AND ({seen})"
            op.execute(f"CREATE POLICY {level} ON {table} FOR SELECT TO rapport_{level} USING ({condition})")
