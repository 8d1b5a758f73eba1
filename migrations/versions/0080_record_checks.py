"""The installation verifies its own record, and keeps what it found.

Revision ID: 0080
Revises: 0079
"""

from migrations.sql_files import run_sql_files

revision = "0080"
down_revision = "0079"


def upgrade() -> None:
    """Add the last check of each chain, and which leads a row that does not match concerns."""
    run_sql_files(__file__, "checks")
