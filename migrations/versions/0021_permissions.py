"""An owner is asked for permission before its material leaves, and answers in a row of its own.

Revision ID: 0021
Revises: 0020
"""

from migrations.sql_files import run_sql_files

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the table of permissions, and let a granted one count as the owner's hand."""
    run_sql_files(__file__, "permissions")
