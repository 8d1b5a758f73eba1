"""Where a clue is seen in each of its further media, and cards of them.

Revision ID: 0159
Revises: 0158
"""

from migrations.sql_files import run_sql_files

revision = "0159"
down_revision = "0158"


def upgrade() -> None:
    """Give a further medium of a clue a box or a time, and let a card show a part of it."""
    run_sql_files(__file__, "boxes")
