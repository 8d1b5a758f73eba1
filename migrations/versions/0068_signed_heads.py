"""Signed heads of each record, handed to whoever keeps one elsewhere.

Revision ID: 0068
Revises: 0067
"""

from migrations.sql_files import run_sql_files

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    """A head is signed once and never changed; every member of the operation may keep it."""
    run_sql_files(__file__, "change")
