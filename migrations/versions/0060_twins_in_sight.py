"""A score waits for twin leads that the reader could judge, and for none of which a side is closed to them.

Revision ID: 0060
Revises: 0059
"""

from migrations.sql_files import run_sql_files

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    """A withheld score must not tell that closed material holds the same picture."""
    run_sql_files(__file__, "change")
