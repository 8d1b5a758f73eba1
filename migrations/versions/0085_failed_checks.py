"""A check of originals that could not be done is over, and another one can be asked for; its owner alone reads it.

Revision ID: 0085
Revises: 0084
"""

from migrations.sql_files import run_sql_files

revision = "0085"
down_revision = "0084"


def upgrade() -> None:
    """Say of a check that it failed; those that nobody works on any more have. Who reads it is who owns the exhibit."""
    run_sql_files(__file__, "failed")
