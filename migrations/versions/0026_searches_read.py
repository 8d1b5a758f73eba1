"""Whoever leads an operation reads every search with its basis and case, as observers do.

Revision ID: 0026
Revises: 0025
"""

from migrations.sql_files import run_sql_files

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add who leads which operation, and let them read its searches. What was searched with stays behind its lock."""
    run_sql_files(__file__, "change")
