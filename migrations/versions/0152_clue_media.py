"""A clue may be seen in several media.

Revision ID: 0152
Revises: 0151
"""

from migrations.sql_files import run_sql_files

revision = "0152"
down_revision = "0151"


def upgrade() -> None:
    """Keep in which media a clue is seen, besides the one that it was opened of."""
    run_sql_files(__file__, "media")
