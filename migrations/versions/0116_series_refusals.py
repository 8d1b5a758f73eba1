"""A suggested series that somebody refused is not suggested again.

Revision ID: 0116
Revises: 0115
"""

from migrations.sql_files import run_sql_files

revision = "0116"
down_revision = "0115"


def upgrade() -> None:
    """Keep what was refused."""
    run_sql_files(__file__, "refusals")
