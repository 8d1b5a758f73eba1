"""Check and act are one: locks in one order, and an actor who still may when the write is stored.

Revision ID: 0044
Revises: 0043
"""

from migrations.sql_files import run_sql_files

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Add the function that holds what a rule reads, and the one that asks the actor's part again at the end."""
    run_sql_files(__file__, "holding")
