"""Lists of known material and case files come in parts, as registers do.

Revision ID: 0141
Revises: 0140
"""

from migrations.sql_files import run_sql_files

revision = "0141"
down_revision = "0140"


def upgrade() -> None:
    """Say of an upload that belongs to no exhibit what it is."""
    run_sql_files(__file__, "packed")
