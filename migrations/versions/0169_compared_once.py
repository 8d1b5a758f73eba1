"""A search compares all faces once, and then asks only for those that are near.

Revision ID: 0169
Revises: 0168
"""

from migrations.sql_files import run_sql_files

revision = "0169"
down_revision = "0168"


def upgrade() -> None:
    """The function says in which set a face is, and can be asked for named faces alone."""
    run_sql_files(__file__, "compared")
