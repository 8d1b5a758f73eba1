"""Custody of an exhibit: who seized it and when, its image's hash, corrections, and checks of the stored originals.

Revision ID: 0070
Revises: 0069
"""

from migrations.sql_files import run_sql_files

revision = "0070"
down_revision = "0069"


def upgrade() -> None:
    """What a court asks of an exhibit stands in rows of its own; nothing that stands is changed."""
    run_sql_files(__file__, "custody")
