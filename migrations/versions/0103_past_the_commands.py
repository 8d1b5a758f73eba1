"""Functions with their owner's rights and rows that people write are the caller's alone, also past every command.

Revision ID: 0103
Revises: 0102
"""

from migrations.sql_files import run_sql_files

revision = "0103"
down_revision = "0102"


def upgrade() -> None:
    """Ask in the database what the commands ask: whose it is, who acts, and in which operation."""
    run_sql_files(__file__, "definers", "record", "policies")
