"""Lists of known material have tables of categories of their own.

Revision ID: 0151
Revises: 0150
"""

from migrations.sql_files import run_sql_files

revision = "0151"
down_revision = "0150"


def upgrade() -> None:
    """Keep a list's table with it, and as what people take its numbers."""
    run_sql_files(__file__, "tables")
