"""From which cosine on a pair of faces becomes a lead: proposed by one country for an operation, confirmed by another.

Revision ID: 0132
Revises: 0131
"""

from migrations.sql_files import run_sql_files

revision = "0132"
down_revision = "0131"


def upgrade() -> None:
    """Add thresholds, governed from the beginning."""
    run_sql_files(__file__, "thresholds")
