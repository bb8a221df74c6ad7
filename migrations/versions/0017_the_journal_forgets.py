"""The journal can forget what is told in a record and keep that it was there; the store knows how long it has to be."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SERVICE = "(SELECT current_setting('rapport.access', true)) = 'service'"


def upgrade() -> None:
    op.add_column("journal", sa.Column("salt", sa.String(32), nullable=True))
    op.create_table(
        "journal_end",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        # The file's header has kept it so far, and tells more than a count of what is there.
        length = op.get_bind().execute(sa.text("PRAGMA user_version")).scalar_one()
        if length:
            op.execute(f"INSERT INTO journal_end VALUES (1, {int(length)})")
        return
    for command in ("ENABLE", "FORCE"):
        op.execute(f"ALTER TABLE journal_end {command} ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY service ON journal_end TO rapport_writer USING ({SERVICE}) WITH CHECK ({SERVICE})")
    op.execute("REVOKE DELETE ON journal_end FROM rapport_writer")
    op.execute("SELECT set_config('rapport.access', 'service', true)")
    op.execute("INSERT INTO journal_end SELECT 1, max(number) FROM journal HAVING count(*) > 0")


def downgrade() -> None:
    op.drop_table("journal_end")
    op.drop_column("journal", "salt")
