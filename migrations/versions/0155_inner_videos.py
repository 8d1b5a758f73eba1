"""The video inside a photo is played like any other.

Revision ID: 0155
Revises: 0154
"""

from migrations.sql_files import run_sql_files

revision = "0155"
down_revision = "0154"


def upgrade() -> None:
    """Keep how long the video inside a photo is, and tell its watching from a look at the photo."""
    run_sql_files(__file__, "inner_videos")
