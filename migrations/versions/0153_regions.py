"""Regions inside countries, out of a file that the operator imports.

Revision ID: 0153
Revises: 0152
"""

from migrations.sql_files import run_sql_files

revision = "0153"
down_revision = "0152"


def upgrade() -> None:
    """Keep the borders of regions, and with each medium the region of its place."""
    run_sql_files(__file__, "regions")
