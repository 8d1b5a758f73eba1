"""What an exhibit's owner changed later, and why: its handling code.

Revision ID: 0030
Revises: 0029
"""

from migrations.sql_files import run_sql_files

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Add the rows of changes with their reasons, which the record reads by id."""
    run_sql_files(__file__, "changes")
