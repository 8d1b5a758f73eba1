"""A region stands beside the likely country of a series, and beside the one to which a clue is identified.

Revision ID: 0158
Revises: 0157
"""

from migrations.sql_files import run_sql_files

revision = "0158"
down_revision = "0157"


def upgrade() -> None:
    """Let acts name a region of their country, and fold what stands of it."""
    run_sql_files(__file__, "series", "clues")
