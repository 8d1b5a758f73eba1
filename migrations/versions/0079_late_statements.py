"""What is stated on a lead that was found after the window counts in follow-up editions alone.

Revision ID: 0079
Revises: 0078
"""

from migrations.sql_files import run_sql_files

revision = "0079"
down_revision = "0078"


def upgrade() -> None:
    """The functions that fold the ledger and count it ask whether late leads count."""
    run_sql_files(__file__, "fold")
