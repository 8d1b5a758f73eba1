"""The terms have versions: weaker rules and other countries' agencies are proposals, and each owner opens a country
that joins.

Revision ID: 0047
Revises: 0046
"""

from migrations.sql_files import run_sql_files

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Add versions, proposals with their answers, and what a country that joins sees."""
    run_sql_files(__file__, "rows", "seeing")
