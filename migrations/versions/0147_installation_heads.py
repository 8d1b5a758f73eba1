"""Heads of the installation's own record are signed, and kept by people elsewhere, as those of an operation are.

Revision ID: 0147
Revises: 0146
"""

from migrations.sql_files import run_sql_files

revision = "0147"
down_revision = "0146"


def upgrade() -> None:
    """Let those who answer for an operation keep heads of the installation's record, and export its lines."""
    run_sql_files(__file__, "heads")
