"""Text that a machine read in pictures.

Revision ID: 0107
Revises: 0106
"""

from migrations.sql_files import run_sql_files

revision = "0107"
down_revision = "0106"


def upgrade() -> None:
    """Keep lines of text beside their media."""
    run_sql_files(__file__, "texts")
