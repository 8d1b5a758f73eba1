"""A register that was sent is a job: its upload sealed, its progress and its report as a row of its agency.

Revision ID: 0065
Revises: 0064
"""

from migrations.sql_files import run_sql_files

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    """Add the imports of registers, and how many long jobs of one's agency wait already."""
    run_sql_files(__file__, "change")
