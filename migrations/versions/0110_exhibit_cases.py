"""A case of the VICS shape is kept with the exhibit that it came with, and its records are compared with the exhibit's
contents.

Revision ID: 0110
Revises: 0109
"""

from migrations.sql_files import run_sql_files

revision = "0110"
down_revision = "0109"


def upgrade() -> None:
    """Add cases and their records; a case is brought in by the job that brings in registers."""
    run_sql_files(__file__, "cases")
