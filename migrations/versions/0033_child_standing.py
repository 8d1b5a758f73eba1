"""What is stated of a child stands on all leads of its persons and entries, and these leads are told when it changes.

Revision ID: 0033
Revises: 0032
"""

from migrations.sql_files import run_sql_files

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add the function that derives what stands on a lead, and the one that tells the leads of a child."""
    run_sql_files(__file__, "standing")
