"""What is told of an opened picture asks for the viewer's keys once.

Revision ID: 0053
Revises: 0052
"""

from migrations.sql_files import run_sql_files

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    """Replace the function that asked for them once per copy."""
    run_sql_files(__file__, "pair_facts")
