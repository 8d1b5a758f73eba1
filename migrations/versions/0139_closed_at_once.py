"""Where no country joined later, nothing is closed to anybody, and that is asked first: every statement of a person
asks.

Revision ID: 0139
Revises: 0138
"""

from migrations.sql_files import run_sql_files

revision = "0139"
down_revision = "0138"


def upgrade() -> None:
    """Compute what is closed only where it can be."""
    run_sql_files(__file__, "closed")
