"""Campaigns with their groups, their checklist and how far each invitation is; what an accepted offer was worth.

Groups and checklists are seen by whoever is of the campaign's units, made it, or has a customer in it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

EMPLOYEE = "(SELECT nullif(current_setting('rapport.employee', true), ''))"
ROLE = "(SELECT nullif(current_setting('rapport.role', true), ''))"
UNITS = (
    "ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(current_setting('rapport.units', true), ''), '[]')::jsonb))"
)
SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"
OF_CAMPAIGN = f"""EXISTS (SELECT 1 FROM campaign c WHERE c.id = {{table}}.campaign_id
        AND (c.unit_id = ANY ({UNITS}) OR c.owner_id = {EMPLOYEE}))
    OR EXISTS (SELECT 1 FROM campaign_target t WHERE t.campaign_id = {{table}}.campaign_id)"""
SEEN = {"head_office": "true", "branch": OF_CAMPAIGN, "manager": OF_CAMPAIGN}
"""What each level sees of them; the service desk sees nothing."""
TABLES = ("campaign_group", "campaign_item")
CAMPAIGN = ("frequency", "state", "budget", "held_out")
TARGET = ("group_name", "screened_on", "invited_on", "answered_on")
OFFER = ("decided_on", "amount", "currency")


def upgrade() -> None:
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(sa.Column("owner_id", sa.String(64), nullable=True))
        campaign.add_column(sa.Column("frequency", sa.String(32), nullable=True))
        campaign.add_column(sa.Column("state", sa.String(32), nullable=True))
        campaign.add_column(sa.Column("budget", sa.BigInteger(), nullable=True))
        campaign.add_column(sa.Column("held_out", sa.BigInteger(), nullable=True))
        campaign.create_foreign_key("fk_campaign_owner_id_employee", "employee", ["owner_id"], ["id"])
    for name, kind in (("group_name", sa.String(64)), *((name, sa.Date()) for name in TARGET[1:])):
        op.add_column("campaign_target", sa.Column(name, kind, nullable=True))
    for name, kind in zip(OFFER, (sa.Date(), sa.BigInteger(), sa.String(3)), strict=True):
        op.add_column("offer", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE campaign_target SET state = 'to_invite' WHERE state = 'selected'")
    op.execute("UPDATE campaign_target SET state = 'held_out' WHERE state = 'control'")
    _make_tables()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            _hold_scopes(table)


def _make_tables() -> None:
    op.create_table(
        "campaign_group",
        sa.Column("campaign_id", sa.String(64), sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("control", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
    )
    op.create_table(
        "campaign_item",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("campaign_id", sa.String(64), sa.ForeignKey("campaign.id"), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("employee_id", sa.String(64), sa.ForeignKey("employee.id"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_campaign_item_campaign_id", "campaign_item", ["campaign_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for name in OFFER:
        op.drop_column("offer", name)
    for name in TARGET:
        op.drop_column("campaign_target", name)
    with op.batch_alter_table("campaign") as campaign:
        campaign.drop_constraint("fk_campaign_owner_id_employee", type_="foreignkey")
        for name in ("owner_id", *CAMPAIGN):
            campaign.drop_column(name)


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
