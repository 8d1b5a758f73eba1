"""Copies of one photograph are told more narrowly: other pictures of the same sitting are none.

Revision ID: 0059
Revises: 0058
"""

from migrations.sql_files import run_sql_files

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    """At 0.1 most pairs of a register's child counted as copies of each other where its pictures came from few
    sittings."""
    run_sql_files(__file__, "change")
