"""Material is written by its agency, and what a country or an operation says by who speaks for it.

Revision ID: 0114
Revises: 0113
"""

from migrations.sql_files import run_sql_files

revision = "0114"
down_revision = "0113"


def upgrade() -> None:
    """Check what people write into rows that many may read."""
    run_sql_files(__file__, "policies")
