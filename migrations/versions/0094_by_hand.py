"""Leads by hand: out of a search that somebody made, and out of the results of a search outside.

Revision ID: 0094
Revises: 0093
"""

from migrations.sql_files import run_sql_files

revision = "0094"
down_revision = "0093"


def upgrade() -> None:
    """Add the function that opens a found pair, and the results of searches outside, bound to the record."""
    run_sql_files(__file__, "found", "outside", "moves")
