"""What a page asks of one lead, exhibit or register is found by an index, however large the operation is.

Revision ID: 0125
Revises: 0124
"""

from migrations.sql_files import run_sql_files

revision = "0125"
down_revision = "0124"


def upgrade() -> None:
    """Write the copies of a lead as joins that begin there, follow one person at a time, add the missing indexes."""
    run_sql_files(__file__, "copies", "roots", "indexes")
