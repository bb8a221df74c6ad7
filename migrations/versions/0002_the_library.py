"""The tables of the library."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_edition",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("document_id", sa.String(200), nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_index("ix_document_document_id", "document", ["document_id"])
    op.create_table(
        "passage",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column(
            "document_row_id",
            sa.String(200),
            sa.ForeignKey("document.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clause_position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(32), nullable=True),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("vector", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    for table in ("passage", "document", "library_edition"):
        op.drop_table(table)
