"""A register with its photos is sent in parts too.

Revision ID: 0133
Revises: 0132
"""

from migrations.sql_files import run_sql_files

revision = "0133"
down_revision = "0132"


def upgrade() -> None:
    """Let a file that is half received belong to no exhibit."""
    run_sql_files(__file__, "registers")
