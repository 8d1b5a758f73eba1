"""Parting persons changes the pairs of their own leads alone, whatever is said to have been moved.

Revision ID: 0036
Revises: 0035
"""

from migrations.sql_files import run_sql_files

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """What was moved comes from a row that people write: the function no longer takes a lead's id from it unasked."""
    run_sql_files(__file__, "change")
