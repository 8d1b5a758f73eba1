"""An exercise stays an exercise: its mark is fixed at making, and what came by one click reaches exercises alone; a
device that serves an account of an operation is known to the next enrolment.

Revision ID: 0031
Revises: 0030
"""

from migrations.sql_files import run_sql_files

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Fix the mark of an exercise, narrow what a one-click session sees, and tell which passkeys serve beside an
    account."""
    run_sql_files(__file__, "rows", "reach", "passkeys")
