"""What corroborates a lead follows it behind the lock of an exhibit that is closed.

Revision ID: 0057
Revises: 0056
"""

from migrations.sql_files import run_sql_files

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    """Move the rows of one more table with their leads."""
    run_sql_files(__file__, "lead_rows")
