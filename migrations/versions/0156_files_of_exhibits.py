"""The media of one exhibit, and which of them are to be looked at again, are read out of indexes.

Revision ID: 0156
Revises: 0155
"""

from migrations.sql_files import run_sql_files

revision = "0156"
down_revision = "0155"


def upgrade() -> None:
    """Add the two indexes."""
    run_sql_files(__file__, "indexes")
