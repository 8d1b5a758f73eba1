"""A file that is being sent is kept piece by piece, sealed, so that sending it goes on where it stopped.

Revision ID: 0124
Revises: 0123
"""

from migrations.sql_files import run_sql_files

revision = "0124"
down_revision = "0123"


def upgrade() -> None:
    """Add the files that are half received, and their sealed pieces."""
    run_sql_files(__file__, "uploads")
