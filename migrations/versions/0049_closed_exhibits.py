"""The owner of a shared exhibit closes it: its rows move to a lock of its own.

Revision ID: 0049
Revises: 0048
"""

from migrations.sql_files import run_sql_files

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Give changes of sharing a ground, and workers the function that moves what came with an exhibit."""
    run_sql_files(__file__, "rows", "material", "leads", "close")
