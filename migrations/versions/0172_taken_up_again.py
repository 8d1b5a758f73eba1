"""What failed for good is said, may be asked for again, and is tried again by another version of the program.

Revision ID: 0172
Revises: 0171
"""

from migrations.sql_files import run_sql_files

revision = "0172"
down_revision = "0171"


def upgrade() -> None:
    """A job says by which version it failed; giving it up can be taken back; owners are told of their exhibits."""
    run_sql_files(__file__, "take_up")
