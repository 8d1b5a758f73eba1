"""A score is told only where no other lead on the same pictures still waits for the viewer's own opinion.

Revision ID: 0048
Revises: 0047
"""

from migrations.sql_files import run_sql_files

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """One function tells scores to people; the column that a lead's stage computes is no longer granted."""
    run_sql_files(__file__, "change")
