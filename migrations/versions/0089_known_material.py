"""Known material: lists of hashes that an agency brings in, and the files that they name.

Revision ID: 0089
Revises: 0088
"""

from migrations.sql_files import run_sql_files

revision = "0089"
down_revision = "0088"


def upgrade() -> None:
    """Add lists, their hashes and what is known by them; a list is brought in by the job that brings in registers."""
    run_sql_files(__file__, "lists")
