"""Who does not own an item proposes a change of it; its owner accepts or declines.

Revision ID: 0112
Revises: 0111
"""

from migrations.sql_files import run_sql_files

revision = "0112"
down_revision = "0111"


def upgrade() -> None:
    """Add proposals, governed, which move with the item that they are about."""
    run_sql_files(__file__, "proposals")
