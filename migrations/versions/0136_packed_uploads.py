"""Lists of known material and case files come in parts, as registers do.

Revision ID: 0136
Revises: 0135
"""

from migrations.sql_files import run_sql_files

revision = "0136"
down_revision = "0135"


def upgrade() -> None:
    """Say of an upload that belongs to no exhibit what it is."""
    run_sql_files(__file__, "packed")
