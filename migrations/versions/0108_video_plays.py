"""Videos are played: copies for browsers, film strips, marked ranges, and stills that are taken out.

Revision ID: 0108
Revises: 0107
"""

from migrations.sql_files import run_sql_files

revision = "0108"
down_revision = "0107"


def upgrade() -> None:
    """Keep what is made of a video, and what people say of its ranges."""
    run_sql_files(__file__, "tables", "policies", "governed", "append")
