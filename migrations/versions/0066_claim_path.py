"""A claim asks the database less, and whoever lost it is told who holds the lead.

Revision ID: 0066
Revises: 0065
"""

from migrations.sql_files import run_sql_files

revision = "0066"
down_revision = "0065"


def upgrade() -> None:
    """The same rules, in fewer statements; those who lose wait together, without the lead's row."""
    run_sql_files(__file__, "reach", "holder")
